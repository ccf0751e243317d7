#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154 # texts for commands; variables of tests
# --changed-only: what holds what it held before starts nothing.

load actions

# changed ARGUMENT...: prints each changed path; the file d/zz-end ends a test.
# Not at once: between its opening and its end a rewritten file is empty.
changed() {
	start --changed-only --settle 200ms "$@" -- echo '{+}'
}

# Nothing was told before the end, which is told.
quiet() {
	mkdir d/zz-end
	next d/zz-end
}

@test "a touch, a rewrite with the same content, and a copy over it start nothing" {
	echo one >d/f
	mkdir d/sub
	echo two >d/sub/g
	changed -r -e close_write,attrib,create,move d
	touch d/f d/sub/g d/sub
	echo one >d/f
	echo two >d/sub/g
	: >>d/f
	cp -p d/f copy
	mv copy d/f
	quiet
}

@test "other bytes of the same length and time are a change, once" {
	echo one >d/f
	touch -d 2020-01-01 d/f
	changed -e close_write,create d
	echo two >d/f
	next d/f
	touch -d 2020-01-01 d/f
	# In place: it never holds anything else, whenever it is looked at.
	echo two | dd of=d/f conv=notrunc status=none
	quiet
	# And back.
	echo one >d/f
	next d/f
}

@test "of one batch only what has changed is told" {
	echo a >d/a
	echo b >d/b
	echo c >d/c
	start --changed-only --settle 300ms -e close_write d -- sh -c 'echo "$INOWATCH_COUNT $*"' sh '{+}'
	echo a >d/a
	echo B >d/b
	echo c >d/c
	next "1 d/b"
}

@test "a deletion always starts a run, also if the same comes in its place" {
	echo a >d/a
	echo b >d/b
	start --changed-only --settle 300ms d -- echo '{+}'
	rm d/a
	next d/a
	rm d/b
	echo b >d/b
	next d/b
	# What came and went in between was never seen.
	: >d/c
	rm d/c
	quiet
}

@test "what is renamed is gone under its old name, and new when it returns" {
	echo a >d/a
	start --changed-only --settle 300ms d -- echo '{+}'
	mv d/a d/b
	next "d/a d/b"
	mv d/b d/a
	next "d/b d/a"
}

@test "with a run for each path, too" {
	echo a >d/a
	start --changed-only --settle 0 d -- echo '{event}' '{}'
	mv d/a d/b
	next "move d/b"
	touch d/b
	echo a >d/a
	# At the creation or when it was closed, or both times.
	next_record
	[[ $record == *" d/a" ]]
}

@test "permissions are compared, times and owners are not" {
	: >d/f
	chmod 600 d/f
	changed -e attrib,create d
	touch d/f
	chmod 600 d/f
	chmod 700 d/f
	next d/f
	touch d/f
	quiet
}

@test "a symbolic link is its text, and a PATH that is one what it leads to" {
	echo a >target
	echo a >other
	ln -s target link
	ln -s ../target d/link
	changed -e close_write,create,move d link
	ln -s ../target new
	mv -T new d/link
	echo a >target
	quiet
	echo b >target
	next link
	ln -s ../other new
	mv -T new d/link
	next d/link
}

@test "a pipe is never opened, and nobody who waits for a reader sees one" {
	mkfifo d/pipe
	(echo opened >d/pipe; echo "somebody read" >>told) 3>&- 4>&- &
	local writer=$!
	changed -e attrib,create d
	chmod 600 d/pipe
	next d/pipe
	chmod 600 d/pipe
	quiet
	[ ! -e told ]
	kill "$writer"
}

@test "looking is not a change, whatever -e asks for" {
	echo a >d/f
	changed -e open,access,close,close_nowrite,create d
	cat d/f >/dev/null
	echo a >d/f
	quiet
	# It rests: nothing is looked at again and again.
	local before after
	before=$(awk '{ print $14 + $15 }' "/proc/$pid/stat")
	read -r -t 0.5 -u 7 record || :
	after=$(awk '{ print $14 + $15 }' "/proc/$pid/stat")
	[ $((after - before)) -lt 20 ]
	fails "with --changed-only nothing would be run: none of these events changes anything" \
		--changed-only -e open,access d -- true
}

