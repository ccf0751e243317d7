#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # variables that bats and helper.bash set
# Live: inowatch --backup STORE PATH.

load helper
load backup

# told LINE...: these lines come next, in any order.
told() {
	take $#
	diff <(printf '%s\n' "$@" | sort) <(tail -n $# records | sort) >&2
}

@test "what was there and what changes is stored" {
	echo a >d/a
	start --backup STORE --settle 20ms d
	told "stored d/a"
	echo b >d/b
	told "stored d/b"
	echo again >d/a
	told "stored d/a"
	rm d/b
	told "deleted d/b"
	chmod 600 d/a
	told "stored d/a"
	is_whole
	[ "$(versions d/a | wc -l)" -eq 1 ]
	stop
	[ "$status" -eq 143 ]
}

@test "directories come, move and go with all below" {
	mkdir -p outside/in
	echo x >outside/in/x
	start --backup STORE --settle 20ms d
	mv outside d/came
	told "stored d/came/in/x"
	mv d/came d/moved
	told "stored d/moved/in/x" "deleted d/came/in/x"
	mkdir -p d/new/deep
	echo y >d/new/deep/y
	told "stored d/new/deep/y"
	rm -r d/moved
	told "deleted d/moved/in/x"
	stop
	is_whole
}

@test "another directory in the place of one that went" {
	mkdir d/x d/y
	echo old | tee d/x/old >d/y/old
	start --backup STORE --settle 100ms d
	told "stored d/x/old" "stored d/y/old"
	# Before either has rested.
	mv d/x outside
	mkdir d/x
	mv d/y d/z
	mkdir -p d/y/sub
	told "deleted d/x/old" "deleted d/y/old" "stored d/z/old"
	stop
	is_whole
}

@test "two directories that change places" {
	mkdir d/one d/two
	echo 1 >d/one/f
	echo 2 >d/two/f
	start --backup STORE --settle 20ms d
	told "stored d/one/f" "stored d/two/f"
	"$PYTHON" -c '
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
assert libc.renameat2(-100, b"d/one", -100, b"d/two", 2) == 0' || skip "no RENAME_EXCHANGE"
	told "stored d/one/f" "stored d/two/f"
	is_whole
	stop
}

@test "a store below PATH is no change" {
	echo a >d/a
	start --backup d/STORE --settle 20ms d
	told "stored d/a"
	echo b >d/b
	told "stored d/b"
	kill -USR1 "$pid"
	timeout "$DEADLINE" tail -f --pid="$pid" err 3>&- |
		grep -m 1 "stored 2 (4 bytes), deleted 0, skipped 0, failed 0, waiting 0, settling 0"
	stop
	[ ! -e "d/STORE/current$PWD/d/STORE" ]
}

@test "-n ends after so many stored versions, --for after a time" {
	start --backup STORE --settle 1ms -n 2 d
	echo a >d/a
	echo b >d/b
	end_status
	[ "$status" -eq 0 ]
	run -0 timeout "$DEADLINE" "$INOWATCH" --backup STORE --for 10ms d
}

@test "a file that never rests is stored after --max-wait" {
	start --backup STORE --settle 1h --max-wait 200ms d
	while [ ! -e stop ]; do
		echo line >>d/log
	done 3>&- 7<&- &
	writer=$!
	take 1
	touch stop
	wait "$writer"
	[ "$(head -n 1 records)" = "stored d/log" ]
	stop
	grep -qx line "$(current d/log)"
}

@test "HUP and TERM end it, and whoever waits sees the signal" {
	for signal in HUP TERM; do
		start --backup STORE d
		stop "$signal"
		[ "$status" -eq $((128 + $(kill -l "$signal"))) ]
	done
	[ "$(ls -A STORE/.inowatch/temporary)" = "" ]
}

@test "a reader that leaves ends it with 4" {
	start --backup STORE --settle 1ms d
	exec 7<&-
	echo a >d/a
	end_status
	[ "$status" -eq 4 ]
}
