#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The man page of inotifywatch: well formed, with the options that there are.

load ../cli/helper

page=$BATS_TEST_DIRNAME/../../man/inotifywatch.1

@test "mandoc has nothing to say about it" {
	command -v mandoc >/dev/null || skip "mandoc is not installed"
	run --separate-stderr mandoc -Tlint "$page"
	# Which other pages are installed says nothing about this one.
	grep -v 'STYLE: referenced manual not found: Xr' <<<"$output" >said || :
	[ -n "$output" ] || : >said
	cat said >&2
	[ ! -s said ]
}

@test "its options are those of --help, in the same order" {
	named inotifywatch
	run -1 "$INOWATCH" --help
	sed -nE 's/^  (-., )? *--([a-z-]+)( [A-Z]+)? .*/\1--\2\3/p' <<<"$output" >help
	sed -nE 's/^\.It Fl ((.) , Fl )?-([a-z-]+)( Ar (.*))?$/-\2, --\3 \5/p' "$page" |
		sed 's/^-, //; s/ $//' >listed
	[ "$(wc -l <help)" -eq 17 ]
	diff -u help listed >&2
}
