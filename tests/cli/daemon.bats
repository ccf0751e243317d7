#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# -d, --pid-file, -s.

load helper

# The daemon is nobody's child: it is told by its number, and seen to end.
end_daemon() {
	local daemon
	daemon=$(cat pid)
	kill "$daemon"
	timeout "$DEADLINE" tail --pid="$daemon" -f /dev/null
}

teardown() {
	[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || :
	[ ! -s pid ] || kill -KILL "$(cat pid)" 2>/dev/null || :
}

@test "-d returns when all is watched, and goes on in the background" {
	mkdir d/sub
	run -0 timeout "$DEADLINE" "$INOWATCH" -d -r -e create -o log --pid-file pid d \
		3>&- 4>&-
	[ "$output" = "" ]
	touch d/sub/f
	timeout "$DEADLINE" tail -n +1 -f log | grep -qm1 '^d/sub/ CREATE f$'
	local daemon
	daemon=$(cat pid)
	[ "$(readlink "/proc/$daemon/exe")" -ef "$INOWATCH" ] ||
		[ -e "/proc/$daemon/exe" ]
	# It keeps the working directory, has no terminal, and none of our descriptors.
	[ "/proc/$daemon/cwd" -ef . ]
	[ "$(awk '{ print $6 }' "/proc/$daemon/stat")" -ne "$(awk '{ print $6 }' "/proc/$$/stat")" ]
	[ "$(readlink "/proc/$daemon/fd/0" "/proc/$daemon/fd/1" "/proc/$daemon/fd/2" | sort -u)" = /dev/null ]
	end_daemon
	[ ! -e pid ]
}

@test "-d: what fails before all is watched is the status, and on stderr" {
	run -1 --separate-stderr timeout "$DEADLINE" "$INOWATCH" -d -o log "${unwatchable:?}"
	# shellcheck disable=SC2154
	[ "${stderr##*$'\n'}" = "inowatch: nothing could be watched" ]
	run -3 timeout "$DEADLINE" "$INOWATCH" -d --strict -o log d nope
	run -1 --separate-stderr timeout "$DEADLINE" "$INOWATCH" -d -o nope/log d
	[ "$stderr" = "inowatch: cannot open nope/log: No such file or directory" ]
}

@test "-d with --ready-fd" {
	mkfifo ready
	timeout "$DEADLINE" "$INOWATCH" -d -o log --pid-file pid --ready-fd 9 d 9>ready 3>&- 4>&- &
	await_ready ready
	wait $!
	end_daemon
}

@test "--pid-file without -d" {
	start --pid-file pid d
	[ "$(cat pid)" -eq "$pid" ]
	stop
	[ ! -e pid ]
}

@test "-s sends messages to syslog, and none to stderr" {
	need_root
	run unshare -m true
	[ "$status" -eq 0 ] || skip "no mount namespaces here, to put another /dev/log"
	# shellcheck disable=SC2016
	run -1 --separate-stderr timeout "$DEADLINE" unshare -m sh -c '
		: >null && mount --bind /dev/null null && mount -t tmpfs none /dev || exit 77
		: >/dev/null && mount --move null /dev/null || exit 77
		"$1" - "$2" "$3" <<END
import socket, subprocess, sys
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.settimeout(30)
log.bind("/dev/log")
status = subprocess.run([sys.argv[1], "-s", sys.argv[2]]).returncode
print(log.recv(4096).decode())
print(log.recv(4096).decode())
sys.exit(status)
END' sh "${PYTHON:-python3}" "$INOWATCH" "${unwatchable:?}"
	# shellcheck disable=SC2154
	[ "$stderr" = "" ]
	[[ ${lines[0]} == *" inowatch["*"]: cannot watch ${unwatchable:?}: File name too long"* ]]
	[[ ${lines[1]} == *" inowatch["*"]: nothing could be watched"* ]]
}
