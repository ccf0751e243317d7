#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The page of the other name: well formed, and with the options that there are.

load ../cli/helper

page=$BATS_TEST_DIRNAME/../../man/inotifywait.1

@test "mandoc has nothing to say about it" {
	command -v mandoc >/dev/null || skip "mandoc is not installed"
	run --separate-stderr mandoc -Tlint "$page"
	run ! grep -v 'STYLE: referenced manual not found: Xr' <<<"$output"
	[ "$output" = "" ]
}

@test "its options are those of --help, in the same order" {
	named inotifywait
	"$INOWATCH" --help | sed -nE 's/^  (..)[, ] --([a-z-]+)( [A-Z]+)? .*/\1 \2\3/p' |
		sed 's/^ *//' >help
	sed -nE 's/^\.It Fl (. , Fl )?-([a-z-]+)( Ar ([A-Z]+))?$/\1\2 \4/p' "$page" |
		sed -E 's/^(.) , Fl /-\1 /; s/ $//' >listed
	[ "$(wc -l <help)" -gt 20 ]
	diff -u help listed >&2
}
