#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # variables that bats and helper.bash set
# A backup without a terminal: -o, -d, --pid-file, and what it does not go with.

load helper
load backup

teardown() {
	[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || :
	[ ! -s pid ] || kill -KILL "$(cat pid)" 2>/dev/null || :
}

# waits FILE LINE: until the line stands in the file.
waits() {
	timeout "$DEADLINE" tail -n +1 -F "$1" 2>/dev/null | grep -qxm1 -- "$2"
}

@test "-d returns when all is watched, lines go to -o, and HUP reopens it" {
	echo a >d/a
	run -0 timeout "$DEADLINE" "$INOWATCH" -d --backup STORE --settle 1ms -o log \
		--pid-file pid d 3>&- 4>&-
	[ "$output" = "" ]
	waits log "stored d/a"
	daemon=$(cat pid)
	[ "/proc/$daemon/cwd" -ef . ]
	[ "$(readlink "/proc/$daemon/fd/0" "/proc/$daemon/fd/1" "/proc/$daemon/fd/2" | sort -u)" = /dev/null ]
	[ "$(stat -c %a log)" = 600 ]
	mv log log.1
	kill -HUP "$daemon"
	timeout "$DEADLINE" sh -c 'until [ -e log ]; do :; done'
	echo b >d/b
	waits log "stored d/b"
	kill "$daemon"
	timeout "$DEADLINE" tail --pid="$daemon" -f /dev/null
	[ ! -e pid ]
	[ "$(cat log.1 log)" = $'stored d/a\nstored d/b' ]
	is_whole
}

@test "-d without -o stores all the same" {
	echo a >d/a
	run -0 timeout "$DEADLINE" "$INOWATCH" -d --backup STORE --pid-file pid d 3>&- 4>&-
	[ "$output" = "" ]
	timeout "$DEADLINE" sh -c 'until [ -e "$1" ]; do :; done' sh "$(current d/a)"
	daemon=$(cat pid)
	kill "$daemon"
	timeout "$DEADLINE" tail --pid="$daemon" -f /dev/null
	is_whole
}

@test "-d: what fails before all is watched is the status, and on stderr" {
	run -1 --separate-stderr timeout "$DEADLINE" "$INOWATCH" -d --backup d --pid-file pid d
	[ "$stderr" = "inowatch: d lies in the store d, which cannot be stored in itself" ]
	run -1 --separate-stderr timeout "$DEADLINE" \
		"$INOWATCH" -d --backup STORE "${unwatchable:?}"
	[ "${stderr##*$'\n'}" = "inowatch: nothing could be watched" ]
	run -1 --separate-stderr timeout "$DEADLINE" \
		"$INOWATCH" -d --backup STORE -o nope/log d
	[ "$stderr" = "inowatch: cannot open nope/log: No such file or directory" ]
	[ ! -e pid ]
}

@test "-o and --pid-file without -d" {
	echo a >d/a
	run -0 timeout "$DEADLINE" "$INOWATCH" --backup STORE --once -j -o log d
	[ "$output" = "" ]
	grep -q '"event":"stored","path":"d/a"' log
	start --backup STORE --pid-file pid d
	[ "$(cat pid)" -eq "$pid" ]
	stop
	[ "$status" -eq 143 ]
	[ ! -e pid ]
	run -1 --separate-stderr timeout "$DEADLINE" \
		"$INOWATCH" --backup STORE --pid-file nope/pid d
	[ "$stderr" = "inowatch: cannot write nope/pid: No such file or directory" ]
}

@test "its own lines are no change" {
	start --backup STORE --settle 1ms -o d/log d
	echo a >d/a
	waits d/log "stored d/a"
	echo b >d/b
	waits d/log "stored d/b"
	kill -USR1 "$pid"
	waits err ".*, settling 0, running 0, compared, .*"
	stop
	# Once, at the start, it may have been found.
	[ "$(grep -c "stored d/log" d/log)" -le 1 ]
}

@test "a full log ends it with 4" {
	[ -w /dev/full ] || skip "no /dev/full"
	echo a >d/a
	run -4 --separate-stderr timeout "$DEADLINE" \
		"$INOWATCH" --backup STORE --once -o /dev/full d
	[ "$stderr" = "inowatch: cannot write to /dev/full: No space left on device" ]
}

@test "USR2 tries again to watch, and what comes is stored" {
	start --backup STORE --settle 1ms d
	kill -USR2 "$pid"
	echo a >d/a
	take 1
	[ "$(cat records)" = "stored d/a" ]
	stop
	[ "$status" -eq 143 ]
}

@test "what does not go with a backup is refused, in one line" {
	fails "--backup does not go with --timeout" --backup STORE -t 1 d
	fails "--backup does not go with --strict" --backup STORE --strict d
	fails "--print needs a command, -- COMMAND, or --stats" --backup STORE --print d
	fails "--once does not go with --daemon" --backup STORE --once -d d
	fails "--ready-fd 99 is not open for writing" --backup STORE --ready-fd 99 d
	[ ! -e STORE ]
}
