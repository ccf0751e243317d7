#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154 # texts for commands; variables of tests
# When a command is run, and what becomes of changes while it runs.

load actions

@test "one run for what changes together, and none before the first change" {
	start -n 2 --settle 300ms -e create d -- sh -c 'echo "$INOWATCH_COUNT"'
	touch d/a d/b d/c
	next 3
	touch d/d
	next 1
	end_status
}

@test "--max-wait: a stream that never ends does not hold it back" {
	start -n 1 --settle 10 --max-wait 100ms -e create d -- echo run
	(
		i=0
		while [ ! -e stop ]; do
			i=$((i + 1))
			: >"d/$i"
		done
	) 3>&- 4>&- &
	local writer=$!
	next run
	end_status
	touch stop
	wait "$writer"
}

@test "who lets changes settle for long is not interrupted by the usual bound" {
	start -n 1 --settle 1500ms -e create d -- sh -c 'echo "$INOWATCH_COUNT"'
	: >d/a
	# More than a second later, and before it has settled.
	read -r -t 1.2 -u 7 record || :
	: >d/b
	next 2
	end_status
}

@test "--initial runs at the start, once all is watched" {
	start --initial -n 1 d -- echo run
	next run
	end_status
}

@test "queue: what changes while it runs leads to one more run, of all that" {
	held wait
	start -n 2 --settle 0 -e create d -- ./wait '{+}'
	touch d/a
	next "begin d/a"
	touch d/b d/c
	# That they were read is seen by what comes after them in the queue.
	release wait
	next "end d/a"
	next_record
	[[ $record == "begin d/b"* ]]
	release wait
	next_record
	[[ $record == "end d/b"* ]]
	end_status
	[ "$status" -eq 0 ]
}

@test "a change in the last moment of a run leads to one more run, every time" {
	# The command itself is the last to change something, right before it ends.
	local rounds=${ROUNDS:-100}
	script last <<-END
		i=\$((\$(cat count) + 1))
		echo \$i >count
		echo \$i
		: >d/f
	END
	echo 0 >count
	start -n "$rounds" --settle 0 -e close_write d -- ./last
	: >d/f
	rest
	end_status
	[ "$status" -eq 0 ]
	diff -u <(seq "$rounds") records >&2
}

@test "ignore: what changes while it runs is forgotten, what changes later is not" {
	held wait
	start -n 2 --settle 0 -e create --on-busy ignore d -- ./wait '{+}'
	touch d/a
	next "begin d/a"
	touch d/b
	release wait
	next "end d/a"
	# Read after its end was noticed, or it would be ignored too.
	local i=0
	while ! read -r -t 0.1 -u 7 record; do
		i=$((i + 1))
		touch "d/c$i"
		[ $i -lt 300 ]
	done
	[[ $record == "begin d/c"* ]]
	release wait
	end_status
}

@test "ignore: a command that changes what is watched does not run for ever" {
	start --settle 0 -e close_write --on-busy ignore d -- sh -c 'echo run; : >d/f; : >d/f'
	: >d/f
	next run
	runs_ended 1
	: >d/g
	next run
	runs_ended 2
	kill "$pid"
	rest
	end_status
	[ ! -s records ]
}

# runs_ended N: waits until so many runs have ended, and nothing is left to do.
runs_ended() {
	local tries=0
	until grep -qx "inowatch: runs ended $1 (0 failed), running 0, left behind 0, changes waiting 0" err; do
		tries=$((tries + 1))
		[ $tries -lt 300 ] || { cat err >&2; return 1; }
		kill -USR1 "$pid"
		# Nothing comes: a moment for it to answer.
		if read -r -t 0.1 -u 7 record; then
			echo "one more: $record" >&2
			return 1
		fi
	done
}

@test "restart: it is stopped and run anew, for the interrupted changes as well" {
	script serve <<-'END'
		trap 'echo "stopped"; exit 0' TERM
		echo "begin $*"
		await_signals
	END
	start --settle 0 -e create --on-busy restart d -- ./serve '{+}'
	touch d/a
	next "begin d/a"
	touch d/b
	next stopped
	next "begin d/a d/b"
	touch d/c
	next stopped
	next "begin d/a d/b d/c"
	stop
	[ "$status" -eq 143 ]
	lacks inowatch err
}

@test "--restart: a server is run at the start, and again when it has ended by itself" {
	start --restart --settle 0 -e create d -- sh -c 'echo "up $INOWATCH_PATH"; exit 3'
	next "up "
	said "sh ended with status 3"
	touch d/a
	next "up d/a"
	stop
}

@test "signal: it is sent the signal, and goes on" {
	script serve <<-'END'
		trap 'echo "reload"' USR1
		echo "begin"
		await_signals
	END
	start --initial --settle 0 -e create --on-busy signal --signal USR1 d -- ./serve
	next begin
	touch d/a
	next reload
	touch d/b
	next reload
	stop
	[ "$status" -eq 143 ]
}

