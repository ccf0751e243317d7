#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # texts for commands; set by run
# A command on changes at a terminal: keys, the terminal's modes, the line for each run.
# terminal.py is the shell; its docstrings say what each scenario does.

load actions

scenario() {
	mkfifo never
	run -0 timeout 120 "${PYTHON:-python3}" "$BATS_TEST_DIRNAME/terminal.py" "$1" \
		"$INOWATCH" </dev/null 3>&- 4>&-
}

@test "space runs it now, q quits with 0, nothing is echoed" {
	scenario keys
}

@test "r stops it and starts it again" {
	scenario restart
}

@test "space while it runs: once more afterwards" {
	scenario space
}

@test "a second q kills what does not end" {
	scenario stubborn
}

@test "the terminal's modes are restored at every end" {
	scenario ends
}

@test "^Z gives the terminal back and stops the command, fg goes on" {
	scenario suspend
}

@test "in the background it takes no keys and is not stopped" {
	scenario background
}

@test "keys cannot run what needs a path" {
	scenario each
}

@test "a line for each run, with the duration, in colour; none with -q" {
	scenario status
}

@test "-C clears the screen before each run, -CC its history as well" {
	scenario clear
}

@test "in a pipe there is no colour, no screen to clear, and success is told with -v only" {
	export TERM=xterm
	run -0 --separate-stderr timeout "$DEADLINE" "$INOWATCH" -C --color always --initial -n 1 \
		d -- echo ran
	[ "$output" = ran ]
	[ "$stderr" = "" ]
	run -3 --separate-stderr timeout "$DEADLINE" "$INOWATCH" -v -C --initial -n 1 d -- sh -c 'exit 3'
	[ "$output" = "" ]
	[[ "${stderr_lines[-1]}" =~ ^"inowatch: sh ended with status 3 after "[0-9]+" ms"$ ]]
	run -0 --separate-stderr timeout "$DEADLINE" "$INOWATCH" -v --initial -n 1 d -- true
	[[ "${stderr_lines[-1]}" =~ ^"inowatch: true ended with status 0 after "[0-9]+" ms"$ ]]
}
