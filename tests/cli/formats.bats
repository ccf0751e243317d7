#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a process of its own
# Each format against a golden file, and byte for byte against the real inotifywait.

load helper
golden=$BATS_TEST_DIRNAME/golden

# The same work for all formats: names that each format treats in its own way.
work() {
	mkdir "d/a b"
	rmdir "d/a b"
	: >"d/with,comma"
	mv "d/with,comma" 'd/"quoted"'
	: >"d/ blanks "
	: >$'d/new\nline'
	: >'d/%e'
	: >'d/ünïcödé'
	: >$'d/esc\e[31m'
	: >$'d/bad\xff'
	: >d/back\\slash
	chmod 600 'd/%e'
	rm 'd/%e'
}
WORK_RECORDS=30

# golden FILE ARGUMENT...: what is told of the work, with numbers and times made plain.
golden() {
	local file=$1
	shift
	rm -rf d records
	mkdir d
	start -n "$WORK_RECORDS" "$@" d
	work
	rest
	end_status
	[ "$status" -eq 0 ]
	plain_json <records >plain
	diff -u "$golden/$file" plain >&2
}

@test "the default format" {
	golden default
}

@test "--csv" {
	golden csv --csv
}

@test "--json" {
	WORK_RECORDS=29 # a move is one record
	golden json --json
	if command -v jq >/dev/null; then
		jq -e .event records >/dev/null
	fi
}

@test "--format with every directive" {
	golden format --format '%w|%f|%e|%:e|%_e|%o|%%|%z|%n>%0<|%'
	# The cookie differs from run to run.
	rm records
	start -n 4 -e create,move --format '%c %e' d
	touch d/f
	mv d/f d/g
	touch d/h
	rest
	grep -qx '0 CREATE' records
	grep -Exq '[0-9a-f]+ MOVED_FROM' records
	[ "$(grep MOVED records | cut -d' ' -f1 | sort -u | wc -l)" -eq 1 ]
}

@test "-0 ends records with NUL, in each format" {
	golden null -0
	golden null-csv -0 -c
	golden null-format -0 --format '%w%f'
	rm -r records d
	mkdir d
	start -n 29 -0 -j d
	work
	rest
	[ "$(tr -cd '\0' <records | wc -c)" -eq 30 ] # with ready
	[ "$(tr -cd '\n' <records | wc -c)" -eq 0 ]
	tr '\0' '\n' <records | plain_json | diff -u "$golden/json" - >&2
}

@test "--no-newline, %n and %0" {
	start -n 2 --no-newline -e create --format '[%f]%0' d
	: >d/a
	: >d/b
	rest
	printf '[a]\0[b]\0' >expected
	cmp expected records
	rm records
	start -n 1 --no-newline -e create --format '%f%n%n' d
	: >d/c
	rest
	printf 'c\n\n' >expected
	cmp expected records
}

@test "an empty --format prints an empty line" {
	start -n 1 -e create --format '' d
	: >d/a
	rest
	[ "$(od -An -c records | tr -d ' ')" = '\n' ]
}

@test "a --format of 4096 bytes is the longest" {
	start -n 1 -e create --format "$(printf %04094d 0)%f" d
	: >d/a
	rest
	[ "$(wc -c <records)" -eq 4096 ]
}

@test "--timefmt: the local time of strftime(3), and fractions" {
	export TZ=XYZ-5:30
	start -n 1 -e create --timefmt '%Y-%m-%d %H:%M:%S %3N %6N %9N %z %Z %%3N' --format '%T' d
	: >d/a
	rest
	grep -Exq '20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9:]{8} [0-9]{3} [0-9]{6} [0-9]{9} \+0530 XYZ %3N' records
	rm records
	local before
	before=$(date +%s)
	start -n 1 -e create --timefmt %s --format '%T' d
	: >d/b
	rest
	[ "$(cat records)" -ge "$before" ]
	[ "$(cat records)" -le "$(date +%s)" ]
}

