#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The drop-in for inotifywatch: options, messages, table and statuses of 4.25.9. See
# inotifywatch-peer.bats for the one that is installed.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; variables of run and helper

load helper
load inotifywatch

both_messages="Establishing watches...
Finished establishing watches, now collecting statistics."

@test "the table has a row for each directory, and columns in which something is" {
	own
	mkdir d/n
	begin -r d
	work
	over INT
	[ "$status" -eq 0 ]
	diff -u - out >&2 <<-'END'
		total  modify  attrib  close_write  open  moved_from  moved_to  create  delete  delete_self  filename
		12     1       0       3            3     1           0         2       2       0            d/
		8      1       1       1            1     0           1         0       1       1            d/n/
	END
	[ "$(cat err)" = "$both_messages" ]
}

@test "-a and -d sort, by total or an event" {
	own
	mkdir d/n
	begin -r -a open d
	work
	over TERM
	[ "$status" -eq 0 ]
	[ "$(awk 'NR > 1 { print $NF }' out | xargs)" = "d/n/ d/" ]
	mkdir d/n
	begin -r -d attrib d
	work
	over HUP
	[ "$(awk 'NR > 1 { print $NF }' out | xargs)" = "d/n/ d/" ]
	mkdir d/n
	begin -r -d total d
	work
	over INT
	[ "$(awk 'NR > 1 { print $NF }' out | xargs)" = "d/ d/n/" ]
	mkdir d/n
	begin -r -d close d
	work
	over INT
	[ "$(awk 'NR > 1 { print $NF }' out | xargs)" = "d/ d/n/" ]
}

@test "a key is a word in any case, or a list as of -e, which sorts by the total" {
	local key
	own
	for key in Total '' ',' 'create,' 'CREATE,open'; do
		: >d/f
		begin -a "$key" -e create,open d d/f
		: >d/f
		: >d/g
		rm d/g
		over INT
		[ "$(tail -n 1 out | awk '{ print $NF }')" = "d/" ]
	done
}

@test "-e chooses columns; the end of a watch is in the total" {
	own
	mkdir d/n
	begin -r -e create,delete d
	work
	over INT
	diff -u - out >&2 <<-'END'
		total  create  delete  filename
		4      2       2       d/
		2      0       1       d/n/
	END
}

@test "-z shows rows and columns of zeros" {
	own
	mkdir d/n d/o
	echo 1 >file
	begin -r -z -e create,delete,unmount d file
	: >d/n/a
	mkdir d/p
	over INT
	sort out >sorted
	diff -u - sorted >&2 <<-'END'
		0      0       0       0        d/o/
		0      0       0       0        d/p/
		0      0       0       0        file
		1      1       0       0        d/
		1      1       0       0        d/n/
		total  create  delete  unmount  filename
	END
	begin -r -z -e create,delete d @d/o
	: >d/b
	over INT
	! grep d/o/ out || return 1
	rm d/b
	begin -z d
	over INT
	[ ! -s out ]
	[ "$(tail -1 err)" = "No events occurred." ]
	begin -z d
	: >d/b
	over INT
	[ "$(head -1 out)" = "total  access  modify  attrib  close_write  close_nowrite  open  moved_from  moved_to  move_self  create  delete  delete_self  filename" ]
}

@test "a file is a row without a slash, a PATH is as it was given" {
	own
	: >d/f
	begin d// d/f
	echo 1 >>d/f
	over INT
	[ "$(awk 'NR > 1 { print $NF }' out | sort | xargs)" = "d// d/f" ]
}

