#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a process of its own
# Where records go: pipes, files, full disks, readers that leave or are slow, terminals,
# closed descriptors, a log inside the watched tree, log rotation.

load helper

# Whatever the parent of bats does with SIGPIPE.
with_sigpipe() {
	local how=$1
	shift
	exec "${PYTHON:-python3}" -c 'import os, signal, sys
signal.signal(signal.SIGPIPE, getattr(signal, sys.argv[1]))
os.execv(sys.argv[2], sys.argv[2:])' "$how" "$@"
}

@test "a record is in the pipe at once, without waiting for more" {
	start -e create d
	touch d/a
	take 1
	touch d/b
	take 1
	same <<-END
		d/ CREATE a
		d/ CREATE b
	END
}

@test "a full disk" {
	[ -w /dev/full ] || skip "no /dev/full here"
	"$INOWATCH" -j d >/dev/full 2>err && status=0 || status=$?
	[ "$status" -eq 4 ]
	diff - err <<<"inowatch: cannot write to stdout: No space left on device"
	"$INOWATCH" -j -o /dev/full d 2>err && status=0 || status=$?
	[ "$status" -eq 4 ]
	diff - err <<<"inowatch: cannot write to /dev/full: No space left on device"
	for option in --help --version; do
		"$INOWATCH" $option >/dev/full 2>err && status=0 || status=$?
		[ "$status" -eq 4 ]
		diff - err <<<"inowatch: cannot write to stdout: No space left on device"
	done
}

@test "a reader that leaves ends it at once, also while idle" {
	local how
	for how in SIG_DFL SIG_IGN; do
		runs=$((runs + 1))
		mkfifo "ready.$runs" "out.$runs"
		(with_sigpipe "$how" "$INOWATCH" --ready-fd 9 d 9>"ready.$runs" \
			>"out.$runs" 2>err 3>&- 4>&-) &
		pid=$!
		await_ready "ready.$runs" "out.$runs"
		exec 7<&-
		end_status
		[ "$status" -eq 4 ]
		diff - err <<<"inowatch: the reader of the output has left"
	done
}

@test "a reader that has left before the first record" {
	# The shell's own pipe: true ends without reading.
	(
		set +e
		"$INOWATCH" -j --list d 2>err 3>&- | true
		echo "${PIPESTATUS[0]}" >code
	)
	[ "$(cat code)" -eq 4 ]
	diff - err <<<"inowatch: the reader of the output has left"
}

@test "standard output that is a socket" {
	"${PYTHON:-python3}" - "$INOWATCH" <<-'END'
		import os, socket, subprocess, sys
		ours, theirs = socket.socketpair()
		ours.settimeout(30)
		process = subprocess.Popen([sys.argv[1], "-j", "d"], stdout=theirs,
		                           stderr=subprocess.PIPE)
		theirs.close()
		assert b'"ready"' in ours.recv(65536)
		open("d/f", "w").close()
		assert b'"create"' in ours.recv(65536)
		ours.close()
		error = process.stderr.read()
		assert process.wait(30) == 4, process.returncode
		assert error == b"inowatch: the reader of the output has left\n", error
	END
}

