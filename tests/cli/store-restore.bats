#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# --restore: files and directories as of a time, whole, and nothing lost for it.

load store

@test "a file to where it was" {
	newest 2 "$PWD/w/a" new
	inowatch 0 --restore "$S" "$PWD/w/a"
	[ "$output" = "restored $PWD/w/a" ]
	holds w/a new
	no_temporary
	[ -z "$stderr" ]
}

@test "a directory, with modes, times, links and attributes, but not ours" {
	newest 2 "$PWD/w/d/a" new
	newest 2 "$PWD/w/d/sub/b" bb
	ln -s ../a "$S/current$PWD/w/d/sub/link"
	mkdir -p "$S/current$PWD/w/d/empty"
	chmod 0640 "$S/current$PWD/w/d/a"
	chmod 0750 "$S/current$PWD/w/d/sub"
	touch -d 2020-02-03T04:05:06.123456789Z "$S/current$PWD/w/d/a"
	touch -h -d 2020-02-03T04:05:07Z "$S/current$PWD/w/d/sub/link"
	touch -d 2020-02-03T04:05:08Z "$S/current$PWD/w/d/sub"
	"${PYTHON:-python3}" - "$S/current$PWD/w/d/a" <<-'END' || skip "no extended attributes here"
		import os, sys
		os.setxattr(sys.argv[1], "user.kept", b"yes")
	END
	inowatch 0 --restore "$S" "$PWD/w/d"
	[ "$(stat -c '%a %.9Y' w/d/a)" = "640 1580702706.123456789" ]
	[ "$(stat -c '%a %Y' w/d/sub)" = "750 1580702708" ]
	[ "$(stat -c '%Y' w/d/sub/link)" = 1580702707 ]
	[ "$(readlink w/d/sub/link)" = ../a ]
	[ -d w/d/empty ]
	diff -r "$S/current$PWD/w/d" w/d
	"${PYTHON:-python3}" - w/d/a <<-'END'
		import os, sys
		assert os.listxattr(sys.argv[1]) == ["user.kept"], os.listxattr(sys.argv[1])
	END
}

@test "setuid and setgid stay in the store" {
	newest 2 "$PWD/w/a" new
	chmod 6755 "$S/current$PWD/w/a"
	inowatch 0 --restore "$S" "$PWD/w/a"
	[ "$(stat -c %a w/a)" = 755 ]
	inowatch 0 --restore "$S" --keep-privileges "$PWD/w/a"
	[ "$(stat -c %a w/a)" = 6755 ]
}

@test "as of a time: the newest version not after it" {
	older 1 "$PWD/w/a" one
	older 3 "$PWD/w/a" three
	newest 5 "$PWD/w/a" five
	restored_at() {
		inowatch 0 --restore "$S" --at "$1" "$PWD/w/a"
		holds w/a "$2"
	}
	restored_at 2026-11-01T12:00:00Z one
	restored_at 2026-11-03T11:59:59.999999999Z one
	restored_at 2026-11-03T12:00:00Z three
	restored_at 20261103T120000.000000000Z three
	restored_at 2026-11-04 three
	restored_at "2026-11-03 12:00" three
	restored_at 0 five
	restored_at 2026-12-01 five
	TZ=UTC-2 restored_at "2026-11-03 13:59" one
	TZ=UTC-2 restored_at "2026-11-03 14:00" three
	TZ=UTC-2 restored_at "2026-11-03T13:00:00+01:00" three
	inowatch 5 --restore "$S" --at 2026-11-01T11:59:59Z "$PWD/w/a"
	[ "$stderr" = "inowatch: $PWD/w/a: the store has nothing of that time" ]
	holds w/a three
}

@test "what was deleted then is not restored, and nothing is deleted" {
	older 1 "$PWD/w/d/a" one
	deleted 2 "$PWD/w/d/a"
	older 3 "$PWD/w/d/a" three
	deleted 4 "$PWD/w/d/a"
	newest 1 "$PWD/w/d/b" b
	newest 5 "$PWD/w/d/later" x
	inowatch 0 --restore "$S" --at 2026-11-02T12:00:00Z "$PWD/w/d"
	[ "$(ls w/d)" = b ]
	inowatch 0 --restore "$S" --at 2026-11-03T12:00:00Z "$PWD/w/d"
	holds w/d/a three
	echo mine >w/d/mine
	inowatch 0 --restore "$S" "$PWD/w/d"
	[ "$(echo w/d/*)" = "w/d/a w/d/b w/d/later w/d/mine" ]
	holds w/d/a three
	inowatch 5 --restore "$S" "$PWD/w/d/a"
	[[ $stderr == *"nothing of that name now; --versions lists what it had, and --at"* ]]
}

