#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Counting instead of telling. Runs end by themselves: -n counts what is counted.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; variables of run and helper

load helper

# Times become DATE and TIME in tables, ISO elsewhere.
timeless() {
	sed -E 's/20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/ISO/g
		s/20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}/DATE-OF-19-BYTES-AT/g' \
		"$@"
}

# report <WANTED: the output up to the end of the program.
report() {
	timeless - >wanted
	rest
	end_status
	[ "$status" -eq 0 ]
	timeless records | diff -u wanted - >&2
}

# Eight events; the kernel merges those that are like the one before.
SOME=create,close_write,delete,move
some_work() {
	echo 1 >d/sub/b
	echo 1 >d/a
	echo 2 >>d/sub/b
	mv d/sub/b d/c
	rm d/a
}

@test "a table for each directory, the busiest first" {
	mkdir d/sub
	start --stats -r -e $SOME -n 8 d
	some_work
	report <<-'END'
		2026-11-20 00:00:00 to 2026-11-20 00:00:00: 8 events
		total  close_write  create  delete  moved_in  moved_out  first                last                 path
		    4            1       1       1         1          0  2026-11-20 00:00:00  2026-11-20 00:00:00  d
		    4            2       1       0         0          1  2026-11-20 00:00:00  2026-11-20 00:00:00  d/sub
	END
	[ ! -s err ]
}

@test "for each file; a move is of both names" {
	mkdir d/sub
	start --stats --by=file --sort path -r -e $SOME -n 8 d
	some_work
	report <<-'END'
		2026-11-20 00:00:00 to 2026-11-20 00:00:00: 8 events
		total  close_write  create  delete  moved_in  moved_out  first                last                 path
		    3            1       1       1         0          0  2026-11-20 00:00:00  2026-11-20 00:00:00  d/a
		    1            0       0       0         1          0  2026-11-20 00:00:00  2026-11-20 00:00:00  d/c
		    4            2       1       0         0          1  2026-11-20 00:00:00  2026-11-20 00:00:00  d/sub/b
	END
}

@test "for each PATH as it was given, and a file that is one" {
	mkdir d/sub e
	echo 1 >f
	start --stats --by root --sort path:desc -r -e $SOME -n 10 d e// f
	some_work
	echo 1 >>f
	mkdir e/n
	report <<-'END'
		2026-11-20 00:00:00 to 2026-11-20 00:00:00: 10 events
		total  close_write  create  delete  moved_in  moved_out  first                last                 path
		    1            1       0       0         0          0  2026-11-20 00:00:00  2026-11-20 00:00:00  f
		    1            0       1       0         0          0  2026-11-20 00:00:00  2026-11-20 00:00:00  e//
		    8            3       2       1         1          1  2026-11-20 00:00:00  2026-11-20 00:00:00  d
	END
}

@test "with --moves pair a move counts once, where it went" {
	mkdir d/sub
	start --stats --moves pair -r -e $SOME -n 7 d
	some_work
	report <<-'END'
		2026-11-20 00:00:00 to 2026-11-20 00:00:00: 7 events
		total  close_write  create  delete  move  first                last                 path
		    4            1       1       1     1  2026-11-20 00:00:00  2026-11-20 00:00:00  d
		    3            2       1       0     0  2026-11-20 00:00:00  2026-11-20 00:00:00  d/sub
	END
}

@test "--top leaves the sum of the others" {
	start --stats --by file --top 1 -e create,delete -n 5 d
	: >d/a
	: >d/b
	rm d/b
	: >d/b
	: >d/c
	report <<-'END'
		2026-11-20 00:00:00 to 2026-11-20 00:00:00: 5 events
		total  create  delete  first                last                 path
		    3       2       1  2026-11-20 00:00:00  2026-11-20 00:00:00  d/b
		    2       2       0  2026-11-20 00:00:00  2026-11-20 00:00:00  (other)
	END
}

@test "above --top-limit rows say what they may have missed" {
	start --stats --by file --top-limit 2 -e create,delete -n 5 d
	: >d/busy
	rm d/busy
	: >d/a
	: >d/b
	: >d/c
	report <<-'END'
		2026-11-20 00:00:00 to 2026-11-20 00:00:00: 5 events
		total  create  delete  missed  first                last                 path
		    2       1       1       0  2026-11-20 00:00:00  2026-11-20 00:00:00  d/busy
		    1       1       0       2  2026-11-20 00:00:00  2026-11-20 00:00:00  d/c
		    2       2       0       0  2026-11-20 00:00:00  2026-11-20 00:00:00  (other)
		missed: at most so many more events of a row are in (other)
	END
}

