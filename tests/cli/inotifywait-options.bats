#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Started as inotifywait. How the command line is taken: each check and each message of it.

load helper
load dropin

@test "each case is as it is written" {
	named inotifywait
	each_case as_expected "$GOLDEN/options.txt"
}

@test "each case is as with the inotifywait that is installed" {
	find_peer
	named inotifywait
	each_case as_the_peer "$GOLDEN/options.txt"
}
