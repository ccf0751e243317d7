#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Started as inotifywait. --format and --timefmt: each place, each corner.

load helper
load dropin

@test "each case is as it is written" {
	named inotifywait
	each_case as_expected "$GOLDEN/formats.txt"
}

@test "each case is as with the inotifywait that is installed" {
	find_peer
	named inotifywait
	each_case as_the_peer "$GOLDEN/formats.txt"
}
