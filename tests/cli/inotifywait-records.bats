#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Started as inotifywait. What is told, in which form, and how it ends.

load helper
load dropin

@test "each case is as it is written" {
	named inotifywait
	each_case as_expected "$GOLDEN/records.txt"
}

@test "each case is as with the inotifywait that is installed" {
	find_peer
	named inotifywait
	each_case as_the_peer "$GOLDEN/records.txt"
}
