#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Mounts that come while the program starts, and those that do not concern it.
# Each test is played by a shell in namespaces of its own, as in mounts.bats.

load helper
load scene

@test "a mount is seen that comes between ready and the first waiting" {
	command -v strace >/dev/null || skip "strace is missing"
	mkdir d/m
	printf '#!/bin/sh\nexec strace -o /dev/null -e trace=epoll_ctl %s "%s" "$@"\n' \
		-e\ inject=epoll_ctl:delay_enter=200000 "$INOWATCH" >slow
	chmod +x slow
	./slow --version || skip "strace cannot trace here"
	scene <<-'END'
		INOWATCH=./slow
		begin -r --list -e create,delete,move d
		mount -t tmpfs t d/m
		again d/m
		exec 7<&- # it ends without its reader, also when it is not traced any more
	END
}

# stopping: the program of that name stops when it has told --ready-fd, before all else;
# resumed lets it go on, until the file told is there.
stopping() {
	command -v strace >/dev/null || skip "strace is missing"
	[ -z "${IW_SANITIZE_PRELOAD:-}" ] || skip "sanitizers make system calls of their own"
	strace -o /dev/null true || skip "strace cannot trace here"
	printf '#!/bin/sh\nexec strace -D -o /dev/null -e trace=write %s "%s" "$@"\n' \
		-e\ inject=write:signal=SIGSTOP:when=1 "$INOWATCH" >stopping
	chmod +x stopping
	cat >resumed.sh <<-'END'
		INOWATCH=./stopping
		await_stop() {
			until grep -q '^State:.[tT]' "/proc/$pid/status"; do
				((SECONDS < DEADLINE))
			done
		}
		# A traced process seems to be stopped before it is.
		resume() {
			while [ ! -e told ]; do kill -CONT "$pid"; done &
		}
	END
}

@test "a mount is seen that comes before the table was read for the first time" {
	stopping
	mkdir d/m
	scene <<-'END'
		. ./resumed.sh
		start -j -r -e create,delete,move d
		await_stop
		mount -t tmpfs t d/m
		resume
		keep_until '"event":"ready"'
		again d/m
		: >told
		wait $!
		exec 7<&-
	END
}

@test "an unmount is seen that comes before a long table was read to its end" {
	stopping
	mkdir d/m other many
	touch other/hidden
	scene <<-'END'
		. ./resumed.sh
		for i in {1..80}; do
			mkdir "many/$i"
			mount -t tmpfs t "many/$i"
		done
		mount --bind other d/m
		start -j -r -e create,delete,move d
		await_stop
		umount d/m
		resume
		keep_until '"event":"ready"'
		again d
		: >told
		wait $!
		touch d/m/seen
		keep_until '"path":"d/m/seen"'
		exec 7<&-
	END
}

@test "a mount elsewhere is no reason to list a PATH anew" {
	mkdir elsewhere d/m
	touch d/f
	scene <<-'END'
		for recursive in "" -r; do
			start -e create $recursive d
			# In its first turn, which tells the first of these at most, it does
			# not know yet what was mounted where.
			touch d/0
			take 1
			touch d/00
			take 1
			mount -t tmpfs t elsewhere
			touch d/1
			take 1
			umount elsewhere
			touch d/2
			take 1
			stop
			rm d/[012] d/00
		done
		lacks anew err
		diff - records <<-RECORDS
			d/ CREATE 0
			d/ CREATE 00
			d/ CREATE 1
			d/ CREATE 2
			d/ CREATE 0
			d/ CREATE 00
			d/ CREATE 1
			d/ CREATE 2
		RECORDS
	END
}
