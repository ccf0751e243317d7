# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # variables for and of the tests
# Cases of drop-in programs. A file of golden/inotifywait/ holds cases like this one:
#
#   % ln -s d L         prepares the folder, in which there are d, d/x and the file d/f
#   $ -m -e open d      the arguments
#   > touch d/f         what is done once "Watches established." was said
#   | d/ OPEN f         standard output
#   (!) Setting up ...  standard error, without the parentheses
#   = 143               the status; 143: it was ended when the work was told
#   ~ 4 REASON          versions that begin so do otherwise, for a known reason
#
# play PROGRAM CASE     plays it, and leaves what it said and how it ended in $played
# each_case FUNCTION FILE...   calls FUNCTION with each case: as_expected holds it against
#                       what is written there, as_the_peer against what $peer does
# find_peer             sets $peer to the inotifywait that is installed, $version to its
#                       version; skips where there is none

GOLDEN=$BATS_TEST_DIRNAME/golden/inotifywait

find_peer() {
	local line
	peer=${INOTIFYWAIT:-$(command -v inotifywait)} || skip "inotifywait is not installed"
	line=$("$peer" --help 2>&1 | head -n 1) || :
	[[ $line != *inowatch* ]] || skip "the inotifywait that is found is inowatch"
	[[ $line =~ ^inotifywait\ ([0-9.]+) ]] || skip "$peer tells no version"
	version=${BASH_REMATCH[1]}
}

# What begins a line of the case, each on its own line.
lines_of() {
	sed -n "s/^$1 //p; s/^$1\$//p" <<<"$2"
}

each_case() {
	local function=$1 case=$'\n' line
	shift
	while IFS= read -r line; do
		if [ -n "$line" ] && [[ $line != \#* ]]; then
			case+=$line$'\n'
		elif [[ $case == *$'\n$ '* ]]; then
			"$function" "$case" || return 1
			case=$'\n'
		fi
	done < <(cat "$@"; echo)
}

# The rest of a descriptor's lines, with a prefix.
prefixed() {
	timeout "$DEADLINE" cat <&"$2" | tr '\0' '@' | sed "s/^/$1 /"
}

# Reads standard error until all is watched. False if it ended before.
await_established() {
	local line
	while IFS= read -r -t "$DEADLINE" line <&8; do
		printf '! %s\n' "$line" >>said
		[ "$line" != "Watches established." ] || return 0
	done
	return 1
}

# Does the work and waits until its end was told; the last event of the work is CREATE.
work_and_stop() {
	local line
	eval "$1"
	: >d/zz-end
	while IFS= read -r -t "$DEADLINE" line <&7 && [[ $line != *zz-end* ]]; do
		printf '| %s\n' "$line" >>told
	done
	[[ $line == *zz-end* ]] || echo "| (the end was not told)" >>told
	kill "$pid"
}

play() {
	local program=$1 case=$2 home=$PWD
	local status=0 is_monitor=
	! lines_of '=' "$case" | grep -qx 143 || is_monitor=1
	cd "$(mktemp -d "$home/play.XXXXXX")" || return
	mkdir -p d/x
	touch d/f told said input
	eval "$(lines_of % "$case")"
	mkfifo out err
	eval "set -- $(lines_of '\$' "$case")"
	timeout "$DEADLINE" "$program" "$@" <input >out 2>err 3>&- &
	pid=$!
	exec 7<out 8<err
	if await_established && [ -n "$is_monitor" ]; then
		work_and_stop "$(lines_of '>' "$case")"
	elif [ -s said ]; then
		eval "$(lines_of '>' "$case")"
	fi
	[ -n "$is_monitor" ] || prefixed '|' 7 >>told
	prefixed '!' 8 >>said
	wait "$pid" || status=$?
	pid=
	exec 7<&- 8<&-
	# The name under which it was started, and blanks at the end.
	played=$(sed -E 's,^! [^ ]*/(inotifywait: ),! \1,' said; cat told)
	played=$(printf '%s\n' "$played" "= $status" | grep . | sort -s -k1,1 | sed 's/ $/␠/')
	cd "$home" || return
}

# await_watch DIRECTORY: waits until the program has a watch on it.
await_watch() {
	local inode child
	inode=$(printf 'ino:%x ' "$(stat -c %i "$1")")
	child=$(cat "/proc/$pid/task/$pid/children")
	until cat /proc/"${child% }"/fdinfo/* 2>/dev/null | grep -q "^inotify .*$inode"; do
		kill -0 "$pid" || return 1
	done
}

as_expected() {
	local expected
	play "$INOWATCH" "$1"
	expected=$(grep '^[!|=]' <<<"$1")
	diff -u <(echo "$expected") <(echo "$played") >&2 ||
		{ echo "in the case $1" >&2; return 1; }
}

as_the_peer() {
	local expected
	! grep -q "^~ ${version%%.*} " <<<"$1" || return 0
	play "$peer" "$1"
	expected=$played
	play "$INOWATCH" "$1"
	diff -u <(echo "$expected") <(echo "$played") >&2 ||
		{ echo "$peer $version differs in the case $1" >&2; return 1; }
}

# begin ARGUMENT...: runs it in the background until it watches; 7 is its stdout, 8 stderr.
begin() {
	mkfifo out err
	: >said
	"$INOWATCH" "$@" >out 2>err 3>&- 4>&- &
	pid=$!
	exec 7<out 8<err
	await_established
}

# Somebody writes all the time, until the test is over.
write_on() {
	while :; do : >>d/f; done 3>&- 4>&- &
	pid=$!
}
