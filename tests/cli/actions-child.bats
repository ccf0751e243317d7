#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154 # texts for commands; variables of tests
# What a command begins with, and what runs cost the program: descriptors, zombies.

load actions

@test "a command has descriptors 0 to 2 and no other" {
	exec 5</dev/null
	start -n 1 --initial d -- sh -c 'for fd in /proc/self/fd/*; do echo "${fd##*/}"; done'
	exec 5<&-
	rest
	end_status
	# The shell itself holds the folder open while it lists it.
	grep -v '^3$' records >others
	diff -u - others >&2 <<-END
		0
		1
		2
	END
}

@test "a command has the signals that the program began with" {
	with_defaults
	"${PYTHON:-python3}" -c "$IW_DEFAULTS" "$(command -v cat)" /proc/self/status |
		grep -E '^Sig(Blk|Ign|Cgt)' >wanted
	start -n 1 --initial d -- cat /proc/self/status
	grep -E '^Sig(Blk|Ign|Cgt)' <&7 >got
	end_status
	diff -u wanted got >&2
}

@test "what nohup ignores is ignored by the command too" {
	trap '' HUP
	start -n 1 --initial d -- grep -E '^SigIgn' /proc/self/status
	trap - HUP
	rest
	end_status
	[[ $(cat records) == *[13579bdf] ]]
}

@test "a command has the working directory, the umask, and a process group of its own" {
	umask 027
	start -n 1 --initial d -- \
		"${PYTHON:-python3}" -c 'import os; print(os.getcwd(), oct(os.umask(0)), os.getpgid(0) == os.getpid())'
	next "$PWD 0o27 True"
	end_status
}

@test "a daemon's command works, and its messages go to syslog or nowhere" {
	start --daemon --pid-file pid --settle 0 -e create d -- sh -c 'echo "$INOWATCH_PATH" >told'
	end_status
	[ "$status" -eq 0 ]
	local daemon
	daemon=$(cat pid)
	mkfifo told
	touch d/a
	IFS= read -r -t "$DEADLINE" record <told
	[ "$record" = d/a ]
	kill "$daemon"
	gone "$daemon"
}

@test "standard input, output, error of the program may be closed" {
	start -n 1 --initial d -- sh -c 'echo done >told' <&-
	end_status
	[ "$(cat told)" = "done" ]
	run -0 timeout "$DEADLINE" "$INOWATCH" -n 1 --initial d -- sh -c 'echo again >told' \
		<&- >&- 2>&-
	[ "$(cat told)" = again ]
}

@test "/dev/full is the command's affair, without --print" {
	run -1 --separate-stderr timeout "$DEADLINE" sh -c \
		'exec "$INOWATCH" -n 1 --initial d -- sh -c "echo x 2>/dev/null" >/dev/full'
	touch d/f
	run -4 timeout "$DEADLINE" sh -c \
		'exec "$INOWATCH" --list --print --settle 1m d -- true >/dev/full'
}

@test "a reader that leaves is the command's affair, without --print" {
	start --settle 0 -e create d -- sh -c 'echo told >>log; echo out'
	touch d/a
	next out
	exec 7<&-
	touch d/b
	said "d/b: sh was killed by signal 13, PIPE"
	kill "$pid"
	wait "$pid" || status=$?
	pid=
	[ "$status" -eq 143 ]
}

# held_by PID: its descriptors and its children.
held_by() {
	find "/proc/$1/fd" -mindepth 1 | wc -l
	wc -w <"/proc/$1/task/$1/children"
}

@test "200 restarts leave neither zombies nor descriptors" {
	mkfifo never
	start --restart --settle 0 -e close_write d -- sh -c 'echo "up"; exec cat <>never'
	next up
	held_by "$pid" >before
	local i
	for i in {1..200}; do
		: >d/f
		next up
	done
	# The last but one was waited for before the last was begun.
	held_by "$pid" >after
	diff -u before after >&2
	stop
}

@test "many runs leave neither zombies nor descriptors" {
	local rounds=${ROUNDS:-300}
	script last <<-END
		i=\$((\$(cat count) + 1))
		echo \$i >count
		setsid sh -c ': &'
		if [ \$i -eq 10 ] || [ \$i -eq $rounds ]; then
			echo \$i
			read -r line <go
		fi
		: >d/f
	END
	mkfifo go
	echo 0 >count
	start --settle 0 --stdin lines -e close_write d -- ./last
	: >d/f
	next 10
	find "/proc/$pid/fd" -mindepth 1 | wc -l >before
	echo >go
	next "$rounds"
	find "/proc/$pid/fd" -mindepth 1 | wc -l >after
	diff -u before after >&2
	# What went away from its group may have ended just now; no more than a few.
	[ "$(wc -w <"/proc/$pid/task/$pid/children")" -le 3 ]
	stop
}

@test "no process to be had is told, and the change after that is run" {
	command -v strace >/dev/null || skip "strace is missing"
	strace -o /dev/null true || skip "strace cannot trace here"
	[ -z "${IW_SANITIZE_PRELOAD:-}" ] || skip "sanitizers do not run under strace"
	printf '#!/bin/sh\nexec strace -o /dev/null -e trace=clone,vfork -e inject=clone,vfork:error=EAGAIN:when=1 "%s" "$@"\n' \
		"$INOWATCH" >program
	chmod +x program
	INOWATCH=./program start -n 2 --settle 0 -e create d -- echo {}
	touch d/a
	said "d/a: cannot run echo: Resource temporarily unavailable"
	touch d/b
	next d/b
	end_status
	[ "$status" -eq 0 ]
}

@test "SIGUSR1 tells of the runs as well" {
	start --settle 0 -e create d -- sh -c 'echo run; exit 1'
	touch d/a
	next run
	said "d/a: sh ended with status 1"
	kill -USR1 "$pid"
	said "runs ended 1 (1 failed), running 0, left behind 0, changes waiting 0"
	stop
}
