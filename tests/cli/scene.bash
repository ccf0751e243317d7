# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # variables for and of the tests
# Tests that mount, played by a shell in namespaces of its own.

# scene: plays standard input with what helper.bash has, and with
#   begin ARGUMENT...    starts the program with JSON output; keeps what comes until ready
#   keep_until TEXT      reads on, and keeps all records
#   again PATH           a mount was seen: readers have forgotten PATH, and know it anew
#   same_tree [FIND...]  the tree told is that which is there, but for what find leaves out
scene() {
	{
		declare -f start await_ready next_record take take_until finish rest \
			end_status stop watches lacks begin keep_until again same_tree
		echo "DEADLINE=$DEADLINE runs=0 pid=; : >records"
		printf 'tests=%q\n' "$BATS_TEST_DIRNAME"
		# It may have ended by itself, because nobody reads what it tells.
		echo 'trap "[ -z \"\$pid\" ] || kill -KILL \$pid 2>/dev/null || :" EXIT'
		# shellcheck disable=SC2016
		echo 'trap "echo \"failed: \$BASH_COMMAND\" >&2" ERR; set -eE'
		cat
	} >scene.sh
	unshare -Urm true 2>/dev/null || skip "no user and mount namespaces here"
	unshare -Urm sh -c 'mount -t tmpfs t d' 2>/dev/null ||
		skip "tmpfs cannot be mounted in a namespace here"
	unshare -Urm "$BASH" scene.sh 3>&- 4>&-
}

keep_until() {
	take_until "$1"
	echo "${record:?}" >>records
}

begin() {
	start -j "$@"
	keep_until '"event":"ready"'
}

again() {
	keep_until '"event":"resync","path":"'"$1"'"'
	keep_until '"event":"synced"'
}

same_tree() {
	mkdir d/zz-end
	keep_until zz-end
	rmdir d/zz-end
	keep_until '"event":"delete","path":"d/zz-end"'
	"${PYTHON:-python3}" "$tests/replay.py" d <records >told
	find d -mindepth 1 "$@" \( -type d -printf '%p dir\n' -o -printf '%p file\n' \) |
		LC_ALL=C sort >real
	diff -u real told >&2
}
