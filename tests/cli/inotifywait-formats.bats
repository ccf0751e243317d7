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

@test "-c quotes a carriage return, at which readers of CSV end a line" {
	named inotifywait
	begin -m -c -e create d
	: >$'d/a\rb'
	take 1
	[ "$(cat records)" = $'d/,CREATE,"a\rb"' ]
}