@test "JSON has the time in UTC with nanoseconds, wd and cookie" {
	export TZ=XYZ-5:30
	touch d/f
	start -n 1 -j -e move d
	mv d/f d/g
	rest
	tail -n 1 records | grep -Exq '\{"time":"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{9}Z","event":"move","path":"d/g","from":"d/f","type":"file","wd":[0-9]+,"cookie":[0-9]+\}'
}

@test "names of every byte come back from each format" {
	"${PYTHON:-python3}" "$BATS_TEST_DIRNAME/every-byte.py" names
	local arguments
	for arguments in "-0 --format %f" "-j" "-c" "--moves pair -j"; do
		# shellcheck disable=SC2086 # words
		start -n "$(tr -cd '\0' <names | wc -c)" -e create $arguments d
		"${PYTHON:-python3}" "$BATS_TEST_DIRNAME/every-byte.py" create names d
		rest
		end_status
		[ "$status" -eq 0 ]
		# shellcheck disable=SC2086 # words
		"${PYTHON:-python3}" "$BATS_TEST_DIRNAME/every-byte.py" compare names \
			$arguments <records
		rm -r d records
		mkdir d
	done
}

@test "a name cannot forge a record where records end in NUL, nor in JSON and CSV" {
	start -n 1 -j -e create d
	: >$'d/x\n{"event":"delete","path":"d"}'
	rest
	[ "$(wc -l <records)" -eq 2 ] # with ready
	rm records
	start -n 1 -c -e create d
	: >$'d/x\nd,DELETE,y'
	rest
	"${PYTHON:-python3}" -c 'import csv, sys
rows = list(csv.reader(sys.stdin))
assert rows == [["d/", "CREATE", "x\nd,DELETE,y"]], rows' <records
}

@test "%w is as given, with a slash behind a directory" {
	local path
	ln -s d link
	touch d/f
	for path in d d/ d// ./d ././d "$PWD/d" link link/; do
		start -n 1 -e attrib --format %w "$path"
		chmod 600 d/f
		take 1
		end_status
	done
	same <<-END
		d/
		d/
		d//
		./d/
		././d/
		$PWD/d/
		link/
		link/
	END
	rm records
	cd d
	mkdir sub
	for path in . ./ sub/..; do
		start -n 1 -e attrib --format %w%f "$path"
		chmod 600 f
		take 1
		end_status
	done
	same <<-END
		./f
		./f
		sub/../f
	END
}

# beside_inotifywait ARGUMENT...: the real one does the same beside ours.
beside_inotifywait() {
	command -v inotifywait >/dev/null || skip "inotifywait is not installed"
	inotifywait --help | grep -q '^inotifywait 3.22.6' ||
		skip "inotifywait is not version 3.22.6, which this compares with"
	runs=$((runs + 1))
	mkfifo "theirs.err.$runs"
	inotifywait -m "$@" d >theirs 2>"theirs.err.$runs" 3>&- 4>&- &
	their_pid=$!
	local line
	exec 8<"theirs.err.$runs"
	while IFS= read -r -t "$DEADLINE" line <&8 && [[ $line != "Watches established." ]]; do
		:
	done
	start "$@" d
	work
	finish
	timeout "$DEADLINE" tail -n +1 -f theirs | grep -m1 -a zz-end >/dev/null
	kill "$their_pid"
	wait "$their_pid" || :
	exec 8<&-
	sed -i '/zz-end/,$d' theirs
	cmp theirs records
}

@test "beside inotifywait: the default format" {
	beside_inotifywait
	[ -s records ]
}

@test "beside inotifywait: --csv" {
	beside_inotifywait --csv
}

@test "beside inotifywait: --format and -e" {
	beside_inotifywait --format '%w|%f|%e|%:e|%_e|%c|%%|%z|a%' -e create -e move,delete
}