@test "--jobs: several paths at a time, never one path twice, nothing forgotten" {
	script work <<-'END'
		name=${1##*/}
		echo "begin $name"
		read -r line <>"go.$name" &
		wait # a signal just before read would not be seen
		echo "end $name"
	END
	mkfifo go.a go.b go.c
	start -n 4 --settle 0 -e create,attrib --jobs 2 d -- ./work {}
	mkdir d/a
	next "begin a"
	chmod 700 d/a
	mkdir d/b
	# The second of a waits, b does not.
	next "begin b"
	mkdir d/c
	echo >go.b
	next "end b"
	next "begin c"
	echo >go.a
	next "end a"
	next "begin a"
	echo >go.c
	next "end c"
	echo >go.a
	next "end a"
	end_status
	[ "$status" -eq 0 ]
}

@test "without --jobs one path at a time, in the order of their changes" {
	start -n 20 --settle 300ms -e create d -- sh -c 'echo "begin $1"; echo "end $1"' sh {}
	local i
	for i in {01..20}; do
		: >"d/$i"
		printf 'begin d/%s\nend d/%s\n' "$i" "$i" >>wanted
	done
	rest
	end_status
	diff -u wanted records >&2
}

@test "restart with {}: only the run of that path is stopped" {
	script work <<-'END'
		name=${1##*/}
		trap 'echo "stopped $name"; exit' TERM
		echo "begin $name"
		read -r line <>"go.$name"
		echo "end $name"
	END
	mkfifo go.a go.b
	start --settle 0 -e create,attrib --jobs 2 --on-busy restart d -- ./work {}
	mkdir d/a
	next "begin a"
	mkdir d/b
	next "begin b"
	chmod 700 d/a
	next "stopped a"
	next "begin a"
	echo >go.b
	next "end b"
	echo >go.a
	next "end a"
	stop
}

@test "--print prints records beside the command" {
	start -n 1 --settle 300ms --print -j -e create d -- echo run >&2
	touch d/a
	end=$'\n' next_record
	printf '%s\n' "$record" >>records
	rest
	end_status
	grep -q '"event":"create","path":"d/a"' records
	grep -qx run records
}

@test "an overflow: what is there is found again and told to the command" {
	local queue
	queue=$(cat /proc/sys/fs/inotify/max_queued_events)
	[ "$queue" -le 65536 ] || skip "fs.inotify.max_queued_events is $queue: too long to fill"
	start -n 1 --settle 500ms --max-wait 30 -e create,delete d -- \
		sh -c 'for path; do [ "$path" != d/last ] || echo "last of $INOWATCH_COUNT"; done' sh '{+}'
	kill -STOP "$pid"
	"${PYTHON:-python3}" -c 'import os, sys
for i in range(int(sys.argv[1]) // 2 + 100):
    os.close(os.open("d/f", os.O_CREAT))
    os.unlink("d/f")
open("d/last", "w").close()' "$queue"
	kill -CONT "$pid"
	next "last of 2"
	end_status
}

@test "an overflow that loses a deletion, and leaves nothing to be found, starts a run" {
	local queue
	queue=$(cat /proc/sys/fs/inotify/max_queued_events)
	[ "$queue" -le 65536 ] || skip "fs.inotify.max_queued_events is $queue: too long to fill"
	: >d/f
	# Reads fill the queue, and are hidden, so that they start nothing.
	echo x >d/hidden
	echo x >d/hidden2
	start -n 1 --settle 0 --exclude hidden -e access,delete d -- echo run
	kill -STOP "$pid"
	"${PYTHON:-python3}" -c 'import os, sys
fds = [os.open(name, os.O_RDONLY) for name in ("d/hidden", "d/hidden2")]
for i in range(int(sys.argv[1]) // 2 + 100):
    for fd in fds:
        os.pread(fd, 1, 0)
os.unlink("d/f")' "$queue"
	kill -CONT "$pid"
	next run
	end_status
}

@test "a batch that is too large for --buffer is run in parts, and nothing is lost" {
	start --buffer 4k --settle 300ms -e create d -- sh -c 'printf "%s\n" "$@"; cat <go' sh '{+}'
	mkfifo go
	local i
	for ((i = 0; i < 300; i++)); do
		: >"d/$i"
	done
	mkdir d/zz-end
	local begun=
	until [[ ${record:-} == d/zz-end ]]; do
		# Whoever waits for it goes on, one after the other. What was read of a line
		# when the time was up is its beginning.
		if read -r -t 0.1 -u 7 record; then
			record=$begun$record
			echo "$record" >>records
			begun=
		else
			begun+=$record
			: >go
		fi
	done
	: >go
	stop
	diff -u <(seq 0 299 | sed 's,^,d/,' | sort) <(grep -v zz-end records | sort) >&2
}