@test "what is in the way is replaced if it is stored, as whichever version" {
	older 1 "$PWD/w/a" one
	older 2 "$PWD/w/a" two
	newest 3 "$PWD/w/a" three
	mkdir w
	printf one >w/a
	inowatch 0 --restore "$S" --at 2026-11-02T12:00:00Z "$PWD/w/a"
	holds w/a two
	inowatch 0 --restore "$S" "$PWD/w/a"
	holds w/a three
	inowatch 0 --restore "$S" "$PWD/w/a"
	[ "$output" = "unchanged $PWD/w/a" ]
	chmod 0600 w/a
	inowatch 0 --restore "$S" "$PWD/w/a"
	[ "$output" = "restored $PWD/w/a" ]
	[ "$(stat -c %a w/a)" = 644 ]
}

@test "what is in the way and not stored is left, and named; --force replaces it" {
	newest 3 "$PWD/w/a" three
	newest 3 "$PWD/w/b" bbb
	mkdir w
	printf mine! >w/a
	inowatch 5 --restore "$S" "$PWD/w"
	[ "$output" = "left $PWD/w/a: what is in the way is not stored
restored $PWD/w/b" ]
	holds w/a mine!
	inowatch 5 --restore "$S" -j "$PWD/w/a"
	[[ $output == '{"time":"'*'","event":"left","path":"'"$PWD"'/w/a","version":"20261103T120000.000000000Z","message":"what is in the way is not stored"}' ]]
	inowatch 0 --restore "$S" --force "$PWD/w/a"
	holds w/a three
	no_temporary
}

@test "links, directories and pipes in the way" {
	newest 3 "$PWD/w/a" three
	ln -s here "$S/current$PWD/w/link"
	mkdir w
	ln -s elsewhere w/a
	inowatch 5 --restore "$S" "$PWD/w/a"
	[ "$(readlink w/a)" = elsewhere ]
	inowatch 0 --restore "$S" --force "$PWD/w/a"
	holds w/a three
	[ ! -e elsewhere ] && [ ! -e w/elsewhere ]
	# A link that is stored may go.
	ln -s there w/link
	mkdir -p "$S/versions$PWD/w/link"
	ln -s there "$S/versions$PWD/w/link/$(day 1)"
	inowatch 0 --restore "$S" "$PWD/w/link"
	[ "$(readlink w/link)" = here ]
	# A directory is never replaced.
	rm w/a
	mkdir w/a
	inowatch 5 --restore "$S" --force "$PWD/w/a"
	[ "$output" = "left $PWD/w/a: a directory is in the way" ]
	rmdir w/a
	mkfifo w/a
	inowatch 5 --restore "$S" "$PWD/w/a"
	[ -p w/a ]
	inowatch 0 --restore "$S" --force "$PWD/w/a"
	holds w/a three
}

@test "a file where a directory is needed" {
	newest 3 "$PWD/w/d/a" x
	newest 3 "$PWD/w/b" y
	mkdir w
	echo mine >w/d
	inowatch 5 --restore "$S" "$PWD/w"
	[[ $output == *"left $PWD/w/d/a: what is in the way is no directory"* ]]
	[[ $output == *"restored $PWD/w/b"* ]]
	holds w/d mine
}

@test "--to DIR makes DIR/NAME; two alike are an error" {
	newest 3 "$PWD/w/a" x
	newest 3 "$PWD/w/d/a" y
	newest 3 "$PWD/w/d/b" z
	inowatch 0 --restore "$S" --to out/deep "$PWD/w/a" "$PWD/w/d"
	holds out/deep/a x
	holds out/deep/d/a y
	holds out/deep/d/b z
	[ ! -e w ]
	rm -r out
	inowatch 1 --restore "$S" --to out "$PWD/w/a" "$PWD/w/d/a"
	[ "$stderr" = "inowatch: $PWD/w/a and $PWD/w/d/a would both be out/a" ]
	[ ! -e out ]
	inowatch 0 --restore "$S" --to out /
	holds "out$PWD/w/a" x
	inowatch 0 --restore "$S" --to . "$PWD/w/a"
	holds a x
}

@test "nothing is restored into the store" {
	newest 3 "$PWD/w/a" x
	find "$S" | sort >before
	mkdir links
	ln -s "$S/current" links/in
	inowatch 5 --restore "$S" --to "$S" "$PWD/w"
	[ "$stderr" = "inowatch: $PWD/w: it would be restored into the store" ]
	inowatch 5 --restore "$S" --to links/in "$PWD/w"
	inowatch 5 --restore "$S" --to "$S/versions" --dry-run "$PWD/w/a"
	find "$S" | sort | diff before - >&2
	inowatch 0 --restore "$S" --to "$S/.." "$PWD/w"
	holds w/a x
}

@test "--dry-run tells and does nothing" {
	newest 3 "$PWD/w/a" x
	newest 3 "$PWD/w/b" y
	newest 3 "$PWD/w/d/c" z
	mkdir w
	printf mine >w/a
	inowatch 5 --restore "$S" --dry-run "$PWD/w"
	[ "$output" = "left $PWD/w/a: what is in the way is not stored
would restore $PWD/w/b
would restore $PWD/w/d/c" ]
	[ "$(find w)" = $'w\nw/a' ]
	inowatch 0 --restore "$S" --dry-run --to out/deep "$PWD/w"
	[ ! -e out ]
	inowatch 0 --restore "$S" --dry-run -j --to out "$PWD/w/b"
	[[ $output == *'"event":"would_restore","path":"out/b","version":"20261103T120000.000000000Z"}' ]]
}

@test "odd names come back" {
	for name in $'new\nline' $'\xff\xfe' =x -x "=$(day 1)" "==$(day 1).deleted" \
		"$(printf 'n%.0s' {1..255})"; do
		newest 3 "$PWD/w/$name" "$name"
	done
	inowatch 0 --restore "$S" "$PWD/w"
	[ "$(find w -type f | wc -l)" -ge 7 ]
	holds "w/$(day 1)" "=$(day 1)"
	holds "w/=$(day 1).deleted" "==$(day 1).deleted"
	holds w/$'\xff\xfe' $'\xff\xfe'
	holds w/$'new\nline' $'new\nline'
	holds "w/$(printf 'n%.0s' {1..255})" "$(printf 'n%.0s' {1..255})"
}

@test "paths longer than PATH_MAX" {
	local part
	part=$(printf 'p%.0s' {1..200})
	"${PYTHON:-python3}" - "$S" "$part" <<-'END'
		import os, sys
		store, part = sys.argv[1:]
		os.chdir(store + "/current")
		for _ in range(30):
		    os.mkdir(part)
		    os.chdir(part)
		open("deep", "w").write("deep")
	END
	inowatch 0 --restore "$S" --to out "/$part"
	[[ $output == *"/deep" ]]
	"${PYTHON:-python3}" - "$part" <<-'END'
		import os, sys
		os.chdir("out")
		for _ in range(30):
		    os.chdir(sys.argv[1])
		assert open("deep").read() == "deep"
	END
}

@test "a link on the way to PATH is taken, one below it is not" {
	newest 3 "$PWD/w/d/a" x
	mkdir elsewhere
	ln -s elsewhere w
	inowatch 0 --restore "$S" "$PWD/w/d"
	holds elsewhere/d/a x
	# PATH itself, where it was a directory when it was stored.
	rm -r elsewhere/d
	inowatch 0 --restore "$S" "$PWD/w"
	holds elsewhere/d/a x
	rm -r elsewhere/d
	mkdir trap
	ln -s ../trap elsewhere/d
	inowatch 5 --restore "$S" --force "$PWD/w"
	[ -z "$(ls trap)" ]
}

@test "what an earlier run had to leave behind is taken away" {
	newest 3 "$PWD/w/d/a" x
	mkdir -p w/d
	echo half >w/d/.inowatch-restore.1.0
	echo busy >w/d/.inowatch-restore.2.0
	exec 9<w/d/.inowatch-restore.2.0
	flock 9
	inowatch 0 --restore "$S" "$PWD/w/d" 9<&-
	exec 9<&-
	[ ! -e w/d/.inowatch-restore.1.0 ]
	[ -e w/d/.inowatch-restore.2.0 ]
}

@test "a full disk: what is there stays, nothing half is left" {
	newest 3 "$PWD/w/small" x
	newest 3 "$PWD/w/a" "$(printf 'a%.0s' {1..200000})"
	[ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null || skip "needs root to mount"
	# shellcheck disable=SC2016 # for the inner shell
	run --separate-stderr unshare -m bash -c '
		mkdir full && mount -t tmpfs -o size=64k none full || exit 99
		mkdir full/w && printf old >full/w/keep
		"$1" --restore "$2" --to full "$3/w"
		status=$?
		find full -type f | sort
		exit $status' - "$INOWATCH" "$S" "$PWD"
	[ "$status" -ne 99 ] || skip "no tmpfs can be mounted"
	[ "$status" -eq 5 ]
	[ "$output" = "failed full/w/a: No space left on device
restored full/w/small
full/w/keep
full/w/small" ]
}
