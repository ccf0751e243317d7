#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The name the program is started under says what it is.

load helper

@test "under any name of its own it is inowatch" {
	local name
	for name in inowatch lt-inowatch inowatch-2 watch inotify; do
		named "$name"
		run -0 "$INOWATCH" --version
		[[ $output == inowatch\ [0-9]* ]]
		fails "unknown or ambiguous option --nope; see --help" --nope
	done
}

@test "without a name it is inowatch" {
	run -1 bash -c 'exec -a "" "$0"' "$INOWATCH"
	[ "$output" = "inowatch: no PATH was given; see --help" ]
}