@test "the flags of standard output stay as they are" {
	start -e create d
	"${PYTHON:-python3}" -c 'import fcntl, os, sys
sys.exit(fcntl.fcntl(7, fcntl.F_GETFL) & os.O_NONBLOCK != 0)'
	local flags
	flags=$(awk '/^flags:/ { print $2 }' "/proc/$pid/fdinfo/1")
	[ $((8#$flags & 8#4000)) -eq 0 ]
}

# closed REDIRECTIONS: runs it with closed descriptors; opened files must not get them.
closed() {
	touch d/precious
	# The list is opened by the program, and would get the lowest number.
	echo d >list
	status=0
	eval "timeout $DEADLINE \"$INOWATCH\" --list --for 1ms --fromfile list nope $1" || status=$?
	[ ! -s d/precious ]
	diff - list <<<d
}

@test "standard input is closed" {
	closed '<&- >told 2>err'
	[ "$status" -eq 0 ]
	[ -s told ]
	status=0
	timeout "$DEADLINE" "$INOWATCH" --fromfile - <&- 2>err || status=$?
	[ "$status" -eq 1 ]
	diff - err <<<"inowatch: no PATH was given; see --help"
}

@test "standard output is closed" {
	closed '>&- 2>err'
	[ "$status" -eq 4 ]
	diff - err <<<"inowatch: cannot write to stdout: Bad file descriptor"
	# Where nothing is to be written, none is needed.
	status=0
	timeout "$DEADLINE" "$INOWATCH" -qq -t 1ms d >&- || status=$?
	[ "$status" -eq 2 ]
	status=0
	timeout "$DEADLINE" "$INOWATCH" -t 1ms -o log d >&- || status=$?
	[ "$status" -eq 2 ]
}

@test "standard error is closed, or all three are" {
	closed '2>&- >told'
	[ "$status" -eq 0 ]
	grep -qx 'd/ .* precious' told
	closed '<&- >&- 2>&-'
	[ "$status" -eq 4 ]
}

@test "-o appends, with permissions for the owner only" {
	umask 022
	echo before >log
	start -n 1 -e create -o log d
	touch d/f
	rest
	end_status
	[ ! -s records ]
	diff - log <<-END
		before
		d/ CREATE f
	END
	rm log
	run -2 "$INOWATCH" -o log -t 1ms d
	[ "$(stat -c %a log)" = 600 ]
}

@test "HUP opens the log anew: no record is lost or split" {
	local i
	start -n 900 -e create -o d/log d
	for i in {1..900}; do
		: >"d/f$i"
		case $i in
		300 | 600)
			# Both may get records, so only their sum is certain.
			mv d/log "log.$i"
			kill -HUP "$pid"
			;;
		esac
	done
	end_status
	[ "$status" -eq 0 ]
	cat log.300 log.600 d/log | grep -v ' log$' >records
	# The log itself is made anew twice, which is told, and counts.
	[ "$(wc -l <records)" -ge 898 ]
	[ -z "$(sort records | uniq -d)" ]
	run ! grep -qvxE 'd/ CREATE f[0-9]+' records
}

@test "a log that cannot be opened anew: the old one goes on" {
	mkdir logs
	start -n 2 -e create -o logs/log d
	touch d/a
	mv logs moved
	kill -HUP "$pid"
	# It has seen the signal when it says so.
	timeout "$DEADLINE" tail -n +1 -f err | grep -qm1 'cannot open logs/log: No such file'
	touch d/b
	end_status
	[ "$status" -eq 0 ]
	diff - moved/log <<-END
		d/ CREATE a
		d/ CREATE b
	END
}

@test "its own log inside the watched tree does not feed it" {
	start -r -o d/log d
	touch d/f
	finish_log() { timeout "$DEADLINE" tail -n +1 -f d/log | grep -qm1 "$1"; }
	finish_log 'CLOSE d/f\|CLOSE_WRITE,CLOSE f'
	mkdir d/zz-end
	finish_log zz-end
	stop
	run ! grep -q ' MODIFY log' d/log
	[ "$(grep -c 'CREATE' d/log)" -ge 2 ]
	[ "$(wc -l <d/log)" -lt 20 ]
}

@test "standard output inside the watched tree does not feed it either" {
	mkfifo ready
	"$INOWATCH" -r --ready-fd 9 d 9>ready >d/log 2>err 3>&- &
	pid=$!
	await_ready ready
	mkdir d/zz-end
	timeout "$DEADLINE" tail -n +1 -f d/log | grep -qm1 zz-end
	stop
	run ! grep -q ' MODIFY log' d/log
	[ "$(wc -l <d/log)" -lt 20 ]
}

@test "a slow reader: nothing is lost, and the kernel's queue is read all the same" {
	local i
	start -j -e create,delete d
	# Far more than a pipe and the kernel's queue hold.
	"${PYTHON:-python3}" -c 'import os
for i in range(20000):
    os.close(os.open("d/f%d" % i, os.O_CREAT))
    os.unlink("d/f%d" % i)'
	mkdir d/zz-end
	timeout "$DEADLINE" sed '/zz-end/q' <&7 >all
	run ! grep -q '"overflow"' all
	[ "$(grep -c '"create"' all)" -eq 20001 ]
	[ "$(grep -c '"delete"' all)" -eq 20000 ]
}

@test "--buffer: what does not fit stays in the kernel's queue" {
	start -j -e create --buffer 4k d
	"${PYTHON:-python3}" -c 'import os
for i in range(8000):
    os.close(os.open("d/f%d" % i, os.O_CREAT))'
	kill -USR1 "$pid"
	timeout "$DEADLINE" tail -n +1 -f err | grep -m1 'output waiting' >state
	[[ $(cat state) =~ kernel\ queue\ ([0-9]+)\ bytes,\ output\ waiting\ ([0-9]+)\ bytes ]]
	[ "${BASH_REMATCH[1]}" -gt 10000 ]
	[ "${BASH_REMATCH[2]}" -gt 4095 ]
	touch d/zz-end
	timeout "$DEADLINE" sed '/zz-end/q' <&7 >all
	[ "$(grep -c '"create"' all)" -eq 8001 ]
}

@test "-q and -qq" {
	start -v d
	stop
	[ "$(grep -c . err)" -eq 2 ]
	start -q d nope
	touch d/f
	take 1
	stop
	diff - err <<<"inowatch: cannot watch nope: No such file or directory"
	start -qq -n 2 d
	touch d/f2
	rm records
	rest
	end_status
	[ "$status" -eq 0 ]
	[ ! -s records ]
}

# terminal COMMAND...: what a terminal shows of it, stdout and stderr.
terminal() {
	command -v script >/dev/null || skip "script is not installed"
	local line
	printf -v line '%q ' "$@"
	TERM=xterm timeout "$DEADLINE" script -qec "$line" /dev/null </dev/null |
		tr -d '\r' >screen
}

@test "a terminal gets no byte that could act on it" {
	"${PYTHON:-python3}" "$BATS_TEST_DIRNAME/every-byte.py" names
	"${PYTHON:-python3}" "$BATS_TEST_DIRNAME/every-byte.py" create names d
	local arguments
	for arguments in "" "-c" "-j" "--format %w%f"; do
		# shellcheck disable=SC2086 # words
		terminal "$INOWATCH" --color never --list -q --for 1ms $arguments d $'no\e[31mpe'
		"${PYTHON:-python3}" -c 'import sys
text = open("screen", "rb").read().decode("utf-8", "strict")
harmful = "".join(map(chr, [*range(0x20), *range(0x7f, 0xa0), 0x61c, 0x200e, 0x200f,
                            0x2028, 0x2029, *range(0x202a, 0x202f), *range(0x2066, 0x206a)]))
bad = [c for c in text if c in harmful and c != "\n"]
sys.exit(ascii(bad) if bad else 0)'
		[ "$(wc -l <screen)" -ge "$(tr -cd '\0' <names | wc -c)" ]
	done
}

@test "colours: on a terminal, unless NO_COLOR or --color never; elsewhere with always" {
	local esc=$'\e['
	touch d/f
	terminal "$INOWATCH" -q --list --for 1ms d
	grep -qF "$esc" screen
	NO_COLOR=1 terminal "$INOWATCH" -q --list --for 1ms d
	run ! grep -qF "$esc" screen
	terminal "$INOWATCH" -q --list --color never --for 1ms d
	run ! grep -qF "$esc" screen
	NO_COLOR=1 terminal "$INOWATCH" -q --list --color always --for 1ms d
	grep -qF "$esc" screen
	"$INOWATCH" --list --for 1ms d >plain
	run ! grep -qF "$esc" plain
	"$INOWATCH" --list --for 1ms --color always d >plain
	grep -qF "$esc" plain
	"$INOWATCH" --list -j --for 1ms --color always d >plain
	run ! grep -qF "$esc" plain
}

@test "a terminal is told when all is watched; -q is quiet" {
	terminal "$INOWATCH" -t 1ms d
	grep -q 'inowatch: Watches established.' screen
	terminal "$INOWATCH" -q -t 1ms d
	[ ! -s screen ]
}
