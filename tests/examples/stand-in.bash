# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # variables of the tests
# What the tests of shell examples share.

# Also what a pipeline left running if the test failed, unless its number is another's now.
teardown() {
	local child
	for child in $pid $(cat stand-in.pid 2>/dev/null); do
		[ ! "/proc/$child/cwd" -ef . ] || kill -KILL "$child" 2>/dev/null || :
	done
}

# stand_in ARGUMENT...: what the examples call; readiness comes through the fifo ready.
stand_in() {
	mkfifo ready
	{
		echo '#!/bin/bash'
		echo 'echo $$ >stand-in.pid'
		printf 'exec %q --ready-fd 9 ' "$INOWATCH"
		printf '%q ' "$@"
		echo '"$@" 9>ready'
	} >stand-in
	chmod +x stand-in
	export INOWATCH=$PWD/stand-in
}
