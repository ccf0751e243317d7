#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Started as inotifywait. What is said where the machine has to fail for it, in the
# background, to syslog, and by signals. The rest is in golden/inotifywait/.

load helper
load dropin

# says STATUS TEXT ARGUMENT...: ends so and says just this, on stderr.
says() {
	local status=$1 text=$2
	shift 2
	run "-$status" --separate-stderr timeout "$DEADLINE" "$@"
	[ "$output" = "" ]
	# shellcheck disable=SC2154 # set by run
	[ "$stderr" = "$text" ] || { echo "stderr: $stderr" >&2; return 1; }
}

# failing CALL ERROR: each such system call of what follows $strace fails.
failing() {
	strace=(strace -f -o /dev/null -e "trace=$1" -e "inject=$1:error=$2")
}

need_injection() {
	command -v strace >/dev/null || skip "strace is missing"
	[ -z "${IW_SANITIZE_PRELOAD:-}" ] || skip "sanitizers cannot be traced"
	strace -o /dev/null true || skip "strace cannot trace here"
}

@test "--help: our words, its first line for scripts, to standard output, with 1" {
	named inotifywait
	local option
	for option in -h --help --he; do
		run -1 --separate-stderr "$INOWATCH" "$option" d
		[[ ${lines[0]} == "inotifywait 4.25.9.0, as done by inowatch "* ]]
		[ "$stderr" = "" ]
	done
	for option in --event --timeout --recursive --inotify --fanotify --filesystem --csv \
		--daemon --syslog --monitor --no-dereference --quiet --format --no-newline \
		--timefmt --fromfile --outfile --exclude --excludei --include --includei; do
		[[ $output == *" $option "* ]]
	done
	named fsnotifywait
	run -1 "$INOWATCH" -h
	[[ ${lines[0]} == "fsnotifywait 4.25.9.0, "* ]]
}

@test "what cannot be written is an error with 1, or ends it by PIPE" {
	local text="cannot write to stdout: No space left on device"
	# Nothing can be written; or whoever reads it has left already.
	local full=(bash -c '"$@" >/dev/full' bash)
	local left=("${PYTHON:-python3}" -c '
import os, signal, sys
reader, writer = os.pipe()
os.close(reader)
os.dup2(writer, 1)
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])')
	named inotifywatch
	says 1 "$text" "${full[@]}" "$INOWATCH" -h
	named inotifywait
	says 1 "$text" "${full[@]}" "$INOWATCH" -h
	says 141 "" "${left[@]}" "$INOWATCH" -h
	write_on
	says 1 "$text" "${full[@]}" "$INOWATCH" -q -e close_write d
}

@test "fanotify is not built in, and that is said" {
	local text="fanotify is not built in: leave out -F and -S, or give -I under a name that begins with fsnotify."
	named inotifywait
	says 1 "$text" "$INOWATCH" -F d
	says 1 "$text" "$INOWATCH" -q --filesystem d
	says 2 "" "$INOWATCH" -F -I -q -t 0.01 d
	named fsnotifywait
	says 1 "$text" "$INOWATCH" d
	says 2 "" "$INOWATCH" -I -q -t 0.01 d
}

