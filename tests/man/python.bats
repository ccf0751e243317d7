#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The page of the Python modules: well formed, names what there is, and its examples do
# what it says.

load ../cli/helper

page=$BATS_TEST_DIRNAME/../../man/inotify-python.7

setup_file() {
	[ -n "$PYTHON" ] || skip "configured with --disable-python"
}

python() {
	# A sanitized module needs the sanitizer's library in the interpreter.
	LD_PRELOAD=${IW_SANITIZE_PRELOAD:-} ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" \
		timeout "$DEADLINE" "$PYTHON" "$@" 3>&- 4>&-
}

@test "mandoc has nothing to say about it" {
	command -v mandoc >/dev/null || skip "mandoc is not installed"
	# On stderr it may tell that the machine's index of manual pages is old.
	run --separate-stderr mandoc -Tlint "$page"
	# Which other pages are installed says nothing about this one.
	grep -v 'STYLE: referenced manual not found: Xr' <<<"$output" >said || :
	[ -n "$output" ] || : >said
	cat said >&2
	[ ! -s said ]
}

@test "its functions have the arguments it names" {
	# Lines as ".Fn inotify.watch path mask", which may end in punctuation.
	sed -nE 's/^\.Fn (_?inotify\.[a-z0-9_]+)( [a-z_=A-Z0-9 ]*[a-zA-Z0-9])?( [.,;])?$/\1\2/p' \
		"$page" >listed
	[ "$(wc -l <listed)" -ge 13 ]
	python -c '
import inspect, sys, _inotify, inotify
for line in sys.stdin:
    name, *said = line.split()
    parameters = inspect.signature(eval(name)).parameters
    if not said:
        continue  # only its name
    if any(p.kind is p.VAR_POSITIONAL for p in parameters.values()):
        inspect.signature(eval(name)).bind(*said)
        continue
    there = [p.name if p.default is p.empty else "%s=%r" % (p.name, p.default)
             for p in parameters.values()]
    assert said == there, (line, there)
' <listed >&2
}

# The examples as program.1 and output.1, program.2 …
extract_examples() {
	awk '/^\.Sh / { on = $2 == "EXAMPLES" }
		on && /^\.Bd/ { file = (is_output ? "output." : "program.") (is_output ? n : ++n)
			is_output = !is_output; next }
		/^\.Ed/ { file = "" }
		on && file { print >file }' "$page"
	sed -i 's/\\-/-/g; s/\\(aq/'"'"'/g; s/\\e/\\/g' program.* output.*
}

@test "its examples print what it says" {
	local program count=0
	extract_examples
	for program in program.*; do
		rm -rf d
		python -X dev -W error "$program" >printed
		diff -u "output.${program#program.}" printed >&2 || { cat "$program" >&2; return 1; }
		count=$((count + 1))
	done
	[ "$count" -ge 4 ]
}
