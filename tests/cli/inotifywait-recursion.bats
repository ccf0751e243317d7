#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Started as inotifywait. Trees: what is new, what moves, what is left out.

# shellcheck disable=SC2154 # variables of run

load helper
load dropin

@test "each case is as it is written" {
	named inotifywait
	each_case as_expected "$GOLDEN/recursion.txt"
}

@test "each case is as with the inotifywait that is installed" {
	find_peer
	named inotifywait
	each_case as_the_peer "$GOLDEN/recursion.txt"
}

@test "a directory takes no watch where --exclude hides all that may be in it" {
	named inotifywait
	mkdir d/x d/y
	begin -m -r -e create --exclude 'x/' d
	is_watched d/y
	! is_watched d/x || return 1
	: >d/y/new
	take 1
	same <<<"d/y/ CREATE new"
}

@test "what happens before all is watched is told when it is, and ends nothing before" {
	named inotifywait
	mkdir -p d/{1..1000}/{a,b} # more than one turn
	write_on
	run -0 --separate-stderr timeout "$DEADLINE" "$INOWATCH" -r -e close_write d
	[ "$output" = "d/ CLOSE_WRITE,CLOSE f" ]
	[[ $stderr == *$'\nWatches established.' ]]
	run -1 --separate-stderr timeout "$DEADLINE" "$INOWATCH" -r -e close_write d nope
	[ "$output" = "" ]
	[[ $stderr == *$'\nCouldn\'t watch nope: No such file or directory' ]]
	run -1 --separate-stderr timeout "$DEADLINE" "$INOWATCH" -r -t -1 d
	[ "$output" = "" ]
}

@test "the time of -t begins when all is watched" {
	named inotifywait
	mkdir -p d/{1..1000}/{a,b}
	run -2 --separate-stderr timeout "$DEADLINE" "$INOWATCH" -r -t 1ms -e delete d
	[[ $stderr == *$'\nWatches established.' ]]
}