@test "no more watches, no more instances" {
	need_injection
	named inotifywait
	failing inotify_add_watch ENOSPC
	says 1 "Failed to watch d; upper limit on inotify watches reached!
Please increase the amount of inotify watches allowed per user via \`/proc/sys/fs/inotify/max_user_watches'." \
		"${strace[@]}" "$INOWATCH" -q d
	failing inotify_init1 EMFILE
	says 1 "Couldn't initialize inotify: Too many open files
Try increasing the value of /proc/sys/fs/inotify/max_user_instances" \
		"${strace[@]}" "$INOWATCH" -q d
	failing inotify_init1 ENFILE
	says 1 "Couldn't initialize inotify: Too many open files in system" \
		"${strace[@]}" "$INOWATCH" -qq d
}

@test "the first PATH that may not be watched is the end; below it that is passed over" {
	need_root
	named inotifywait
	for_nobody
	named inotifywait
	chmod 700 d/
	run -1 --separate-stderr as_nobody "$INOWATCH" -q d
	[ "$stderr" = "Couldn't watch d: Permission denied" ]
	mkdir -p e/x
	chmod 700 e/x
	run -2 --separate-stderr as_nobody "$INOWATCH" -q -r -t 0.05 e
	[ "$stderr" = "" ]
}

@test "an overflow is said, unless -qq; it is told only if it was asked for" {
	named inotifywait
	local most i
	most=$(cat /proc/sys/fs/inotify/max_queued_events)
	[ "$most" -le 20000 ] || skip "the kernel's queue is long here"
	begin -m -e create,q_overflow d
	kill -STOP "$pid"
	for ((i = 0; i <= most; i++)); do : >"d/$i"; done
	kill -CONT "$pid"
	take_until " Q_OVERFLOW "
	# shellcheck disable=SC2154 # set by take_until
	[ "$record" = " Q_OVERFLOW$BLANK" ]
	take_until "d/ CREATE $most"
	kill "$pid"
	prefixed '!' 8 >>said
	grep -Fx "! The kernel's queue overflowed and events were lost; what is there is told as CREATE." said
}

@test "an overflow that was not asked for ends with 1 what waits for one event" {
	named inotifywait
	local most i
	most=$(cat /proc/sys/fs/inotify/max_queued_events)
	[ "$most" -le 20000 ] || skip "the kernel's queue is long here"
	begin -r -e delete d
	kill -STOP "$pid"
	for ((i = 0; i <= most; i++)); do : >"d/$i"; done
	kill -CONT "$pid"
	end_status
	[ "$status" -eq 1 ]
}

@test "-s: to syslog once it begins; what is wrong before stays on stderr" {
	named inotifywait
	says 1 "" "$INOWATCH" -s nope
	says 2 "" "$INOWATCH" -s -t 0.01 d
	says 1 "No files specified to watch!" "$INOWATCH" -s
	says 1 "Failed to open output file /nope/x" "$INOWATCH" -s -o /nope/x d
}

@test "-d: relative PATHs stay right, the file is made, and stdout and stderr are free" {
	named inotifywait
	# Waits for the end of both, which a background process would hold open.
	run -0 timeout "$DEADLINE" "$INOWATCH" -d -o log -t 2 -e create d
	[ "$output" = "" ]
	: >d/new
	timeout "$DEADLINE" tail -n +1 -F log 2>/dev/null | head -n 1 >first
	[ "$(cat first)" = "d/ CREATE new" ]
	[ "$(stat -c %a log)" = 600 ]
	# It ends by its timeout.
}

@test "-d: what cannot be watched is told by the status" {
	named inotifywait
	run -1 timeout "$DEADLINE" "$INOWATCH" -d -o log nope
}

@test "the signals it knows nothing of end it: INT TERM HUP USR1 USR2 QUIT ALRM" {
	named inotifywait
	local number
	for number in 2 15 1 10 12 3 14; do
		rm -f out err
		# A shell's background jobs ignore INT and QUIT.
		mkfifo out err
		: >said
		"$PYTHON" -c '
import os, signal, sys
for number in signal.SIGINT, signal.SIGQUIT:
    signal.signal(number, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$INOWATCH" -m -o file d >out 2>err 3>&- 4>&- &
		pid=$!
		exec 7<out 8<err
		await_established
		stop "$number"
		[ "$status" -eq $((128 + number)) ]
		exec 8<&-
	done
}

@test "a reader that leaves ends it by PIPE, also where that is held" {
	named inotifywait
	printf '#!%s\nimport os, signal, sys\n%s\nos.execv("%s", ["inotifywait", *sys.argv[1:]])\n' \
		"$(command -v "${PYTHON:-python3}")" \
		"signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPIPE])" "$INOWATCH" >held
	chmod +x held
	INOWATCH=$PWD/held begin -m -e create d
	exec 7<&-
	: >d/new
	end_status
	[ "$status" -eq 141 ]
}

@test "a reader that leaves ends it by PIPE" {
	named inotifywait
	begin -m -e create d
	exec 7<&-
	: >d/new
	end_status
	[ "$status" -eq 141 ]
	[ "$(prefixed '!' 8)" = "" ]
}
