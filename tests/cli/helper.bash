# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # variables for and of the tests
# What all tests of the program share. A test works in a private folder with the folder d.
#
#   start ARGUMENT...      runs inowatch in the background; returns when all is watched
#   finish [DIR]           makes DIR/zz-end; all records before it are in the file records
#   take N                 appends the next N records to the file records
#   end_status             waits until it has ended by itself; its status is in $status
#   stop [SIGNAL]          ends it by a signal; its status is in $status
#   named NAME             from here on the program goes by that name
#   lacks TEXT FILE        fails if the text is there
#
# Nothing sleeps: reads wait for data and give up after $DEADLINE seconds.

bats_require_minimum_version 1.5.0
DEADLINE=30
BLANK=" " # at the end of a line, where editors would drop it

setup() {
	export LC_ALL=C.UTF-8 TZ=UTC0
	unset NO_COLOR
	[ -x "${INOWATCH:?is not set: it names the program to test}" ]
	cd "$BATS_TEST_TMPDIR" || return
	mkdir d
	pid=
	runs=0
}

teardown() {
	# Only what start began, by its number.
	if [ -n "$pid" ]; then
		kill -KILL "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	fi
}

# The program is the child itself, so that signals reach it and wait tells its status.
start() {
	runs=$((runs + 1))
	mkfifo "ready.$runs" "out.$runs"
	# Without <&0 the shell gives /dev/null to what runs in the background.
	"$INOWATCH" --ready-fd 9 "$@" <&0 9>"ready.$runs" >"out.$runs" 2>err \
		3>&- 4>&- 7<&- 8<&- &
	pid=$!
	await_ready "ready.$runs" "out.$runs"
}

# await_ready READY [OUT]: OUT is open as descriptor 7 from then on.
await_ready() {
	local line
	exec 8<"$1"
	[ -z "${2:-}" ] || exec 7<"$2"
	if ! IFS= read -r -t "$DEADLINE" line <&8; then
		echo "inowatch was not ready; it said:" >&2
		cat err >&2
		return 1
	fi
	exec 8<&-
}

# One record of descriptor 7 into $record; $end ends records (a newline or nothing: NUL).
next_record() {
	record=
	if ! IFS= read -r -d "${end-$'\n'}" -t "$DEADLINE" record <&7; then
		echo "no further record; so far:" >&2
		cat records err >&2
		return 1
	fi
}

take() {
	local i
	for ((i = 0; i < $1; i++)); do
		next_record
		printf '%s\n' "$record" >>records
	done
}

# take_until TEXT: the record that has TEXT is read, and not kept.
take_until() {
	touch records
	while next_record && [[ $record != *"$1"* ]]; do
		printf '%s\n' "$record" >>records
	done
	[[ $record == *"$1"* ]]
}

finish() {
	mkdir "${1:-d}/zz-end"
	take_until zz-end
	rmdir "${1:-d}/zz-end"
}

# What comes until it ends.
rest() {
	timeout "$DEADLINE" cat <&7 >>records
}

end_status() {
	status=0
	timeout "$DEADLINE" tail --pid="$pid" -f /dev/null
	wait "$pid" || status=$?
	exec 7<&- # not before: a reader that leaves is an error
	pid=
}

stop() {
	kill "-${1:-TERM}" "$pid"
	end_status
}

# same EXPECTED: the records are those of standard input, or of a file.
same() {
	diff -u "${1:--}" records >&2
}

# After "!" alone a failure would be overlooked.
lacks() {
	! grep -F -- "$@" >&2 || return 1
}

# watches: how many the kernel holds for the program that start began.
# Without the anchor of a relative PATH: the working directory.
watches() {
	cat "/proc/$pid"/fdinfo/* 2>/dev/null | grep '^inotify' |
		grep -vc " ino:$(printf '%x' "$(stat -c %i .)") "
}

# is_watched DIRECTORY: does the program have a watch on it?
is_watched() {
	cat "/proc/$pid"/fdinfo/* 2>/dev/null |
		grep -q "^inotify .* ino:$(printf '%x' "$(stat -c %i "$1")") "
}

# A PATH that cannot exist, so that nobody waits for it.
# shellcheck disable=SC2034
unwatchable=$(printf 'x%.0s' {1..300})

# Numbers and times differ from run to run.
plain_json() {
	sed -E 's/^\{"time":"[0-9T:.-]+Z",/{/; s/,"(wd|cookie)":[0-9]+//g'
}

named() {
	mkdir -p "$BATS_TEST_TMPDIR/names"
	ln -sf "$(realpath "$INOWATCH")" "$BATS_TEST_TMPDIR/names/$1"
	INOWATCH=$BATS_TEST_TMPDIR/names/$1
}

# fails MESSAGE ARGUMENT...: ends with 1, prints nothing but this one line on stderr.
fails() {
	local message=$1
	shift
	run -1 --separate-stderr timeout "$DEADLINE" "$INOWATCH" "$@"
	[ "$output" = "" ] || { echo "stdout: $output" >&2; return 1; }
	# shellcheck disable=SC2154 # set by run
	[ "$stderr" = "inowatch: $message" ] || { echo "stderr: $stderr" >&2; return 1; }
}

need_root() {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
}

# From here on the program is a copy that nobody can reach, wherever the other lies.
for_nobody() {
	cp "$INOWATCH" program
	chmod a+rx program
	INOWATCH=./program # the way here may be closed
	as_nobody env "$INOWATCH" --version >/dev/null 2>&1 ||
		skip "nobody cannot run the program here"
}

# As the user nobody, who must be able to reach the test's folder.
as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}
