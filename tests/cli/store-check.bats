#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# --check: what is missing, and (--verify) what is not as it was stored.

load store

# checksum FILE DIGITS
checksum() {
	"${PYTHON:-python3}" - "$@" <<-'END' || skip "no extended attributes here"
		import os, sys
		os.setxattr(sys.argv[1], "user.inowatch.xxh3", sys.argv[2].encode())
	END
}

# XXH3 with 64 bits of nothing, and of "a".
EMPTY=2d06800538d394c2
LETTER=e6c632b61e964e1f

@test "a whole store" {
	older 1 /w/a one
	newest 2 /w/a two
	older 3 /w/b x
	deleted 4 /w/b
	inowatch 0 --check "$S"
	[ "$output" = "checked 2 files, 3 versions: 0 problems" ]
	inowatch 0 --check "$S" -q
	[ -z "$output" ]
	inowatch 0 --check "$S" -j
	[ "$output" = '{"event":"checked","files":2,"versions":3,"problems":0}' ]
	inowatch 0 --check "$S" --verify
	[ "$output" = "checked 2 files, 3 versions: 0 problems; 0 versions are as they were stored, 3 could not be checked" ]
}

@test "a newest version that is gone without a trace" {
	older 1 /w/a one
	newest 2 /w/a two
	rm "$S/current/w/a"
	inowatch 5 --check "$S"
	[ "${lines[0]}" = "damaged current/w/a: is missing, and nothing says that it was deleted" ]
	inowatch 5 --check "$S" -j
	[ "${lines[0]}" = '{"event":"damaged","path":"current/w/a","message":"is missing, and nothing says that it was deleted"}' ]
}

@test "content that is not what was stored" {
	newest 1 /w/a a
	newest 2 /w/empty ""
	newest 3 /w/without x
	older 4 /w/old a
	deleted 5 /w/old
	checksum "$S/current/w/a" $LETTER
	checksum "$S/current/w/empty" $EMPTY
	checksum "$S/versions/w/old/$(day 4)" $LETTER
	ln -s a "$S/current/w/link"
	inowatch 0 --check "$S" --verify
	[ "$output" = "checked 5 files, 5 versions: 0 problems; 3 versions are as they were stored, 2 could not be checked" ]
	printf b >"$S/current/w/a"
	: >"$S/versions/w/old/$(day 4)"
	checksum "$S/current/w/empty" nonsense
	inowatch 5 --check "$S" --verify
	diff -u - <(printf '%s\n' "$output") >&2 <<-END
		damaged current/w/a: is not what was stored: its checksum differs
		damaged current/w/empty: has a checksum that is none
		damaged versions/w/old/$(day 4): is not what was stored: its checksum differs
		checked 5 files, 5 versions: 3 problems; 0 versions are as they were stored, 2 could not be checked
	END
	# Without --verify nobody has looked.
	inowatch 0 --check "$S"
}

@test "a damaged version is not restored unless forced, and told then" {
	newest 1 /w/a b
	checksum "$S/current/w/a" $LETTER
	inowatch 5 --restore "$S" --to out /w/a
	[ "$output" = "damaged out/a: its checksum differs" ]
	[ ! -e out/a ]
	no_temporary
	inowatch 5 --restore "$S" --to out --force /w/a
	[ "$output" = "damaged out/a: restored although its checksum differs" ]
	holds out/a b
}

@test "what is no store" {
	mkdir empty
	inowatch 5 --check "$PWD/empty"
	[[ ${lines[0]} == "damaged .inowatch/format: cannot be read: is this a store?: No such file or directory" ]]
	inowatch 1 --check "$PWD/nowhere"
	echo 2 >"$S/.inowatch/format"
	inowatch 5 --check "$S"
	[[ ${lines[0]} == "damaged .inowatch/format: is of a layout that is not known" ]]
}
