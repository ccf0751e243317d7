#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The drop-in for inotifywatch beside the one that is installed: the same is done for both,
# and all that they say is compared. Its version says what is known to differ.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; variables of run and helper

load helper
load inotifywatch

setup_file() {
	PEER=$(command -v inotifywatch || :)
	PEER_VERSION=$("${PEER:-false}" --help 2>/dev/null | sed -n '1s/^inotifywatch //p')
	export PEER PEER_VERSION
}

need_peer() {
	[ -n "$PEER_VERSION" ] || skip "inotifywatch is not installed"
}

# The peer goes by its path in what getopt says.
same_as_peer() {
	local own peer
	own=$(told "$@" | sed "s|^$INOWATCH:|inotifywatch:|")
	peer=$(INOWATCH=$PEER told "$@" | sed "s|^$PEER:|inotifywatch:|")
	[ "$own" = "$peer" ] || {
		printf '%s\n' "$*" "$own" "peer $PEER_VERSION:" "$peer" >&2
		return 1
	}
}

@test "messages and statuses are the peer's" {
	local timeout=(-t 1)
	own
	need_peer
	same_as_peer
	same_as_peer -a foo d
	same_as_peer -a create -d modify d
	same_as_peer -a create -e modify d
	same_as_peer -a foo -e bar d
	same_as_peer -e bar -a foo d
	same_as_peer -a move d
	same_as_peer "${timeout[@]}" -a TOTAL d
	same_as_peer "${timeout[@]}" -a "" d
	same_as_peer "${timeout[@]}" -a , d
	same_as_peer "${timeout[@]}" -a create, d
	same_as_peer -a create,foo d
	same_as_peer -e foo d
	same_as_peer --zork d
	same_as_peer -q d
	same_as_peer -t
	same_as_peer -t x d
	same_as_peer -t "" d
	same_as_peer --exclude '(' d
	same_as_peer --fromfile a --fromfile b
	same_as_peer nosuch
	same_as_peer "${timeout[@]}" -v d nosuch
	same_as_peer "${timeout[@]}" -r -v d nosuch d
	same_as_peer "${timeout[@]}" -v d
	same_as_peer "${timeout[@]}" -r -v d
	same_as_peer "${timeout[@]}" -z -e , d
	# 3.22.6 knows no negative timeout, nor a name for close, and takes both excludes.
	[[ $PEER_VERSION != 3.* ]] || return 0
	same_as_peer -t -1 d
	same_as_peer -a close d
	same_as_peer --exclude a --excludei b d
	same_as_peer --exclude a --include b d
}

@test "the table is the peer's" {
	local arguments=(-r -z -d total)
	own
	need_peer
	local program number=0
	for program in "$INOWATCH" "$PEER"; do
		mkdir d/n
		INOWATCH=$program begin "${arguments[@]}" d
		work
		# The peer reads what is queued only until a signal comes.
		while grep -q '^inotify' "/proc/$pid"/fdinfo/* &&
			[ "$(tail -1 out 2>/dev/null)" = "" ] &&
			! grep -q 'd/n/$' out; do
			kill -USR1 "$pid"
		done
		over INT
		# The last table is of all.
		tac out | sed '/^total /q' | tac >"table.$number"
		number=$((number + 1))
	done
	diff -u table.0 table.1 >&2
}