@test "memory stays where it is above --top-limit" {
	local i before
	[ -z "${IW_SANITIZE_PRELOAD:-}" ] || skip "sanitizers keep what was freed"
	memory() {
		sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status"
	}
	start --stats --top-limit 100 --by file --print -e create d
	for ((i = 0; i < 500; i++)); do : >"d/some-name-that-is-rather-long-$i"; done
	take 500
	before=$(memory)
	for ((; i < 6500; i++)); do
		: >"d/some-name-that-is-rather-long-$i"
		next_record
	done
	echo "$before kB, then $(memory) kB" >&2
	# A row for each of them would need more.
	[ "$(memory)" -le $((before + 512)) ]
	kill -TERM "$pid"
	rest
	end_status
	grep -q ': 6500 events$' records
	[ "$(grep -c ' d/some-name[^ ]*$' records)" -eq 100 ]
}

@test "JSON is an object a line, the last of each report is about all" {
	mkdir $'d/\xff"'
	start --stats -j -r -e create -n 2 d
	: >d/a
	: >$'d/\xff"/b'
	report <<-'END'
		{"report":"2026-11-20T00:00:00Z","kind":"path","path":"d","total":1,"first":"2026-11-20T00:00:00Z","last":"2026-11-20T00:00:00Z","events":{"create":1}}
		{"report":"2026-11-20T00:00:00Z","kind":"path","path":"d/�\"","path_b64":"ZC//Ig==","total":1,"first":"2026-11-20T00:00:00Z","last":"2026-11-20T00:00:00Z","events":{"create":1}}
		{"report":"2026-11-20T00:00:00Z","kind":"all","since":"2026-11-20T00:00:00Z","by":"dir","overflows":0,"total":2,"first":"2026-11-20T00:00:00Z","last":"2026-11-20T00:00:00Z","events":{"create":2}}
	END
	"$PYTHON" -c 'import json, sys; [json.loads(line) for line in sys.stdin]' <records
}

@test "JSON tells what is over the limit" {
	start --stats -j --by file --top-limit 1 -e create -n 2 d
	: >d/a
	: >d/b
	report <<-'END'
		{"report":"2026-11-20T00:00:00Z","kind":"path","path":"d/b","missed":1,"total":1,"first":"2026-11-20T00:00:00Z","last":"2026-11-20T00:00:00Z","events":{"create":1}}
		{"report":"2026-11-20T00:00:00Z","kind":"other","total":1,"first":"2026-11-20T00:00:00Z","last":"2026-11-20T00:00:00Z","events":{"create":1}}
		{"report":"2026-11-20T00:00:00Z","kind":"all","since":"2026-11-20T00:00:00Z","by":"file","overflows":0,"total":2,"first":"2026-11-20T00:00:00Z","last":"2026-11-20T00:00:00Z","events":{"create":2}}
	END
}

@test "CSV has the same columns whatever has happened" {
	start --stats -c --by file --top 1 -e create,delete -n 3 d
	: >'d/a,b'
	rm 'd/a,b'
	: >d/c
	report <<-'END'
		report,kind,path,total,first,last,missed,access,modify,attrib,close_write,close_nowrite,open,create,delete,delete_self,move_self,unmount,move,moved_in,moved_out,exchange,found
		2026-11-20T00:00:00Z,path,"d/a,b",2,2026-11-20T00:00:00Z,2026-11-20T00:00:00Z,0,0,0,0,0,0,0,1,1,0,0,0,0,0,0,0,0
		2026-11-20T00:00:00Z,other,,1,2026-11-20T00:00:00Z,2026-11-20T00:00:00Z,0,0,0,0,0,0,0,1,0,0,0,0,0,0,0,0,0
		2026-11-20T00:00:00Z,all,,3,2026-11-20T00:00:00Z,2026-11-20T00:00:00Z,0,0,0,0,0,0,0,2,1,0,0,0,0,0,0,0,0
		2026-11-20T00:00:00Z,overflows,,0,,,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0
	END
}

