#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Started as inotifywait. --format and --timefmt: each place, each corner.

load helper
load dropin

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

@test "each case is as it is written" {
	named inotifywait
	each_case as_expected "$GOLDEN/formats.txt"
}

@test "each case is as with the inotifywait that is installed" {
	find_peer
	named inotifywait
	each_case as_the_peer "$GOLDEN/formats.txt"
}
