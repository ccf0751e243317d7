#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154 # texts for commands; variables of tests
# How commands are stopped, what the program ends with, and that nothing is left behind.

load actions

# A command that tells its number and that of a child, and takes signals as told by its
# argument: ignore, or nothing.
make_family() {
	script family <<-'END'
		[ "$1" != ignore ] || trap '' TERM INT HUP
		cat <>never &
		echo "$$ $!"
		wait
		[ "$1" != ignore ] || while :; do cat <>never; done
	END
}

# Reads the numbers into $leader and $member.
meet_family() {
	next_record
	read -r leader member <<<"$record"
	[ -d "/proc/$leader" ]
	[ -d "/proc/$member" ]
}

@test "signals end the command, all that it has started, and the program" {
	local signal
	make_family
	with_defaults
	for signal in TERM INT HUP QUIT; do
		start --initial d -- ./family
		meet_family
		# No file for a core, which QUIT would leave.
		prlimit --core=0 --pid "$pid"
		stop $signal
		[ "$status" -eq $((128 + $(kill -l $signal))) ]
		[ ! -d "/proc/$leader" ]
		[ ! -d "/proc/$member" ]
		[ ! -s err ]
	done
}

@test "the command gets the signal that the program got" {
	local signal
	with_defaults
	script tell <<-'END'
		for s in TERM INT HUP; do trap "echo $s; kill \$!; exit" $s; done
		echo begin
		await_signals
	END
	for signal in TERM INT HUP; do
		start --initial d -- ./tell
		next begin
		kill -$signal "$pid"
		next $signal
		end_status
	done
}

@test "a command that ignores TERM is killed after --stop-timeout, with all it started" {
	make_family
	start --initial --stop-timeout 200ms d -- ./family ignore
	meet_family
	stop
	[ "$status" -eq 143 ]
	[ ! -d "/proc/$leader" ]
	[ ! -d "/proc/$member" ]
}

@test "the same on a restart, and --stop-signal KILL needs no time" {
	make_family
	start --restart --settle 0 --stop-timeout 200ms d -- ./family ignore
	meet_family
	local first=$leader
	touch d/a
	meet_family
	[ ! -d "/proc/$first" ]
	stop
	start --restart --settle 0 --stop-signal KILL --stop-timeout 1h d -- ./family ignore
	meet_family
	first=$leader
	touch d/a
	meet_family
	[ ! -d "/proc/$first" ]
	kill -KILL "-$leader"
	stop
}

@test "a second signal does not wait for --stop-timeout" {
	script stubborn <<-'END'
		trap 'echo told' TERM
		echo $$
		await_signals
	END
	start --initial --stop-timeout 1h d -- ./stubborn
	next_record
	local leader=$record
	kill -TERM "$pid"
	next told
	stop
	[ "$status" -eq 143 ]
	[ ! -d "/proc/$leader" ]
}

@test "a command that was stopped hears that it is to end" {
	make_family
	start --initial --stop-timeout 1h d -- ./family
	meet_family
	kill -STOP "-$leader"
	stop
	[ ! -d "/proc/$leader" ]
	[ ! -d "/proc/$member" ]
}