@test "without events that is what it says, and ends with 0" {
	run -0 --separate-stderr timeout "$DEADLINE" "$INOWATCH" --stats --for 1ms d
	[[ $output == *' to '*': no events' ]]
	[ "$stderr" = "" ]
	run -0 timeout "$DEADLINE" "$INOWATCH" --stats -j --for 1ms d
	[[ $output == '{'*'"kind":"all",'*'"total":0,"events":{}}' ]]
	run -0 timeout "$DEADLINE" "$INOWATCH" --stats -c --for 1ms d
	[ "${#lines[@]}" -eq 3 ]
	run -2 timeout "$DEADLINE" "$INOWATCH" --stats --timeout 1ms d
	[[ $output == *': no events' ]]
}

@test "INT and TERM end it with a report" {
	local signal
	for signal in TERM HUP; do
		start --stats -e create d
		: >"d/$signal"
		kill -USR1 "$pid"
		take_until ' d'
		kill "-$signal" "$pid"
		rest
		end_status
		[ "$status" -eq $((128 + $(kill -l $signal))) ]
		[ "$(timeless records | grep -c ': 1 event$')" -ge 1 ]
		rm -f records
	done
}

@test "SIGUSR1 shows what was counted so far" {
	start --stats -e create -n 2 d
	: >d/a
	# It may come before the event does.
	until grep -q ': 1 event$' records 2>/dev/null; do
		kill -USR1 "$pid"
		take 1
	done
	take 2
	kill -USR1 "$pid"
	take_until ': 1 event'
	take 2
	: >d/b
	rest
	end_status
	[ "$status" -eq 0 ]
	[ "$(tail -1 records | cut -c 1-13)" = "    2       2" ]
	# An empty line in front of each report but the first.
	[ "$(head -c 4 records)" = "$(date +%Y)" ]
	[ ! -s err ]
}

@test "--every shows it again and again, with the time of each report" {
	start --stats -j --every 10ms -e create -n 1 d
	take 3
	: >d/a
	rest
	end_status
	[ "$status" -eq 0 ]
	[ "$(sed 's/,.*//' records | sort -u | wc -l)" -ge 4 ]
	tail -1 records | grep -q '"kind":"all".*"total":1,'
}

@test "CSV has its head once" {
	start --stats -c --every 10ms -e create -n 1 d
	take 9
	: >d/a
	rest
	end_status
	[ "$(grep -c '^report,' records)" -eq 1 ]
	[ "$(head -c 7 records)" = report, ]
}

@test "what is there already, or listed again, is no event; what is found is" {
	local i
	mkdir -p d/old/older
	start --stats -r -j -e create -n 1 d
	: >d/a
	report <<-'END'
		{"report":"2026-11-20T00:00:00Z","kind":"path","path":"d","total":1,"first":"2026-11-20T00:00:00Z","last":"2026-11-20T00:00:00Z","events":{"create":1}}
		{"report":"2026-11-20T00:00:00Z","kind":"all","since":"2026-11-20T00:00:00Z","by":"dir","overflows":0,"total":1,"first":"2026-11-20T00:00:00Z","last":"2026-11-20T00:00:00Z","events":{"create":1}}
	END
	rm records
	start --stats -r --by file -e create -n 2 d
	kill -STOP "$pid"
	mkdir -p d/new/found
	kill -CONT "$pid"
	rest
	end_status
	grep -qE '^ +1 +1 +0 .* d/new$' records
	grep -qE '^ +1 +0 +1 .* d/new/found$' records
}

