#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A store that somebody has tampered with leads nowhere and hides nothing.

load store

# Nothing outside of the restored folder was touched.
untouched() {
	[ "$(cat outside/secret)" = secret ] && [ "$(ls outside)" = secret ]
}

@test "links instead of directories are not followed" {
	mkdir outside
	echo secret >outside/secret
	newest 1 /w/a x
	ln -s "$PWD/outside" "$S/current/w/link"
	ln -s "$PWD/outside" "$S/versions/w"
	inowatch 5 --versions "$S" /w
	[[ $output != *secret* ]]
	inowatch 5 --restore "$S" --to out /w
	# It is a link, and comes back as one.
	[ -L out/w/link ]
	untouched
	rm -r "$S/current/w" out
	ln -s "$PWD/outside" "$S/current/w"
	inowatch 5 --restore "$S" --to out /w/secret
	[ ! -e out/secret ]
	rm -r "$S/current"
	ln -s "$PWD/outside" "$S/current"
	inowatch 1 --versions "$S"
	inowatch 1 --restore "$S" --to out /secret
	[ ! -e out/secret ]
	inowatch 5 --check "$S"
}

@test "a version that is a link is a link" {
	mkdir outside
	echo secret >outside/secret
	mkdir -p "$S/versions/w/a"
	ln -s "$PWD/outside/secret" "$S/versions/w/a/$(day 1)"
	inowatch 0 --restore "$S" --at 2026-11-02 --to out /w/a
	[ -L out/a ]
	untouched
}

@test "restoring writes through no link that the store brought" {
	mkdir outside
	echo secret >outside/secret
	# As of the 2nd /w/d is a link; as of the 3rd a directory.
	older 3 /w/d/secret forged
	mkdir -p "$S/versions/w/d"
	ln -s "$PWD/outside" "$S/versions/w/d/$(day 1)"
	inowatch 5 --restore "$S" --at 2026-11-04 --to out /w
	untouched
	inowatch 5 --restore "$S" --at 2026-11-04 --force --to out /w
	untouched
}

@test "PATHs with .. stay in the store" {
	mkdir outside
	echo secret >outside/secret
	newest 1 /w/a x
	inowatch 5 --restore "$S" --to out "/../../../outside/secret" "/w/../../outside"
	untouched
	[ ! -e out/secret ]
}

@test "directories, pipes and devices where files are expected" {
	mkdir -p "$S/versions/w/a/$(day 1)/x" "$S/versions/w/b"
	mkfifo "$S/versions/w/b/$(day 1)" "$S/current/pipe"
	echo full >"$S/versions/w/b/$(day 2).deleted"
	echo file >"$S/versions/w/c"
	echo name >"$S/versions/w/d20261101"
	inowatch 5 --check "$S"
	diff -u - <(printf '%s\n' "$output") >&2 <<-END
		damaged current/pipe: is neither file, link nor directory
		damaged versions/w/a/$(day 1): is no version: neither file nor link
		damaged versions/w/b/$(day 1): is no version: neither file nor link
		damaged versions/w/b/$(day 2).deleted: says deleted, but is not empty
		damaged versions/w/c: is no directory of versions: Not a directory
		damaged versions/w/d20261101: is no directory of versions: Not a directory
		checked 0 files, 0 versions: 6 problems
	END
	inowatch 5 --restore "$S" --to out /w
}

@test "names that no source has" {
	newest 1 "/w/$(day 9)" x
	newest 2 /w/a y
	mkdir -p "$S/versions/w/a"
	echo z >"$S/versions/w/a/20261301T120000.000000000Z"
	echo z >"$S/versions/$(day 1)"
	inowatch 5 --check "$S"
	[[ $output == *"damaged current/w/$(day 9): is no name of a source"* ]]
	[[ $output == *"damaged versions/w/a/20261301T120000.000000000Z: is no name of a source"* ]]
	[[ $output == *"damaged versions/$(day 1): is a version of nothing"* ]]
	[ "${#lines[@]}" -eq 4 ]
	inowatch 5 --restore "$S" --to out /w
	[ "$(find out -type f)" = out/w/a ]
}

@test "a time that is none" {
	newest 1 /w/a x
	ln -sfn nonsense "$S/.inowatch/newest/w/a"
	inowatch 5 --check "$S"
	[ "${lines[0]}" = "damaged .inowatch/newest/w/a: is no time" ]
	ln -sfn "$(day 1)x" "$S/.inowatch/newest/w/a"
	inowatch 5 --check "$S"
	# Where there are no links it is a file.
	rm "$S/.inowatch/newest/w/a"
	day 1 >"$S/.inowatch/newest/w/a"
	inowatch 0 --check "$S"
	inowatch 0 --versions "$S"
	[[ $output == 2026-11-01T12:00:00* ]]
}

@test "a target that is changed for links all the time" {
	mkdir -p outside w/d
	echo secret >outside/secret
	ln -s ../outside swap
	for i in {1..20}; do
		newest 1 "$PWD/w/d/secret$i" forged
	done
	"${PYTHON:-python3}" - <<-'END' 3>&- &
		import ctypes, os
		libc = ctypes.CDLL(None, use_errno=True)
		while os.getppid() != 1 and not os.path.exists("stop"):
		    libc.renameat2(-100, b"w/d", -100, b"swap", 2)
	END
	for i in {1..20}; do
		"$INOWATCH" --restore "$S" --force "$PWD/w" >/dev/null 2>&1 || :
	done
	touch stop
	wait
	untouched
}
