#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What a piece of work costs, in numbers that do not depend on how busy the machine is.

load helper

need_strace() {
	command -v strace >/dev/null || skip "strace is missing"
	strace -o /dev/null -e trace=nanosleep "$INOWATCH" --version >/dev/null 2>&1 ||
		skip "strace cannot trace here"
}

# trace ARGUMENT...: starts the program; all its system calls are in the file calls.
trace() {
	local program=$INOWATCH
	printf '#!/bin/sh\nexec strace -o calls "%s" "$@"\n' "$program" >traced
	chmod +x traced
	INOWATCH=$PWD/traced start "$@"
}

# The number of system calls that wait, read and write; not those of start and end, of
# which it is not certain when they come.
working_calls() {
	sed -n '/inotify_init1/,$p' calls |
		grep -cE '^(read|write|p?poll|epoll_p?wait2?|ioctl|clock_nanosleep)\('
}

# The number of system calls, without those of the loader.
calls() {
	sed -n '/inotify_init1/,$p' calls | grep -c '^[a-z_0-9]*('
}

# write_until_end COMMANDS: again and again, until the program has what it was to tell.
write_until_end() {
	local writer
	(while [ ! -e stop ]; do eval "$1"; done) 3>&- 4>&- 7<&- &
	writer=$!
	end_status
	touch stop
	wait "$writer"
	[ "$status" -eq 0 ]
}

# instructions EVENTS [OPTION...]: what callgrind counts for a run that tells so many.
instructions() {
	local i events=$1
	shift
	rm -f "ready.$events"
	mkfifo "ready.$events"
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$INOWATCH" --ready-fd 9 \
		-n "$events" -o out -e create "$@" d 9>"ready.$events" 2>"counted.$events" \
		3>&- 4>&- &
	pid=$!
	await_ready "ready.$events"
	kill -STOP "$pid"
	for ((i = 0; i < events; i++)); do
		: >"d/file-$events-$i"
	done
	kill -CONT "$pid"
	end_status >&2
	[ "$status" -eq 0 ]
	find d -type f -delete
	sed -n 's/.*Collected : //p' "counted.$events"
}

@test "10,000 events that wait in the queue take few system calls" {
	local i
	need_strace
	[ "$(cat /proc/sys/fs/inotify/max_queued_events)" -gt 10000 ] ||
		skip "fs.inotify.max_queued_events is too low for 10,000 events"
	trace -n 10000 -o out -e create,close_write d
	tracee=$(pgrep -P "$pid")
	kill -STOP "$tracee"
	for ((i = 0; i < 5000; i++)); do
		: >"d/$i"
	done
	kill -CONT "$tracee"
	end_status
	[ "$status" -eq 0 ]
	[ "$(wc -l <out)" -eq 10000 ]
	# 64 KiB a read, and a write for many reads.
	echo "$(working_calls) system calls" >&2
	[ "$(working_calls)" -le 60 ]
}

@test "whoever writes all the time is not chased, an event at a time" {
	need_strace
	trace -n 3000 -o out -e create,close_write,delete d
	write_until_end ': >d/f; rm d/f'
	# Behind a read that emptied the queue comes a wait, and not a read of what was
	# written meanwhile.
	awk '/^(epoll_p?wait|clock_nanosleep)/ { has_waited = 1 }
		/^read\(.*, 65536\) += [0-9]/ {
			reads++
			if (reads > 1 && !has_waited && last < 32768) chased++
			has_waited = 0
			last = $NF
		}
		END { print reads " reads, " chased + 0 " of them chased" }
		END { exit reads < 3 || chased > 0 }' calls >&2
}

@test "while events keep coming, nobody else is asked each time" {
	local asked waits
	need_strace
	trace -n 20000 -o out -e close_write d
	write_until_end ': >d/f; : >d/g'
	asked=$(grep -cE '^epoll_p?wait' calls)
	waits=$(grep -c '^clock_nanosleep' calls)
	echo "asked $asked times in $waits waits" >&2
	[ "$asked" -lt "$waits" ]
}

@test "setting up takes few system calls for each directory" {
	local bound
	need_strace
	mkdir -p d/{1..50}/{1..20}
	case $(stat -f -c %T d) in
	ext2/ext3 | tmpfs | xfs) bound=3200 ;; # link counts tell where nothing is below
	*) bound=9500 ;;
	esac
	trace -r -e create,delete,move,close_write d
	echo "$(calls) system calls for 1051 directories" >&2
	[ "$(calls)" -le "$bound" ]
	[ "$(grep -c '^inotify_add_watch(' calls)" -le 1060 ]
	exec 7<&-
	end_status
}

@test "an event takes few instructions" {
	local bound few many
	command -v valgrind >/dev/null || skip "valgrind is missing"
	[ "$(cat /proc/sys/fs/inotify/max_queued_events)" -gt 2500 ] ||
		skip "fs.inotify.max_queued_events is too low for 2,500 events"
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$INOWATCH" --version \
		>/dev/null 2>&1 || skip "valgrind cannot run the program here"
	case ${CFLAGS:-} in
	*-O[123s]*) bound=1000 ;; # 770 were measured
	*) bound=5000 ;;
	esac
	few=$(instructions 500)
	many=$(instructions 2500)
	echo "$(((many - few) / 2000)) instructions an event" >&2
	[ $((many - few)) -le $((2000 * bound)) ]
}

@test "an event that is counted takes fewer" {
	local bound few many
	command -v valgrind >/dev/null || skip "valgrind is missing"
	[ "$(cat /proc/sys/fs/inotify/max_queued_events)" -gt 2500 ] ||
		skip "fs.inotify.max_queued_events is too low for 2,500 events"
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$INOWATCH" --version \
		>/dev/null 2>&1 || skip "valgrind cannot run the program here"
	case ${CFLAGS:-} in
	*-O[123s]*) bound=850 ;; # 630 were measured
	*) bound=4000 ;;
	esac
	few=$(instructions 500 --stats)
	many=$(instructions 2500 --stats)
	echo "$(((many - few) / 2000)) instructions an event" >&2
	[ $((many - few)) -le $((2000 * bound)) ]
	# Here each one has a path of its own, to be kept and to be sorted.
	few=$(instructions 500 --stats --by file --top 1)
	many=$(instructions 2500 --stats --by file --top 1)
	echo "$(((many - few) / 2000)) instructions an event with a row of its own" >&2
	[ $((many - few)) -le $((2000 * 4 * bound)) ]
}
