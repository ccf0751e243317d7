#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What happens to a PATH, and on the way to it, while it is watched for the first time.

load helper

# meanwhile N COMMAND...: the program that start runs next stops once it has set its N-th
# watch, and goes on when the command is done.
meanwhile() {
	command -v strace >/dev/null || skip "strace is missing"
	[ -z "${IW_SANITIZE_PRELOAD:-}" ] || skip "sanitizers make system calls of their own"
	strace -o /dev/null true || skip "strace cannot trace here"
	{
		echo '#!/bin/sh'
		echo 'echo $$ >number'
		echo exec strace -D -o trace -e trace=inotify_add_watch \
			-e inject=inotify_add_watch:signal=SIGSTOP:when="$1" \
			"'$INOWATCH'" '"$@"'
	} >stopping
	chmod +x stopping
	INOWATCH=./stopping
	shift
	{
		until grep -qs 'stopped by SIGSTOP' trace; do
			((SECONDS < DEADLINE))
		done
		"$@"
		kill -CONT "$(cat number)"
	} 3>&- 4>&- &
}

replace_directory() {
	mv d old
	mkdir d
}

replace_way() {
	rmdir way
	mkdir -p new/d
	mv new way
}

@test "a PATH that is replaced while it is being watched is watched at ready" {
	local options
	for options in "" -r; do
		rm -rf old trace records
		meanwhile 2 replace_directory
		start -j -e create $options d
		: >d/f
		take_until '"event":"create","path":"d/f"'
		stop
		# All was well at ready: nothing had to be told anew.
		lacks resync records
		: >old/g
		lacks old/g records
		INOWATCH=$(sed -n "s/.* '\(.*\)' .*/\1/p" stopping)
	done
}

@test "a file that is replaced while it is being watched is watched at ready" {
	: >d/f
	: >d/other
	meanwhile 2 mv d/other d/f
	start -j -e modify d/f
	echo 1 >>d/f
	take_until '"event":"modify","path":"d/f"'
	lacks resync records
}

@test "a directory on the way that is replaced while somebody is in it is followed" {
	mkdir way
	# As long as it is open, its removal is not told.
	exec 6<way
	meanwhile 1 replace_way
	start -j -e create way/d
	mv way gone
	mkdir -p way/d
	take_until '"event":"resync","path":"way/d"'
	take_until '"event":"synced"'
	: >way/d/f
	take_until '"event":"create","path":"way/d/f"'
	exec 6<&-
}

@test "a slash behind a PATH asks for a directory, the first time too" {
	: >d/f
	mkdir d/sub
	start -e create d/sub// d/f/
	: >d/sub/g
	take 1
	same <<<"d/sub// CREATE g"
	diff - err <<<"inowatch: cannot watch d/f: Not a directory"
}
