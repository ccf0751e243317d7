#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034 # pid is for the helper
# The shell examples, run for real. They know nothing of tests: what they call inowatch is
# a script here that adds --ready-fd and the number of records to end after.

load ../cli/helper
load stand-in

program=$INOWATCH

examples=$BATS_TEST_DIRNAME/../../examples

@test "on-close-write.sh: a command for each finished file, whatever its name" {
	cat >show <<-'END'
		#!/bin/bash
		printf '<%s>\0' "${@: -1}" >>shown
	END
	chmod +x show
	stand_in -n 4
	"$examples/on-close-write.sh" d ./show --option 3>&- 4>&- &
	pid=$!
	await_ready ready
	echo x >'d/a "b" $(touch canary)'
	mkdir d/sub
	echo x >$'d/sub/-rf\n*'
	echo x >d/.tmp
	mv d/.tmp d/saved
	end_status
	[ "$status" -eq 0 ]
	# What is in a new folder may be found after what happens beside it.
	printf '<%s>\0' d/.tmp 'd/a "b" $(touch canary)' d/saved $'d/sub/-rf\n*' |
		sort -z | cmp - <(sort -z shown)
	[ ! -e canary ]
}

@test "on-close-write.sh: a command that fails is told, and the next is run" {
	stand_in -n 2
	"$examples/on-close-write.sh" d false 2>err 3>&- 4>&- &
	pid=$!
	await_ready ready
	echo x >d/a
	echo x >d/b
	end_status
	[ "$status" -eq 0 ]
	[ "$(grep -cx 'on-close-write.sh: false failed' err)" -eq 2 ]
}

@test "changes-to-csv.sh: a table with a heading, once" {
	command -v jq >/dev/null || skip "jq is not installed"
	stand_in -n 4
	"$examples/changes-to-csv.sh" d table.csv 3>&- 4>&- &
	pid=$!
	await_ready ready
	: >'d/a, "b"'
	mv 'd/a, "b"' $'d/new\nline'
	rm $'d/new\nline'
	end_status
	[ "$status" -eq 0 ]
	rm ready stand-in
	INOWATCH=$program
	stand_in -n 1
	"$examples/changes-to-csv.sh" d table.csv 3>&- 4>&- &
	pid=$!
	await_ready ready
	mkdir d/sub
	end_status
	"${PYTHON:-python3}" - <<-'END'
		import csv
		rows = list(csv.reader(open("table.csv", newline="")))
		assert rows[0] == ["time", "event", "path", "from"], rows
		assert [row[1:] for row in rows[1:]] == [
		    ["create", 'd/a, "b"', ""],
		    ["close_write", 'd/a, "b"', ""],
		    ["move", "d/new\nline", 'd/a, "b"'],
		    ["delete", "d/new\nline", ""],
		    ["create", "d/sub", ""],
		], rows
		assert all(row[0].endswith("Z") for row in rows[1:])
	END
}

@test "busiest-files.sh: how often each file was written" {
	local name
	stand_in -n 6
	"$examples/busiest-files.sh" d 1h >table 3>&- 4>&- &
	pid=$!
	await_ready ready
	# Equal events that are queued behind each other are one, so none are here.
	for name in $'of\nten ' ' twice' $'of\nten ' once $'of\nten ' ' twice'; do
		echo x >"d/$name"
	done
	end_status
	[ "$status" -eq 0 ]
	diff - table <<-'END'
		     3 $'d/of\nten '
		     2 d/\ twice
		     1 d/once
	END
}

@test "busiest-files.sh ends by itself" {
	run -0 timeout "$DEADLINE" "$examples/busiest-files.sh" d 10ms
	[ "$output" = "" ]
}

@test "a folder with a leading dash, and wrong usage" {
	mkdir ./-x
	run -0 timeout "$DEADLINE" "$examples/busiest-files.sh" -x 1ms
	local name
	for name in on-close-write.sh changes-to-csv.sh busiest-files.sh; do
		run -1 "$examples/$name"
		[[ $output == "usage: $name DIR"* ]]
	done
}

@test "demo.sh ends by itself, shows what happened, and leaves nothing" {
	[ -n "${PYTHON:-}" ] || skip "built without Python"
	# A module with sanitizers needs their library in the interpreter.
	if [ -n "${IW_SANITIZE_PRELOAD:-}" ]; then
		printf '#!/bin/sh\nexec env LD_PRELOAD="%s" ASAN_OPTIONS=detect_leaks=0 "%s" "$@"\n' \
			"$IW_SANITIZE_PRELOAD" "$PYTHON" >python
		chmod +x python
		PYTHON=$PWD/python
	fi
	mkdir tmp
	TMPDIR=$PWD/tmp run -0 timeout "$DEADLINE" "$examples/demo.sh"
	[[ $output == *"moved from desk/.new to desk/letter.txt"* ]]
	[[ $output == *"moved from desk/2026 to desk/archive"* ]]
	[[ $output == *"written desk/archive/july/drafts/first"* ]]
	[[ $output == *"deleted desk/letter.txt"* ]]
	[[ $output == *'backup.py: stored "Dear reader, I wrote another."'* ]]
	[[ ${lines[-1]} == *"desk/letter.txt: Dear reader, I wrote another." ]]
	[ -z "$(ls -A tmp)" ]
}

@test "demo.sh without Python" {
	mkdir tmp
	PYTHON='' TMPDIR=$PWD/tmp run -0 timeout "$DEADLINE" "$examples/demo.sh"
	[[ $output == *"deleted desk/letter.txt"* ]]
	[ -z "$(ls -A tmp)" ]
}
