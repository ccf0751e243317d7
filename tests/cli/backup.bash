# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # variables for and of the tests
# What the tests of --backup share. d is the source, STORE the store.
#
#   backup ARGUMENT...   one pass over d; its lines, sorted, are in $output
#   current PATH         where the newest version of a path below the test's folder is
#   versions PATH        the names of its older versions, one a line
#   strace_or_skip       skips the test where programs cannot be traced

# In a build with sanitizers strace meets the leak checker, which traces too.
strace_or_skip() {
	command -v strace >/dev/null || skip "needs strace"
	[ -z "${IW_SANITIZE_PRELOAD:-}" ] || skip "a sanitizer is in the way of strace"
	strace -qq -o /dev/null true 2>/dev/null || skip "may not trace"
}

backup() {
	run --separate-stderr timeout "$DEADLINE" "$INOWATCH" --backup STORE --once "$@" d
	output=$(printf '%s\n' "$output" | sort)
}

current() {
	printf '%s/current%s/%s' STORE "$PWD" "$1"
}

versions() {
	[ ! -d "STORE/versions$PWD/$1" ] || ls -A "STORE/versions$PWD/$1"
}

# is_whole: the newest versions are what d is.
is_whole() {
	diff -r --no-dereference d "$(current d)" >&2
	[ -z "$(ls -A STORE/.inowatch/temporary)" ]
}

STAMP='[0-9]{8}T[0-9]{6}\.[0-9]{9}Z'
