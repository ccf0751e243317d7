#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The man page: well formed, names the options and events that there are, and its examples
# do what it says.

load ../cli/helper

page=$BATS_TEST_DIRNAME/../../man/inowatch.1

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

# One line for each option, as "-e, --event LIST".
options_of_help() {
	"$INOWATCH" --help | sed -nE 's/^  (..[, ] )?--([a-z0-9-]+)( ([A-Z]+|[a-z]\|[a-z]|[a-z]+\|[a-z]+))?( .*|$)/\1--\2\3/p' |
		sed 's/^ *//'
}

options_of_page() {
	sed -nE 's/^\.It Fl (. , Fl )?-([a-z0-9-]+)( Ar (.*))?$/\1--\2 \4/p' "$page" |
		sed -E 's/^(.) , Fl /-\1, /; s/ $//'
}

@test "its options are those of --help, in the same order" {
	options_of_help >help
	options_of_page >listed
	[ "$(wc -l <help)" -eq "$("$INOWATCH" --help | grep -cE '^  .{4}--')" ]
	diff -u help listed >&2
}

@test "its events are those of --help" {
	"$INOWATCH" --help | sed '1,/^Events of -e/d;/^$/,$d' | awk '{ print $1 }' >help
	awk '/^\.Sh EVENTS/ { on = 1 } /^\.El/ { on = 0 } on && /^\.It Cm/ { print $3 }' \
		"$page" >listed
	[ -s help ]
	diff -u help listed >&2
}

@test "it has each exit status of --help" {
	awk '/^\.Sh EXIT STATUS/ { on = 1 } /^\.El/ { on = 0 } on && /^\.It/ { print $2 }' \
		"$page" >listed
	printf '%s\n' 0 1 2 3 4 5 | diff -u - listed >&2
}

# The examples as session.1, session.2, …: commands behind "$ ", and what they print.
extract_sessions() {
	awk '/^\.Sh / { on = $2 == "EXAMPLES" }
		on && /^\.Bd/ { file = "session." ++count; next }
		/^\.Ed/ { file = "" }
		on && file { print >file }' "$page"
	sed -i 's/\\-/-/g; s/\\(aq/'"'"'/g; s/\\e/\\/g' session.*
}

# A command in the background is waited for until all is watched.
make_script() {
	awk '
		BEGIN { print "exec 2>&1; inowatch() { \"$INOWATCH\" ${READY:+--ready-fd 9} \"$@\"; }" }
		!/^\$ / { next }
		!/ &$/ { print substr($0, 3); next }
		{
			print "mkfifo ready." ++n
			print "{ READY=1; " substr($0, 3, length($0) - 4) "; } 9>ready." n " &"
			print "read -r _ <ready." n
		}
		END { print "wait" }' "$1"
}

plain_times() {
	sed -E 's/"time":"[0-9T:.-]+Z"/"time":""/; s/"cookie":[0-9]+/"cookie":0/'
}

@test "its examples print what it says" {
	local session count=0
	extract_sessions
	for session in session.*; do
		rm -rf d
		make_script "$session" >script
		grep -v '^\$ ' "$session" | plain_times >expected
		timeout "$DEADLINE" bash script 3>&- 4>&- | plain_times >printed
		diff -u expected printed >&2 || { cat script >&2; return 1; }
		rm -f ready.*
		count=$((count + 1))
	done
	[ "$count" -ge 5 ]
}
