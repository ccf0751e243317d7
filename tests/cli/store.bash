# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # variables for and of the tests
# Stores made by hand, in the layout that inowatch-store(5) documents: a store needs no
# program to be read, nor one to be written. Of the files /w/…, whatever is there really.
#
#   newest TIME PATH TEXT    TEXT is the newest version of PATH
#   older TIME PATH TEXT     an older one
#   deleted TIME PATH        it was gone at TIME
#   a TIME is a day of November 2026; dayN is its name in the store

load helper

setup() {
	export LC_ALL=C.UTF-8 TZ=UTC0
	[ -x "${INOWATCH:?is not set: it names the program to test}" ]
	cd "$BATS_TEST_TMPDIR" || return
	S=$PWD/store
	mkdir -p "$S/current" "$S/versions" "$S/.inowatch/newest"
	echo 1 >"$S/.inowatch/format"
}

teardown() {
	:
}

day() {
	printf '202611%02dT120000.000000000Z' "$1"
}

newest() {
	mkdir -p "$S/current${2%/*}" "$S/.inowatch/newest${2%/*}"
	printf '%s' "$3" >"$S/current$2"
	ln -sfn "$(day "$1")" "$S/.inowatch/newest$2"
}

older() {
	mkdir -p "$S/versions$2"
	printf '%s' "$3" >"$S/versions$2/$(day "$1")"
}

deleted() {
	mkdir -p "$S/versions$2"
	: >"$S/versions$2/$(day "$1").deleted"
}

# inowatch STATUS ARGUMENT...: ends with that status; $output and $stderr are what it said.
inowatch() {
	local wanted=$1
	shift
	run "-$wanted" --separate-stderr timeout "${DEADLINE:?}" "$INOWATCH" "$@"
}

# holds FILE TEXT
holds() {
	[ -f "$1" ] && [ ! -L "$1" ] || return 1
	[ "$(cat "$1")" = "$2" ] || {
		echo "$1 has: $(cat "$1"), not: $2" >&2
		return 1
	}
}

# Nothing is left of what was not whole.
no_temporary() {
	[ -z "$(find "$BATS_TEST_TMPDIR" -name '.inowatch-restore.*')" ]
}
