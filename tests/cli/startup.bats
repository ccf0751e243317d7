#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# System calls are counted, because times differ from run to run and calls do not.

load helper

# From the first of main to the one that tells ready. Here it is 13; an allocator that
# asks the kernel in smaller pieces may add some.
MOST_FROM_MAIN=19

# traced PROGRAM ARGUMENT...: runs it and leaves its system calls in the file trace.
traced() {
	strace -o trace "$@" </dev/null 3>&- 4>&-
}

need_strace() {
	command -v strace >/dev/null || skip "strace is missing"
	[ -z "${IW_SANITIZE_PRELOAD:-}" ] || skip "sanitizers make system calls of their own"
	strace -o /dev/null true || skip "strace cannot trace here"
}

# calls_until_ready ARGUMENT...: the program's own are in the file calls.
calls_until_ready() {
	traced "$INOWATCH" --ready-fd 9 --for 1ms "$@" 9>ready
	[ "$(wc -l <ready)" -eq 1 ]
	# The loader ends with giving back what it has mapped.
	awk '/^munmap\(/ { text = ""; next }
		{ text = text $0 "\n" }
		/^write\(9, / { printf "%s", text; exit }' trace >calls
	cat calls >&2
	grep -q '^inotify_init1(' calls
}

@test "ready comes after few system calls" {
	need_strace
	calls_until_ready d
	[ "$(wc -l <calls)" -le $MOST_FROM_MAIN ]
	# What can be done later is.
	lacks epoll calls
	lacks pipe calls
	lacks rt_sigaction calls
	# The number of what is opened first says that 0 to 2 are open.
	lacks poll calls
	# Nothing but the beginning of the table of mounts is opened.
	[ "$(grep -c '^open' calls)" -eq 1 ]
}

@test "with -r there are five more, to list the directory" {
	need_strace
	touch d/a d/b
	calls_until_ready -r -e create,delete,move,close_write d
	[ "$(wc -l <calls)" -le $((MOST_FROM_MAIN + 5)) ]
	# It is opened once, and not even again where it is to be watched for reads.
	[ "$(grep -c '^open' calls)" -eq 2 ]
	calls_until_ready -r d
	[ "$(grep -c '^open' calls)" -eq 2 ]
}

@test "each directory on the way to a PATH takes two more" {
	need_strace
	local slashes=${PWD//[!\/]/}
	case $(realpath .) in
	"$PWD") ;;
	*) skip "the way here has links" ;;
	esac
	calls_until_ready "$PWD/d"
	[ "$(wc -l <calls)" -le $((MOST_FROM_MAIN + 2 * ${#slashes} - 1)) ]
	[ "$(grep -c '^open' calls)" -eq 1 ]
}

@test "a signal that comes before the loop is there ends the program all the same" {
	need_strace
	# The signal comes while the first directory is being watched.
	# shellcheck disable=SC2016 # for the shell that is started
	run -143 strace -o /dev/null -e trace=ioctl -e inject=ioctl:signal=SIGTERM:when=1 \
		"$INOWATCH" --ready-fd 9 -j d 9>ready 3>&- 4>&-
	[ "$(wc -l <ready)" -eq 1 ]
	[[ $output == *'"event":"ready"'* ]]
}

@test "idle makes no system call: nothing is waited for with a timeout" {
	need_strace
	printf '#!/bin/sh\nexec strace -o trace "%s" "$@"\n' "$INOWATCH" >program
	chmod +x program
	INOWATCH=./program start --latency 0 -n 4 -e create d
	local i
	for i in 1 2 3 4; do
		touch "d/$i"
		take 1
	done
	end_status
	[ "$status" -eq 0 ]
	sed -n 's/^epoll_p*wait2*(.*, 1024, \([-0-9]*\).* = \([0-9]*\)$/\1 \2/p' trace >waits
	cat waits >&2
	# Asked without waiting at the beginning and at the end; between them it waits until
	# there is something.
	[ "$(grep -c '^0 ' waits)" -le 2 ]
	# The first record may have been there, and the second come before it first waited.
	[ "$(grep -c '^-1 [1-9]' waits)" -ge 2 ]
	run ! grep -vE '^(0|-1 [1-9])' waits
}
