#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # variables that bats and helper.bash set
# The supervisor is told when the program is ready, and when it ends.

load helper
load backup

# notified NAME COMMAND...: all that is told is in $output.
notified() {
	run --separate-stderr timeout "$DEADLINE" "$PYTHON" \
		"$top_srcdir/tests/cli/notify.py" "$@"
	echo "$output" >&2
}

@test "a session is ready when all is watched" {
	mkdir -p d
	notified "$PWD/socket" "$INOWATCH" -q -r d
	[ "$output" = "$(printf '%s\n' READY=1 STATUS=Watching STOPPING=1 "ended with -15")" ]
}

@test "the socket may have an abstract name" {
	mkdir -p d
	notified "@inowatch-test-$$-$BATS_TEST_NUMBER" "$INOWATCH" -q d
	[ "${lines[0]}" = READY=1 ]
	[ "${lines[2]}" = STOPPING=1 ]
}

@test "a backup is ready when it has compared what was there" {
	mkdir -p d
	echo a >d/a
	notified "$PWD/socket" "$INOWATCH" -qq --backup STORE d
	[ "$output" = "$(printf '%s\n' "STATUS=Comparing with the store" READY=1 \
		STATUS=Watching STOPPING=1 STATUS=Ending "ended with -15")" ]
}

@test "a name that is no socket is a warning" {
	mkdir -p d
	export NOTIFY_SOCKET=relative
	run --separate-stderr timeout "$DEADLINE" "$INOWATCH" --backup STORE --once d
	[ "$status" -eq 0 ]
	[[ $stderr == *"cannot notify relative: Invalid argument"* ]]
}

@test "the unit for systemd is one" {
	unit=$top_srcdir/examples/systemd/inowatch-backup@.service
	grep -qx Type=notify "$unit"
	grep -qF -- 'ExecStart=/usr/bin/inowatch --backup ${STORE} $OPTIONS %f' "$unit"
	# A user's systemd may drop none: then nothing starts (status 218/CAPABILITIES).
	run ! grep -E '^(CapabilityBoundingSet|AmbientCapabilities)=' "$unit"
	command -v systemd-analyze >/dev/null || skip "needs systemd-analyze"
	sed "s|^ExecStart=/usr/bin/inowatch|ExecStart=/bin/true|" "$unit" \
		>"inowatch-backup@d.service"
	run timeout "$DEADLINE" systemd-analyze --user --man=no verify \
		"$PWD/inowatch-backup@d.service"
	echo "$output" >&2
	[[ $output != *"inowatch-backup@d.service"* ]]
}