@test "without events it says so, with 0" {
	own
	begin d
	over TERM
	[ "$status" -eq 0 ]
	[ ! -s out ]
	[ "$(cat err)" = "$both_messages
No events occurred." ]
}

@test "-t ends it, counted from when all is watched" {
	own
	run -0 --separate-stderr timeout "$DEADLINE" "$INOWATCH" -v -t 1 d
	[ "$output" = "" ]
	[ "$stderr" = "Establishing watches...
Total of 1 watches.
Finished establishing watches, now collecting statistics.
Will listen for events for 1 seconds.
No events occurred." ]
	refused "$both_messages
Negative timeout specified - abort!" -t -1 d
	refused "'x' is not a valid timeout value.
Please specify a long int value." -t x d
	refused "The provided value is not a valid timeout value.
Please specify a long int value." -t "" d
}

@test "-v tells of watches" {
	own
	mkdir -p d/n/o
	begin -r -v d
	over INT
	[ "$(head -5 err)" = "Establishing watches...
Setting up watch(es) on d
OK, d is now being watched.
Total of 3 watches.
Finished establishing watches, now collecting statistics." ]
}

@test "SIGUSR1 shows the table so far, and an empty line" {
	own
	begin -e create,delete d
	: >d/a
	kill -USR1 "$pid"
	# Either may come first; the line says that it has come.
	until [ -s out ]; do :; done
	rm d/a
	over INT
	[ "$status" -eq 0 ]
	tail -3 out | diff -u - <(printf '%s\n' '' 'total  create  delete  filename' \
		'2      1       1       d/') >&2
	[ "$(grep -c '^$' out)" -eq 1 ]
}

@test "INT before all is watched asks again, the second ends it with 1" {
	own
	command -v strace >/dev/null || skip "strace is missing"
	[ -z "${IW_SANITIZE_PRELOAD:-}" ] || skip "sanitizers make system calls of their own"
	strace -o /dev/null true || skip "strace cannot trace here"
	mkdir -p d/{1..3000}/a/b/c # more than one turn
	run -1 --separate-stderr strace -o /dev/null -e trace=inotify_add_watch \
		-e inject=inotify_add_watch:signal=SIGINT:when=1+500 \
		"$INOWATCH" -r d 3>&- 4>&-
	[ "$output" = "" ]
	[ "$stderr" = "Establishing watches...
No statistics have been collected because I haven't finished establishing
inotify watches yet.  If you are sure you want me to exit, interrupt me again.
No statistics collected, asked to abort before all watches could be established." ]
}

@test "TERM and HUP before all is watched end it at once" {
	own
	command -v strace >/dev/null || skip "strace is missing"
	[ -z "${IW_SANITIZE_PRELOAD:-}" ] || skip "sanitizers make system calls of their own"
	strace -o /dev/null true || skip "strace cannot trace here"
	mkdir -p d/{1..3000}/a/b/c # more than one turn
	local name
	for name in TERM HUP; do
		run "-$((128 + $(kill -l "$name")))" --separate-stderr \
			timeout "$DEADLINE" strace -o /dev/null -e trace=inotify_add_watch \
			-e "inject=inotify_add_watch:signal=SIG$name:when=500" \
			"$INOWATCH" -r d 3>&- 4>&-
		[ "$output" = "" ]
		[ "$stderr" = "Establishing watches..." ]
	done
}

@test "the background of a script does not make it deaf" {
	own
	(
		trap '' INT
		begin d
		: >d/a
		over INT
		[ "$status" -eq 0 ]
	)
	grep -q ' d/$' out
}

@test "filters, @PATH and --fromfile" {
	own
	mkdir d/n d/o
	echo d >list
	begin -r -e create --exclude 'x$' --fromfile list @d/n
	: >d/x
	: >d/y
	: >d/n/y
	: >d/o/y
	over INT
	diff -u - <(sort out) >&2 <<-'END'
		1      1       d/
		1      1       d/o/
		total  create  filename
	END
	begin -e create --includei 'A$' d
	: >d/a
	: >d/b
	over INT
	[ "$(tail -1 out)" = "1      1       d/" ]
}

@test "what came before it could be looked at counts as created" {
	own
	begin -r -e create d
	kill -STOP "$pid"
	mkdir -p d/new/newer
	kill -CONT "$pid"
	over INT
	diff -u - <(sort out) >&2 <<-'END'
		1      1       d/
		1      1       d/new/
		total  create  filename
	END
}

@test "an overflow is told on stderr" {
	local queued total attrib path
	own
	queued=$(cat /proc/sys/fs/inotify/max_queued_events)
	[ "$queued" -le 20000 ] || skip "fs.inotify.max_queued_events is high"
	: >d/1
	: >d/2
	begin -e attrib d
	kill -STOP "$pid"
	perl -e 'for (1 .. $ARGV[0]) { for my $i (1, 2) { utime 1, $_, "d/$i" } }' \
		"$queued"
	kill -CONT "$pid"
	over INT
	[ "$status" -eq 0 ]
	grep -q "overflowed and events were lost" err
	# Some may have been read before it stopped, and some of the queue be of no count.
	read -r total attrib path < <(tail -1 out)
	cat out err >&2
	[ "$total" -ge $((queued - 10)) ]
	[ "$attrib $path" = "$total d/" ]
}

@test "keys that are none" {
	own
	refused "'foo' is not a valid key for sorting!" -a foo d
	refused "'open,foo' is not a valid key for sorting!" -d open,foo d
	refused "Cannot sort by \`move' event; please use \`moved_from' or \`moved_to'." \
		-a move d
	refused "Cannot sort by \`close' event; please use \`close_write' or \`close_nowrite'." \
		-a close d
	refused "Can't sort by an event which isn't being watched for!" \
		-a create -e modify d
	refused "Can't sort by an event which isn't being watched for!" -d unmount d
	refused "Can't sort by an event which isn't being watched for!" \
		-d create,delete -e modify d
	refused "Please specify -a or -d once only!" -a create -a create d
	refused "Please specify -a or -d once only!" -a total -d total d
}

@test "wrong options" {
	own
	refused "No files specified to watch!"
	refused "'foo' is not a valid event!  Run with the '--help' option to see a list of events." \
		-e foo d
	refused "$INOWATCH: unrecognized option '--zork'" --zork d
	refused "$INOWATCH: invalid option -- 'q'" -q d
	refused "$INOWATCH: option requires an argument -- 't'" -t
	refused "--exclude and --excludei cannot both be specified." \
		--exclude a --excludei b d
	refused "--include and --includei cannot both be specified." \
		--include a --includei b d
	refused "include and exclude regexp cannot both be specified." \
		--exclude a --include b d
	refused "Error in \`exclude' regular expression." --exclude '(' d
	refused "Error in \`include' regular expression." --include '(' d
	refused "Multiple --fromfile options given." --fromfile a --fromfile b
	refused "Couldn't open nosuch: No such file or directory" --fromfile nosuch d
}

@test "a PATH that cannot be watched is the end" {
	own
	refused "Establishing watches...
Failed to watch nosuch: No such file or directory" d nosuch
	refused "Establishing watches...
Setting up watch(es) on d
OK, d is now being watched.
Setting up watch(es) on nosuch
Failed to watch nosuch: No such file or directory" -r -v d nosuch
}

@test "fanotify is not built in, and that is said" {
	own
	run -1 --separate-stderr "$INOWATCH" -F d
	[[ $stderr == "fanotify is not built in"* ]]
	run -1 --separate-stderr "$INOWATCH" --filesystem d
	[[ $stderr == "fanotify is not built in"* ]]
	own fsnotifywatch
	run -1 --separate-stderr "$INOWATCH" d
	[[ $stderr == "fanotify is not built in"* ]]
	begin -I -e create d
	: >d/a
	over INT
	[ "$(tail -1 out)" = "1      1       d/" ]
}

@test "--help goes to stdout, with 1, and names each option" {
	local option
	own
	run -1 --separate-stderr "$INOWATCH" --help
	[ "$stderr" = "" ]
	[[ ${lines[0]} == "inotifywatch 4.25.9.0"* ]]
	for option in fromfile exclude excludei include includei event timeout verbose zero \
		ascending descending recursive no-dereference inotify fanotify filesystem; do
		[[ $output == *"--$option"* ]]
	done
}
