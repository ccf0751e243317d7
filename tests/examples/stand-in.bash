# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # variables of the tests
# What the tests of shell examples share.

# Also what a pipeline left running if the test failed, unless its number is another's now.
teardown() {
	local child
	for child in $pid $(cat stand-in.pid 2>/dev/null); do
		[ ! "/proc/$child/cwd" -ef . ] && [ ! "/proc/$child/cwd" -ef d ] || kill -KILL "$child" 2>/dev/null || :
	done
}

# stand_in ARGUMENT...: what the examples call; readiness comes through the fifo ready.
stand_in() {
	mkfifo ready
	{
		echo '#!/bin/bash'
		printf 'echo $$ >%q\n' "$PWD/stand-in.pid"
		printf 'exec %q --ready-fd 9 ' "$INOWATCH"
		printf '%q ' "$@"
		printf '"$@" 9>%q\n' "$PWD/ready"
	} >stand-in
	chmod +x stand-in
	export INOWATCH=$PWD/stand-in
}
