#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2034,SC2154 # texts for commands; variables of tests
# A command that runs because of itself is told, one that somebody else keeps busy is not.

load actions

loop="runs in a row were started by what changed during the one before"

@test "a command that touches what is watched is told, once" {
	start -n 40 --settle 0 -e close_write d -- sh -c ': >d/f'
	: >d/f
	end_status
	[ "$status" -eq 0 ]
	[ "$(grep -c "$loop" err)" -eq 1 ]
	grep -Fx "inowatch: 10 $loop, now by d/f; if the command changes it, this is a loop, and --changed-only, --ignore GLOB or --on-busy=ignore ends it" err
}

@test "with a run for each path that makes another" {
	start -n 15 --settle 0 -e create d -- sh -c ': >"$1.x"' sh {}
	: >d/f
	end_status
	[ "$(grep -c "$loop" err)" -eq 1 ]
	[ -e d/f.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x ]
}

@test "a restart that restarts itself" {
	start --settle 0 -e close_write --on-busy restart d -- \
		sh -c ': >d/f; read -r line <>never'
	mkfifo never
	: >d/f
	timeout "$DEADLINE" grep -q -m 1 "$loop" <(tail -n +1 -f err)
	stop
}

@test "many that changed at once are no loop" {
	start -n 100 --settle 0 -e create d -- true {}
	local i
	# It sees them at once, however long it takes to make them.
	kill -STOP "$pid"
	for i in {1..100}; do
		: >"d/$i"
	done
	kill -CONT "$pid"
	end_status
	lacks "$loop" err
}

@test "somebody else who writes all the time is no loop" {
	start -n 200 --settle 0 -e close_write d -- true
	(
		while [ ! -e stop ]; do
			: >d/f
		done
	) 3>&- 4>&- 7<&- &
	local writer=$!
	end_status
	touch stop
	wait "$writer"
	[ "$status" -eq 0 ]
	lacks "$loop" err
}
