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
	# A process for each line, so that there is time for a copy in between.
	while [ ! -e stop ]; do
		env echo line >>d/log
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

@test "events were lost: what is missed is found by comparing, and that is said" {
	local queue
	queue=$(cat /proc/sys/fs/inotify/max_queued_events)
	[ "$queue" -le 65536 ] || skip "fs.inotify.max_queued_events is $queue: too long to fill"
	mkdir d/goes d/comes d/turns
	echo old | tee d/changes d/deleted d/goes/x d/turns/x
	start --backup STORE --settle 1ms d
	told "stored d/changes" "stored d/deleted" "stored d/goes/x" "stored d/turns/x"
	kill -STOP "$pid"
	"$PYTHON" -c 'import os, sys
for i in range(int(sys.argv[1]) // 2 + 100):
    os.close(os.open("d/noise", os.O_CREAT))
    os.unlink("d/noise")' "$queue"
	# Of all this nothing is told.
	echo new >d/changes
	rm -r d/deleted d/goes d/turns
	echo file >d/turns
	mkdir d/comes/sub
	echo new >d/comes/sub/x
	kill -CONT "$pid"
	told "stored d/changes" "deleted d/deleted" "deleted d/goes/x" "deleted d/turns/x" \
		"stored d/turns" "stored d/comes/sub/x"
	is_whole
	stop
	[ "$status" -eq 143 ]
	[ "$(grep -cx "inowatch: the kernel's queue overflowed and events were lost; comparing" err)" -eq 1 ]
}

# is_copying: waits until something is being copied.
is_copying() {
	timeout "$DEADLINE" sh -c 'until [ -n "$(ls -A STORE/.inowatch/temporary)" ]; do :; done'
}

@test "INT and TERM while a file is being copied: it ends at once, with nothing torn" {
	for signal in INT TERM; do
		rm -rf STORE
		echo old >d/a
		backup
		# Long enough to be met; nothing but holes would be over at once.
		head -c 300000000 /dev/zero | tr '\0' x >d/a
		# As a shell does for what runs in the background, INT would be ignored.
		run -0 --separate-stderr timeout "$DEADLINE" "$PYTHON" - "$INOWATCH" "$signal" <<-'END'
			import os, signal, subprocess, sys, time
			signal.signal(signal.SIGINT, signal.SIG_DFL)
			number = getattr(signal, "SIG" + sys.argv[2])
			with subprocess.Popen([sys.argv[1], "--backup", "STORE", "--settle", "1ms", "d"],
			                      stdout=subprocess.PIPE) as child:
			    while not os.listdir("STORE/.inowatch/temporary"):
			        assert child.poll() is None
			    child.send_signal(number)
			    lines = child.stdout.read()
			    assert child.wait() == -number, child.returncode
			    assert lines == b"", lines
		END
		[ "$(ls -A STORE/.inowatch/temporary)" = "" ]
		[ "$(cat "$(current d/a)")" = old ]
		run -0 "$INOWATCH" --check STORE --verify -q
		backup
		[ "$output" = "stored d/a" ]
		is_whole
	done
}

@test "killed while a file is being copied: the next start removes what it left" {
	echo old >d/a
	backup
	head -c 300000000 /dev/zero | tr '\0' x >d/a
	start --backup STORE --settle 1ms d
	is_copying
	stop KILL
	[ "$status" -eq 137 ]
	[ "$(ls -A STORE/.inowatch/temporary)" != "" ]
	[ "$(cat "$(current d/a)")" = old ]
	backup
	[ "$output" = "stored d/a" ]
	is_whole
	[ "$(cat STORE/versions"$PWD/d/a"/*Z)" = old ]
}