@test "a command that rewrites what is watched ends the loop by itself" {
	echo b >d/f
	echo a >>d/f
	# It formats: the second time nothing is left to do, and the third does not come.
	start --changed-only --settle 0 -e close_write d -- \
		sh -c 'sort d/f >sorted; cat sorted >d/f; echo run'
	echo 0 >>d/f
	next run
	next run
	# A change that is one, so that whatever else came would be seen before.
	kill -USR1 "$pid"
	until grep -q "runs ended 2 (0 failed), running 0, left behind 0, changes waiting 0" err; do
		kill -USR1 "$pid"
		! read -r -t 0.1 -u 7 record
	done
}

@test "ignore: what the command has changed is seen, and starts nothing later" {
	echo a >d/f
	held wait
	start --changed-only --settle 0 -e close_write,create --on-busy ignore d -- ./wait '{+}'
	echo b >d/f
	next "begin d/f"
	echo c >d/f
	release wait
	next "end d/f"
	until grep -q "runs ended 1 (0 failed), running 0" err; do
		kill -USR1 "$pid"
		read -r -t 0.1 -u 7 record || :
	done
	echo c >d/f
	mkdir d/zz-end
	next "begin d/zz-end"
	release wait
}

@test "what was there is known before readiness is told, and not printed" {
	local i
	for i in {1..300}; do
		truncate -s 200K "d/$i"
	done
	start --changed-only --print -j --settle 0 -e close_write,create d -- echo RUN
	for i in {300..1}; do
		: >>"d/$i"
	done
	mkdir d/zz-end
	take_until zz-end
	lacks found records
	lacks RUN records
	until grep -qx "inowatch: remembered 301 paths in 16384 bytes" err; do
		kill -USR1 "$pid"
		read -r -t 0.1 -u 7 record || :
	done
}

@test "--list tells what is there, for then nothing was seen before" {
	echo a >d/a
	start --list --changed-only --settle 300ms d -- echo '{+}'
	next d/a
	echo a >d/a
	quiet
}

@test "a large file is read in pieces: what changes meanwhile is not lost" {
	truncate -s 400M d/large
	changed -e modify,create d
	# At its end, at its beginning, and while one of these is being looked at.
	local i
	for i in 419430399 0 209715200 0; do
		printf '%s' "$i" | dd of=d/large bs=1 seek="$i" conv=notrunc status=none
	done
	next d/large
	: >d/small
	# Alone, or in one run with the large one.
	until [[ $record == *d/small ]]; do
		next_record
	done
	# The last of it was seen.
	printf x | dd of=d/large bs=1 seek=1 conv=notrunc status=none
	next d/large
}

@test "a directory that another takes the place of is known no more" {
	mkdir d/sub away
	echo a >d/sub/a
	echo b >d/sub/b
	echo a >away/a
	start --changed-only -r --settle 300ms d -- sh -c 'printf "%s\n" "$@" | sort | tr "\n" " "; echo' sh '{+}'
	mv d/sub gone
	next "d/sub$BLANK"
	mv away d/sub
	next "d/sub d/sub/a$BLANK"
	echo b >d/sub/b
	next "d/sub/b$BLANK"
}

@test "an overflow leads to a run: what was deleted meanwhile nobody can tell" {
	local queue
	queue=$(cat /proc/sys/fs/inotify/max_queued_events)
	[ "$queue" -le 65536 ] || skip "fs.inotify.max_queued_events is $queue: too long to fill"
	echo a >d/a
	start -n 1 --changed-only -e create,delete d -- echo run
	kill -STOP "$pid"
	"${PYTHON:-python3}" -c 'import os, sys
for i in range(int(sys.argv[1]) // 2 + 100):
    os.close(os.open("d/f", os.O_CREAT))
    os.unlink("d/f")
os.unlink("d/a")' "$queue"
	kill -CONT "$pid"
	next run
	end_status
}