@test "a signal at any moment of starting and restarting leaves nothing behind" {
	mkfifo never
	cat >signals.py <<-'END'
		import os, random, signal, subprocess, sys, time
		def left():
		    found = []
		    for number in filter(str.isdigit, os.listdir("/proc")):
		        try:
		            with open(f"/proc/{number}/environ", "rb") as environ:
		                if mark in environ.read():
		                    found.append(number)
		        except OSError:
		            pass
		    return found
		program, rounds = sys.argv[1], int(sys.argv[2])
		seed = random.randrange(1 << 32)
		print("seed", seed)
		random.seed(seed)
		mark = f"IW_MARK={os.getpid()}-{seed}".encode()
		environment = dict(os.environb)
		environment[b"IW_MARK"] = mark.partition(b"=")[2]
		command = "cat <>never & cat <>never"
		for i in range(rounds):
		    ready, write = os.pipe()
		    child = subprocess.Popen(
		        # A shell that has just forked may miss the signal that is to stop it.
		        [program, "--ready-fd", str(write), "--restart", "--settle", "0",
		         "--stop-timeout", "1", "d", "--", "sh", "-c", command],
		        pass_fds=[write], env=environment)
		    os.close(write)
		    if i % 2:
		        os.read(ready, 1)
		    os.close(ready)
		    end = time.monotonic() + random.random() * 0.03
		    while time.monotonic() < end:
		        open("d/f", "w").close()
		    number = random.choice([signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
		    child.send_signal(number)
		    assert child.wait(30) == -number, (child.returncode, number)
		    assert not left(), left()
	END
	"${PYTHON:-python3}" -c "$IW_DEFAULTS" "$(command -v "${PYTHON:-python3}")" \
		signals.py "$INOWATCH" "${ROUNDS:-30}" >&2 3>&- 4>&-
}

@test "kill -9 of the program ends the command" {
	make_family
	start --initial d -- ./family
	meet_family
	kill -KILL "$pid"
	gone "$leader"
	end_status
	[ "$status" -eq 137 ]
	kill -KILL "$member" # what the command started is not promised
}

@test "what a command leaves behind goes on, and ends with the program" {
	script leave <<-'END'
		cat <>never >/dev/null 2>&1 &
		echo $!
	END
	start --settle 0 -e create d -- ./leave
	local members=() i
	for i in 1 2 3; do
		touch "d/$i"
		next_record
		members+=("$record")
	done
	for i in "${members[@]}"; do
		[ -d "/proc/$i" ]
	done
	stop
	for i in "${members[@]}"; do
		[ ! -d "/proc/$i" ]
	done
}

@test "a restart also ends what the command has left behind" {
	script leave <<-'END'
		cat <>never >/dev/null 2>&1 &
		echo $!
	END
	start --restart --settle 0 -e create d -- ./leave
	next_record
	local first=$record
	touch d/a
	next_record
	[ ! -d "/proc/$first" ]
	stop
}

@test "--timeout-run stops a run that takes too long, and says so" {
	make_family
	start --settle 0 -e create --timeout-run 200ms d -- ./family x '{+}'
	touch d/a
	meet_family
	gone "$leader"
	gone "$member"
	said "d/a: ./family took longer than --timeout-run allows and was stopped"
	touch d/b
	meet_family
	stop
}

@test "-n: the status is that of the last command" {
	local code
	for code in 0 1 42 255; do
		start -n 2 --settle 0 -e create d -- sh -c 'echo; exit "$1"' sh "$code"
		touch "d/$code.a"
		take 1
		touch "d/$code.b"
		end_status
		[ "$status" -eq "$code" ]
	done
	start -n 1 --initial d -- sh -c 'kill -KILL $$'
	end_status
	[ "$status" -eq 137 ]
	grep -qx 'inowatch: sh was killed by signal 9, KILL' err
}

@test "--exit-on-error ends with the status of the first failure, and says for what" {
	start --exit-on-error --settle 0 -e create d -- sh -c 'echo; [ "$1" != d/bad ] || exit 7' sh {}
	touch d/good
	take 1
	touch d/bad
	end_status
	[ "$status" -eq 7 ]
	[ "$(cat err)" = "inowatch: d/bad: sh ended with status 7" ]
	start --exit-on-error --initial d -- sh -c 'kill -TERM $$'
	end_status
	[ "$status" -eq 143 ]
}

@test "a failure is told with its paths, unless -q, and nothing ends" {
	start --settle 300ms -e create d -- sh -c 'echo; exit 3'
	touch d/a d/b d/c
	take 1
	said "d/a and 2 more: sh ended with status 3"
	touch d/d
	take 1
	said "d/d: sh ended with status 3"
	stop
	start -q -n 1 --initial d -- sh -c 'exit 3'
	end_status
	[ "$status" -eq 3 ]
	[ ! -s err ]
}

@test "a command that is not there: 127 at the start; one that cannot be run: 126" {
	run -127 --separate-stderr timeout "$DEADLINE" "$INOWATCH" d -- no-such-command
	[ "$stderr" = "inowatch: cannot run no-such-command: command not found" ]
	run -127 --separate-stderr timeout "$DEADLINE" "$INOWATCH" d -- ./none
	[ "$stderr" = "inowatch: cannot run ./none: command not found" ]
	: >plain
	run -126 --separate-stderr timeout "$DEADLINE" "$INOWATCH" d -- ./plain
	[ "$stderr" = "inowatch: cannot run ./plain: Permission denied" ]
	run -126 --separate-stderr timeout "$DEADLINE" "$INOWATCH" d -- ./d
	PATH=$PWD:$PATH run -126 timeout "$DEADLINE" "$INOWATCH" d -- plain
}

@test "a command that goes away is told at each run, and used when it is back" {
	printf '#!/bin/sh\necho here\n' >tool
	chmod +x tool
	start --settle 0 -e create d -- ./tool
	touch d/a
	next here
	mv tool away
	touch d/b
	said "d/b: cannot run ./tool: command not found"
	mv away tool
	touch d/c
	next here
	printf '#!/no/such/interpreter\n' >tool
	touch d/d
	said "d/d: cannot run ./tool: its interpreter was not found"
	stop
	start -n 1 --list -e create d -- ./tool
	end_status
	[ "$status" -eq 127 ]
}

@test "an argument that is too long is told, and the next is run" {
	local long
	long=$(printf 'x%.0s' {1..250})
	start -n 2 --settle 0 -e create d -- sh -c 'echo "$2"' sh "$(printf '{}%.0s' {1..600})" {}
	touch "d/$long"
	said "d/$long: cannot run sh: Argument list too long"
	touch d/b
	next d/b
	end_status
}

@test "a script without a first line is run by sh, as a shell does" {
	echo 'echo "ran $*"' >plain
	chmod +x plain
	start -n 1 --initial d -- ./plain a 'b c'
	next "ran a b c"
	end_status
}

@test "--for and -t end the command too" {
	make_family
	start --initial --for 1 d -- ./family
	meet_family
	end_status
	[ "$status" -eq 0 ]
	[ ! -d "/proc/$leader" ]
	start --initial -t 1 d -- ./family
	meet_family
	end_status
	[ "$status" -eq 2 ]
	[ ! -d "/proc/$leader" ]
	[ ! -d "/proc/$member" ]
}

@test "^C on a terminal reaches the command once, and leaves nothing" {
	command -v tmux >/dev/null || skip "tmux is missing"
	mkfifo out
	script count <<-'END'
		trap 'echo INT >out' INT
		trap 'echo TERM >out' TERM
		echo "$$" >out
		await_signals
	END
	exec 7<>out
	tmux -S "$PWD/tmux" -f /dev/null new-session -d \
		"trap : INT; '$INOWATCH' --initial --stop-timeout 1s d -- ./count; echo status \$? >out" \
		3>&- 4>&- 7<&- || skip "tmux cannot start here"
	next_record
	local leader=$record
	tmux -S "$PWD/tmux" send-keys C-c
	next INT
	# Killed after a second, without having been told again.
	next "status 130"
	[ ! -d "/proc/$leader" ]
	tmux -S "$PWD/tmux" kill-server || :
}
