# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # variables for and of the tests
# What the tests of commands share. Commands tell through the program's output, which the
# test reads as records, that they have begun and ended; nothing sleeps.

load helper

setup_file() {
	# Whoever runs the tests in the background has INT and QUIT ignored.
	export IW_DEFAULTS='import os, signal, sys
for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])'
}

# with_defaults: the program that start starts gets the default of all signals.
with_defaults() {
	printf '#!/bin/sh\nexec "%s" -c "$IW_DEFAULTS" "%s" "$@"\n' \
		"${PYTHON:-python3}" "$INOWATCH" >with-defaults
	chmod +x with-defaults
	INOWATCH=$PWD/with-defaults
}

# script NAME: standard input is a script of that name. Nobody writes to the pipe never:
# whoever reads it goes on until a signal comes.
script() {
	[ -p never ] || mkfifo never
	{
		echo '#!/bin/sh'
		# A signal that comes just before "read" is not seen by it; "wait" sees it.
		echo 'await_signals() { while :; do cat <>never & wait; done; }'
		cat
	} >"$1"
	chmod +x "$1"
}

# held NAME: a command that prints "begin PID ARGUMENTS", and ends, with the status
# that it is told, when a line is written to the pipe NAME.go by release; prints "end".
held() {
	mkfifo "$1.go"
	script "$1" <<-END
		echo "begin \$*"
		# Open for both ends: the one who let the last go may not have left yet.
		read -r status <>"$1.go"
		echo "end \$*"
		exit "\$status"
	END
}

# release NAME [STATUS]: waits until it reads.
release() {
	echo "${2:-0}" >"$1.go"
}

# next TEXT: the next line of output is this one.
next() {
	next_record
	[ "$record" = "$1" ] || {
		printf 'expected: %s\n but got: %s\n' "$1" "$record" >&2
		cat err >&2
		return 1
	}
}

# gone PID: waits until there is no such process.
gone() {
	timeout "$DEADLINE" tail --pid="$1" -f /dev/null
}

# said TEXT: waits until this is on stderr.
said() {
	timeout "$DEADLINE" grep -qFx -m 1 "inowatch: $1" <(tail -n +1 -f err)
}
