#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# How events gather under load: counted in system calls, since times differ.

load helper

# trace CALLS ARGUMENT...: starts the program; its system calls of that kind go to calls.
trace() {
	local calls=$1 program=$INOWATCH
	shift
	command -v strace >/dev/null || skip "strace is missing"
	strace -o /dev/null -e trace=nanosleep "$INOWATCH" --version >/dev/null 2>&1 ||
		skip "strace cannot trace here"
	printf '#!/bin/sh\nexec strace -o calls -e trace=%s "%s" "$@"\n' "$calls" \
		"$program" >traced
	chmod +x traced
	INOWATCH=$PWD/traced start "$@"
}

busy() {
	local i
	for ((i = 0; i < 2000; i++)); do
		echo >d/f
	done
}

@test "while events keep coming they gather, and all are told" {
	trace clock_nanosleep,nanosleep -e modify d
	busy
	echo >d/end
	take_until "MODIFY end"
	exec 7<&- # without its reader it ends
	end_status
	grep -q 'nanosleep(' calls
}

@test "--latency 0: nothing waits" {
	trace clock_nanosleep,nanosleep --latency 0 -e modify d
	busy
	echo >d/end
	take_until "MODIFY end"
	exec 7<&- # without its reader it ends
	end_status
	lacks 'nanosleep(' calls
}

@test "what comes after a rest is told before anything waits" {
	trace clock_nanosleep,nanosleep,write -n 1 -e create d
	mkdir d/one
	take 1
	end_status
	lacks 'nanosleep(' calls
}

@test "what was read is written before anything else is asked" {
	trace read,write,poll,epoll_wait,epoll_pwait -n 2 -e create d
	mkdir d/one
	take 1
	mkdir d/two
	take 1
	end_status
	sed -n '/^read([0-9]*, .* = 32$/,$p' calls >after
	cat after >&2
	sed -n 2p after | grep -q '^write(.*CREATE,ISDIR one'
}