@test "an overflow is told on stderr and in each report" {
	local format i queued
	queued=$(cat /proc/sys/fs/inotify/max_queued_events)
	[ "$queued" -le 20000 ] || skip "fs.inotify.max_queued_events is high"
	for i in $(seq 50); do : >"d/$i"; done
	for format in "" -j -c; do
		start --stats $format --by file --top 1 -e open,attrib --for 1h d
		kill -STOP "$pid"
		# Events that differ, so that none is merged with the one before.
		perl -e 'for (1 .. $ARGV[0]) { for my $i (1, 2) { utime 1, $_, "d/$i" } }' \
			"$queued"
		kill -CONT "$pid"
		# Nobody knows how many there were, but that it ends so is sure.
		until grep -q 'listed again' err; do
			kill -USR1 "$pid"
			take 1
		done
		kill -TERM "$pid"
		rest
		end_status
		cat records >&2
		case $format in
		-j) tail -1 records | grep -q '"kind":"all",.*"overflows":1,' ;;
		-c) tail -1 records | grep -q ',overflows,,1,,,0,0,' ;;
		*) [ "$(tail -1 records)" = "lost events: 1 overflow" ] ;;
		esac
		grep -q "queue overflowed and events were lost" err
		# What was listed again was not counted.
		lacks found records || [ "$format" = -c ]
		rm records
	done
}

@test "filters hold" {
	start --stats --by file --exclude 'x$' --glob 'a*' -e create -n 1 d
	: >d/ax
	: >d/b
	: >d/a
	report <<-'END'
		2026-11-20 00:00:00 to 2026-11-20 00:00:00: 1 event
		total  create  first                last                 path
		    1       1  2026-11-20 00:00:00  2026-11-20 00:00:00  d/a
	END
}

@test "--print shows the records as well" {
	start --stats --print -e create -n 1 d
	: >d/a
	report <<-'END'
		d/ CREATE a
		2026-11-20 00:00:00 to 2026-11-20 00:00:00: 1 event
		total  create  first                last                 path
		    1       1  2026-11-20 00:00:00  2026-11-20 00:00:00  d
	END
}

@test "to a file, in the background" {
	start --stats -e create -o out -d --pid-file number d
	pid=$(cat number)
	: >d/a
	kill -TERM "$pid"
	timeout "$DEADLINE" tail --pid="$pid" -f /dev/null
	pid=
	timeless out >records
	grep -q ': 1 event$' records
	grep -q 'path$' records
}

@test "after --outfile was changed, CSV has its head again" {
	start --stats -c -e create -o out d
	kill -USR1 "$pid"
	until [ -s out ] && [ "$(tail -1 out | cut -d, -f2)" = overflows ]; do :; done
	mv out old
	kill -HUP "$pid"
	until [ -e out ]; do :; done
	stop TERM
	[ "$(head -c 7 old)" = report, ]
	[ "$(head -c 7 out)" = report, ]
}

@test "names cannot forge rows of a table" {
	start --stats --by file -e create -n 1 d
	: >$'d/a\n    9       9  x\033[31m'
	rest
	end_status
	[ "$(wc -l <records)" -eq 3 ]
	grep -qF 'd/a\n    9       9  x\e[31m' records
}

@test "what cannot be counted has no report" {
	run -1 --separate-stderr timeout "$DEADLINE" "$INOWATCH" --stats "d/$unwatchable"
	[ "$output" = "" ]
	[[ $stderr == *"nothing could be watched" ]]
}

@test "a closed stdout is an error" {
	status=0
	timeout "$DEADLINE" "$INOWATCH" --stats --for 1ms d >&- 2>err || status=$?
	[ "$status" -eq 4 ]
}

@test "wrong values" {
	fails "--by: 'x' is none of dir, file, root" --stats --by x d
	fails "--sort: 'size' is no column: total, an event, first, last, path or missed, then perhaps :asc or :desc" \
		--stats --sort size d
	fails "--top: '0' is not a number of rows above 0" --stats --top 0 d
	fails "--top-limit: '0' is not a number of rows above 0" --stats --top-limit 0 d
	fails "--every: '0' is no time between reports" --stats --every 0 d
	fails "--every: 'x' is not a duration; write 10, 1.5, 500ms, 2m or 1h" \
		--stats --every x d
	fails "--by needs --stats" --by dir --top 3 d
	fails "--top needs --stats" --top 3 d
	fails "--print needs a command, -- COMMAND, or --stats" --print d
	fails "--stats does not go with -- COMMAND" --stats d -- true
	fails "--stats does not go with --list" --stats --list d
	fails "--stats does not go with --null" --stats -0 d
	fails "--stats does not go with --format" --stats --format %f d
	fails "--stats does not go with --backup" --stats --backup s d
	fails "--stats does not go with --versions, --restore and --check" \
		--stats --check s
	fails "--daemon needs --outfile, because it has no stdout" --stats -d d
}
