#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a process of its own
# The signals that end it, tell its state, reopen its log, or are ignored.

load helper

@test "INT, TERM and HUP end it, and are seen by whoever waits" {
	local signal
	# A shell gives a background job an ignored INT: python gives it the default.
	for signal in INT TERM HUP; do
		start_with_defaults d
		stop "$signal"
		echo "$signal: $status" >&2; cat err >&2
		[ "$status" -eq $((128 + $(kill -l "$signal"))) ]
		[ ! -s err ]
	done
}

# Like start, but no signal is ignored.
start_with_defaults() {
	runs=$((runs + 1))
	mkfifo "ready.$runs" "out.$runs"
	"${PYTHON:-python3}" -c 'import os, signal, sys
for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE):
    signal.signal(number, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$INOWATCH" --ready-fd 9 "$@" \
		9>"ready.$runs" >"out.$runs" 2>err 3>&- 4>&- 7<&- 8<&- &
	pid=$!
	await_ready "ready.$runs" "out.$runs"
}

@test "what was told before the signal is written" {
	start -e create d
	touch d/f
	take 1
	touch d/g
	kill "$pid"
	rest
	end_status
	[ "$status" -eq 143 ]
	head -n 1 records | grep -qx 'd/ CREATE f'
	# All or nothing of the last record.
	run ! grep -qvE '^d/ CREATE [fg]$' records
}

@test "a signal in the middle of a storm: whole records, then the signal" {
	local i
	for i in {1..10}; do
		start -r d
		(
			for j in {1..200}; do
				mkdir -p "d/$i/$j"
			done
		) 3>&- &
		local storm=$!
		take 5
		kill -TERM "$pid"
		rest
		end_status
		wait "$storm"
		[ "$status" -eq 143 ]
		[ "$(tail -c 1 records)" = "" ]
		run ! grep -qvE '^d/[0-9/]* [A-Z_,]+ [0-9]*$' records
		rm records
	done
}

@test "an ignored INT or HUP stays ignored, as nohup asks" {
	# Background jobs of a shell without job control ignore INT.
	start d
	kill -INT "$pid"
	touch d/f
	take 1
	same <<<"d/ CREATE f"
	stop
	trap '' HUP
	rm records
	start d
	trap - HUP
	kill -HUP "$pid"
	touch d/g
	take 1
	same <<<"d/ CREATE g"
}

@test "SIGUSR1 tells the state on stderr, also with -q" {
	mkdir -p d/a/b
	mkfifo state
	exec 6<>state
	mkfifo ready out
	"$INOWATCH" -q -r -e create --ready-fd 9 d nope 9>ready >out 2>&6 3>&- 6>&- &
	pid=$!
	await_ready ready out
	touch d/f
	take 1
	kill -USR1 "$pid"
	read -r -t "$DEADLINE" line <&6
	[ "$line" = "inowatch: cannot watch nope: No such file or directory" ]
	read -r -t "$DEADLINE" line <&6
	[[ $line =~ ^inowatch:\ ready\;\ watched\ 3,\ not\ watched\ 1,\ to\ be\ visited\ 0,\ tree\ [0-9]+\ bytes$ ]]
	read -r -t "$DEADLINE" line <&6
	# What take has just written lies beside a PATH, and may be queued.
	[[ $line =~ ^inowatch:\ events\ [0-9]+,\ records\ [0-9]+\ \(1\ shown\),\ overflows\ 0,\ kernel\ queue\ [0-9]+\ bytes,\ output\ waiting\ 0\ bytes$ ]]
	exec 6<&-
}

@test "SIGUSR2 tries again to watch what could not be watched" {
	start -e create d later
	mkdir later
	kill -USR2 "$pid"
	# Whichever comes first, the listing or the event.
	touch later/f
	take 1
	grep -q '^later/ .*CREATE' records
}

@test "stopped and continued, it goes on" {
	start -e create d
	kill -STOP "$pid"
	touch d/f d/g
	kill -CONT "$pid"
	take 2
	same <<-END
		d/ CREATE f
		d/ CREATE g
	END
}

@test "an overflow of the kernel's queue is told, and what is there found again" {
	local queue
	queue=$(cat /proc/sys/fs/inotify/max_queued_events)
	[ "$queue" -le 65536 ] || skip "fs.inotify.max_queued_events is $queue: too long to fill"
	start -j -e create,delete d
	kill -STOP "$pid"
	"${PYTHON:-python3}" -c 'import os, sys
for i in range(int(sys.argv[1]) // 2 + 100):
    os.close(os.open("d/f", os.O_CREAT))
    os.unlink("d/f")
open("d/last", "w").close()' "$queue"
	kill -CONT "$pid"
	timeout "$DEADLINE" sed '/"synced"/q' <&7 | plain_json >plain
	sed '/"event":"\(create\|delete\|ready\)"/d' plain >records
	same <<-END
		{"event":"overflow"}
		{"event":"resync","path":"d"}
		{"event":"found","path":"d/last","type":"file"}
		{"event":"synced"}
	END
	[ "$(grep -c . err)" -eq 3 ]
	grep -qx "inowatch: the kernel's queue overflowed and events were lost; listing again" err
}

@test "an overflow in text is a line that nothing else looks like" {
	local queue
	queue=$(cat /proc/sys/fs/inotify/max_queued_events)
	[ "$queue" -le 65536 ] || skip "fs.inotify.max_queued_events is $queue: too long to fill"
	start -e create,delete d
	kill -STOP "$pid"
	"${PYTHON:-python3}" -c 'import os, sys
for i in range(int(sys.argv[1]) // 2 + 100):
    os.close(os.open("d/f", os.O_CREAT))
    os.unlink("d/f")
open("d/last", "w").close()' "$queue"
	kill -CONT "$pid"
	timeout "$DEADLINE" sed '/last/q' <&7 >all
	grep -vE '^d/ (CREATE|DELETE) f$' all >records
	same <<-END
		 Q_OVERFLOW$BLANK
		d/ CREATE last
	END
}
