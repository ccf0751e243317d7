# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # variables for and of the tests
# What the tests of inotifywatch share: it runs in the background, and is over by a signal.

# Runs by its own name unless the test wants another.
own() {
	named "${1:-inotifywatch}"
}

# begin ARGUMENT...: in the background, until it collects; stderr so far is in err.
begin() {
	local line
	rm -f said
	mkfifo said
	"$INOWATCH" "$@" </dev/null >out 2>said 3>&- 4>&- 8<&- &
	pid=$!
	exec 8<said
	: >err
	while IFS= read -r -t "$DEADLINE" line <&8; do
		printf '%s\n' "$line" >>err
		[[ $line != Finished* ]] || return 0
	done
	cat err >&2
	return 1
}

# over [SIGNAL]: ends it, or waits for its end.
over() {
	[ -z "${1:-}" ] || kill "-$1" "$pid"
	end_status
	cat <&8 >>err
	exec 8<&-
}

# told ARGUMENT...: what it says, with the status behind it.
told() {
	local status=0
	timeout "$DEADLINE" "$INOWATCH" "$@" </dev/null >out 2>err || status=$?
	cat out err
	echo "status $status"
}

# refused TEXT ARGUMENT...: nothing on stdout, TEXT on stderr, 1.
refused() {
	local wanted=$1
	shift
	run -1 --separate-stderr timeout "$DEADLINE" "$INOWATCH" "$@" </dev/null
	[ "$output" = "" ] || { echo "stdout: $output" >&2; return 1; }
	[ "$stderr" = "$wanted" ] || { echo "stderr: $stderr" >&2; return 1; }
}

# Nothing in it opens or lists a directory: whoever watches would be seen doing so.
work() {
	: >d/f
	echo 1 >>d/f
	mv d/f d/n/g
	echo 1 >>d/n/g
	chmod 600 d/n/g
	rm d/n/g
	: >d/h
	rm d/h
	rmdir d/n
}
