#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Each exit status, and what leads to it: -n, -1, -t, --for, --strict.
# tests/cli/output.bats has 4, tests/cli/bad-input.bats most of 1, tests/cli/signals.bats
# the end by a signal.

load helper

@test "0: the count of -n is reached, found included" {
	start -n 3 -e create d
	touch d/a d/b d/c d/d
	rest
	end_status
	[ "$status" -eq 0 ]
	same <<-END
		d/ CREATE a
		d/ CREATE b
		d/ CREATE c
	END
	run -0 "$INOWATCH" --list -n 2 d
	[ "${#lines[@]}" -eq 2 ]
}

@test "0: -1 is -n 1; the last of both counts" {
	start -1 -e create d
	touch d/a d/b
	rest
	end_status
	[ "$status" -eq 0 ]
	same <<<"d/ CREATE a"
}

@test "0: ready, lost and the like do not count" {
	start -j -n 1 -e create nope d
	touch d/a
	rest
	end_status
	[ "$status" -eq 0 ]
	[ "$(wc -l <records)" -eq 3 ]
}

@test "0: --for is up, also when events never stop" {
	local time
	for time in 10ms 0.01 .01s 1ms; do
		run -0 timeout "$DEADLINE" "$INOWATCH" --for "$time" d
		[ "$output" = "" ]
	done
	mkfifo ready
	"$INOWATCH" --for 100ms --ready-fd 9 d 9>ready >told 2>err 3>&- &
	pid=$!
	await_ready ready
	while kill -0 "$pid" 2>/dev/null; do
		: >d/f
	done
	status=0
	wait "$pid" || status=$?
	pid=
	[ "$status" -eq 0 ]
	[ -s told ]
}

@test "--for 0 and -t 0 are never" {
	start --for 0 -t 0 -n 1 -e create d
	touch d/f
	rest
	end_status
	[ "$status" -eq 0 ]
	same <<<"d/ CREATE f"
}

@test "2: nothing was told for the time of -t, whatever else happened" {
	run -2 timeout "$DEADLINE" "$INOWATCH" -t 20ms d
	[ "$output" = "" ]
	# What is hidden does not count: the end comes although events never stop.
	mkfifo ready
	"$INOWATCH" -t 100ms --exclude f --ready-fd 9 d 9>ready >told 2>err 3>&- &
	pid=$!
	await_ready ready
	while kill -0 "$pid" 2>/dev/null; do
		: >d/f
	done
	status=0
	wait "$pid" || status=$?
	pid=
	[ "$status" -eq 2 ]
	[ ! -s told ]
}

@test "2: the time of -t begins anew with each record" {
	start -t 300ms d
	touch d/f
	rest
	end_status
	[ "$status" -eq 2 ]
	head -n 1 records | grep -qx 'd/ CREATE f'
}

@test "3: --strict at the first PATH that cannot be watched" {
	run -3 --separate-stderr "$INOWATCH" --strict d nope
	# shellcheck disable=SC2154
	[ "$stderr" = "inowatch: cannot watch nope: No such file or directory" ]
	start --strict d
	stop
	[ "$status" -eq 143 ]
}

@test "3: --strict when a watched PATH goes away for good" {
	start --strict -j -e delete_self d
	rmdir d
	end_status
	[ "$status" -eq 3 ]
}

@test "1: nothing could be watched" {
	run -1 timeout "$DEADLINE" "$INOWATCH" "${unwatchable:?}"
}

@test "1: too few descriptors, however few" {
	# How many are enough depends on those that the test inherits, and on
	# libuv's version: one line for each limit, until it works.
	local few
	for few in {4..64}; do
		status=0
		(ulimit -n "$few" && exec "$INOWATCH" --for 1ms d) 2>err 3>&- 4>&- ||
			status=$?
		echo "$few: $status $(cat err)" >&2
		[ "$status" -ne 0 ] || break
		[ "$status" -eq 1 ]
		grep -qi '^inowatch: .*too many open files' err
		[ "$(wc -l <err)" -eq 1 ]
	done
	[ "$status" -eq 0 ]
	[ "$few" -gt 4 ]
}
