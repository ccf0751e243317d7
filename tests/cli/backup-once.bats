#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # variables that bats and helper.bash set
# One pass: inowatch --backup STORE --once PATH.

load helper
load backup

@test "a first pass stores all, a second finds nothing to do" {
	mkdir -p d/sub/deep d/empty
	echo one >d/a
	echo two >d/sub/deep/b
	ln -s nowhere d/link
	backup
	[ "$status" -eq 0 ]
	[ "$output" = $'stored d/a\nstored d/link\nstored d/sub/deep/b' ]
	[ "$stderr" = "" ]
	is_whole
	[ -d "$(current d/empty)" ]
	[ "$(readlink "$(current d/link)")" = nowhere ]
	[ "$(stat -c %a STORE)" = 700 ]
	[ "$(cat STORE/.inowatch/format)" = 1 ]
	backup
	[ "$status:$output:$stderr" = 0:: ]
}

@test "what was replaced becomes a version, what was deleted is marked" {
	echo one >d/a
	echo bye >d/b
	backup
	stored=$(readlink "STORE/.inowatch/newest$PWD/d/a")
	echo second >d/a
	rm d/b
	backup
	[ "$output" = $'deleted d/b\nstored d/a' ]
	[ "$(cat "$(current d/a)")" = second ]
	[ "$(versions d/a)" = "$stored" ]
	[ "$(cat STORE/versions"$PWD/d/a"/*Z)" = one ]
	[ ! -e "$(current d/b)" ]
	[[ "$(versions d/b)" =~ ^$STAMP$'\n'$STAMP\.deleted$ ]]
	[ "$(cat STORE/versions"$PWD/d/b"/*Z)" = bye ]
	[ ! -s "$(echo STORE/versions"$PWD/d/b"/*.deleted)" ]
	# It comes again.
	echo again >d/b
	backup
	[ "$output" = "stored d/b" ]
	[ "$(versions d/b | wc -l)" -eq 2 ]
	rm d/b
	backup
	[ "$(versions d/b | grep -c deleted)" -eq 2 ]
}

@test "metadata alone is put on the newest version" {
	echo one >d/a
	backup
	chmod 640 d/a
	touch -d 2001-02-03 d/a
	backup
	[ "$output" = "stored d/a" ]
	[ "$(stat -c '%a %Y' "$(current d/a)")" = "$(stat -c '%a %Y' d/a)" ]
	[ "$(versions d/a)" = "" ]
	# Nothing but the change time: not even told.
	ln d/a elsewhere
	backup
	[ "$status:$output" = 0: ]
}

@test "files turn into directories, directories into files" {
	mkdir d/dir
	echo in >d/dir/in
	echo file >d/file
	backup
	rm -r d/dir d/file
	mkdir -p d/file/sub
	echo below >d/file/sub/x
	echo plain >d/dir
	backup
	[ "$status" -eq 0 ]
	[ "$output" = $'deleted d/dir/in\ndeleted d/file\nstored d/dir\nstored d/file/sub/x' ]
	is_whole
	[ "$(cat STORE/versions"$PWD/d/file"/*Z)" = file ]
	rm -r d/dir d/file
	ln -s x d/file
	backup
	[ "$(readlink "$(current d/file)")" = x ]
	[ ! -e "$(current d/dir)" ]
}

@test "names are bytes, and none means anything but itself" {
	time=20261120T063506.123456789Z
	long=$(printf 'n%.0s' {1..255})
	touch d/$'new\nline' d/$'\xff\xfe' "d/ -x" "d/$long" d/-y
	mkdir -p d/f/$time
	touch d/$time d/$time.deleted d/=$time d/f/$time/x
	backup
	[ "$status" -eq 0 ]
	for name in $time $time.deleted =$time; do
		[ -e "$(current "d/=$name")" ]
	done
	rm -r d/f
	echo f >d/f
	backup
	echo g >d/f
	backup
	[ "$(versions d/f | grep -cxE "$STAMP")" -eq 1 ]
	[ -e "STORE/versions$PWD/d/f/=$time/x" ]
}

@test "a name of 255 bytes that would need one more is refused" {
	name=$(printf '=%.0s' {1..229})20261120T063506.123456789Z
	[ ${#name} -eq 255 ]
	touch "d/$name" d/other
	backup
	[ "$status" -eq 5 ]
	[ "$output" = $'failed d/'"$name"$'\nstored d/other' ]
	[[ $stderr = *"the name is too long for a store" ]]
}

@test "a FIFO is skipped, and what was there before is a version" {
	echo a >d/a
	backup
	rm d/a
	mkfifo d/a
	backup
	[ "$status" -eq 0 ]
	[ "$output" = $'deleted d/a\nskipped d/a' ]
}

@test "setuid and setgid are left out unless --keep-privileges" {
	echo a >d/a
	chmod 6755 d/a
	backup
	[ "$(stat -c %a "$(current d/a)")" = 755 ]
	touch d/a
	backup --keep-privileges
	[ "$(stat -c %a "$(current d/a)")" = 6755 ]
}

@test "holes stay holes, hard links are files of their own, attributes are kept" {
	truncate -s 8M d/hole
	printf x | dd of=d/hole bs=1 seek=5000000 conv=notrunc status=none
	echo same >d/one
	ln d/one d/other
	"$PYTHON" -c 'import os; os.setxattr("d/one", "user.test", b"\0\xff")' ||
		skip "no user attributes here"
	backup
	is_whole
	[ "$(stat -c %b "$(current d/hole)")" -le "$(($(stat -c %b d/hole) + 16))" ]
	[ "$(stat -c %h "$(current d/one)")" -eq 1 ]
	"$PYTHON" -c '
import os, sys
assert os.getxattr(sys.argv[1], "user.test") == b"\0\xff"
assert len(os.getxattr(sys.argv[1], "user.inowatch.xxh3")) == 16' "$(current d/one)"
}

@test "the owner is kept by root" {
	need_root
	echo a >d/a
	chown 12:34 d/a
	backup
	[ "$(stat -c %u:%g "$(current d/a)")" = 12:34 ]
}

@test "--verify compares content too" {
	echo good >d/a
	backup
	stored=$(current d/a)
	cp -p "$stored" reference
	printf evil | dd of="$stored" bs=1 conv=notrunc status=none
	touch -r reference "$stored"
	backup
	[ "$output" = "" ]
	backup --verify
	[ "$output" = "stored d/a" ]
	is_whole
	[ "$(cat STORE/versions"$PWD/d/a"/*Z)" = evil ]
}

@test "JSON has time, event, path, version, and the error" {
	need_root
	echo a >d/$'\xff'
	mkfifo d/p
	run -0 --separate-stderr timeout "$DEADLINE" \
		"$INOWATCH" --backup STORE --once -j d
	[ "${#lines[@]}" -eq 2 ]
	"$PYTHON" -c '
import base64, json, sys
lines = sorted((json.loads(line) for line in sys.stdin), key=lambda line: line["event"])
assert lines[0].keys() == {"time", "event", "path"}, lines
assert (lines[0]["event"], lines[0]["path"]) == ("skipped", "d/p"), lines
assert lines[1].keys() == {"time", "event", "path", "path_b64", "version"}, lines
assert base64.b64decode(lines[1]["path_b64"]) == b"d/\xff", lines
' <<<"$output"
}

@test "the store is never stored in itself" {
	mkdir d/sub
	echo a >d/sub/a
	for store in d/STORE d/sub/deeper; do
		run -0 --separate-stderr timeout "$DEADLINE" \
			"$INOWATCH" --backup "$store" --once d
		lacks "$store" <<<"$output"
		[ ! -e "$store/current$PWD/$store" ]
	done
	fails "d/STORE lies in the store d/STORE, which cannot be stored in itself" \
		--backup d/STORE --once d/STORE
	fails "d/STORE/current lies in the store d/STORE, which cannot be stored in itself" \
		--backup d/STORE --once d/STORE/current
}

@test "only a new or empty directory becomes a store" {
	mkdir other
	touch other/file
	fails "other is not empty and no store; give a new or empty directory" \
		--backup other --once d
	[ "$(ls -A other)" = file ]
	backup
	echo 2 >STORE/.inowatch/format
	fails "the store STORE has a format that this inowatch does not know" \
		--backup STORE --once d
	fails "cannot open the store d/x/y: No such file or directory" --backup d/x/y --once d
}

@test "one writer at a time" {
	backup
	exec 5<STORE/.inowatch/lock
	flock 5
	fails "another inowatch writes to the store STORE" --backup STORE --once d
	exec 5<&-
	backup
	[ "$status" -eq 0 ]
}

@test "filters: what is left out is not stored, and not deleted either" {
	mkdir d/skip
	touch d/a.c d/a.o d/skip/x
	backup --exclude '\.o$' --ignore skip
	[ "$output" = "stored d/a.c" ]
	backup
	[ "$output" = $'stored d/a.o\nstored d/skip/x' ]
	rm d/a.c
	backup --exclude '\.o$' --ignore skip
	[ "$output" = "deleted d/a.c" ]
	[ -e "$(current d/a.o)" ]
	[ -e "$(current d/skip/x)" ]
}

@test "a PATH that is not there is an error, one that was there a deletion" {
	run -5 --separate-stderr timeout "$DEADLINE" \
		"$INOWATCH" --backup STORE --once nothere
	[ "$output" = "failed nothere" ]
	[ "$stderr" = "inowatch: cannot store nothere: No such file or directory" ]
	echo f >f
	"$INOWATCH" --backup STORE --once f
	rm f
	run -0 timeout "$DEADLINE" "$INOWATCH" --backup STORE --once f
	[ "$output" = "deleted f" ]
}

@test "a directory that cannot be read deletes nothing" {
	need_root
	mkdir d/closed
	echo a >d/closed/a
	echo b >d/b
	chmod 755 . ..
	chown -R 65534:65534 .
	for_nobody
	run -0 as_nobody timeout "$DEADLINE" "$INOWATCH" --backup STORE --once d
	chmod 0 d/closed
	chmod 0 d/b
	touch d/b
	run -5 --separate-stderr as_nobody timeout "$DEADLINE" \
		"$INOWATCH" --backup STORE --once d
	[ "$(sort <<<"$output")" = $'failed d/b\nfailed d/closed' ]
	[ -e "$(current d/closed/a)" ]
	[ "$(cat "$(current d/b)")" = b ]
}

@test "a planted link in the store leads nowhere" {
	mkdir d/sub outside
	echo a >d/sub/a
	backup
	rm -r "$(current d/sub)"
	ln -s "$PWD/outside" "$(current d/sub)"
	rm -r "STORE/versions"
	ln -s "$PWD/outside" STORE/versions
	echo b >d/sub/a
	backup
	[ "$status" -ne 0 ]
	[ "$(ls -A outside)" = "" ]
	rm STORE/versions
	backup
	[ "$status" -eq 0 ]
	[ "$(ls -A outside)" = "" ]
	is_whole
}

@test "options that do not go together are refused" {
	fails "--once needs --backup" --once d
	fails "--backup does not go with --csv" --backup STORE -c d
	fails "--settle: 'x' is not a duration; write 10, 1.5, 500ms, 2m or 1h" \
		--backup STORE --settle x d
	[ ! -e STORE ]
}

@test "--keep N keeps the newest, and what another rule wants" {
	local i
	for i in 1 2 3 4 5; do
		echo "$i" >d/a
		backup
	done
	[ "$(versions d/a | wc -l)" -eq 4 ]
	backup --keep 10
	[ "$(versions d/a | wc -l)" -eq 4 ]
	backup --keep 4 --keep-for 1h
	[ "$(versions d/a | wc -l)" -eq 4 ]
	backup --keep 3
	[ "$(cat STORE/versions"$PWD/d/a"/*Z)" = $'3\n4' ]
	echo 6 >d/a
	backup --keep 2
	[ "$(cat STORE/versions"$PWD/d/a"/*Z)" = 5 ]
	[ "$(cat "$(current d/a)")" = 6 ]
	rm d/a
	backup --keep 1
	[ "$(cat STORE/versions"$PWD/d/a"/*Z)" = 6 ]
	backup --keep-for 1ms
	[ "$(cat STORE/versions"$PWD/d/a"/*Z)" = 6 ]
}

@test "--max-size stores nothing more" {
	head -c 100000 /dev/zero | tr '\0' x >d/a
	backup --max-size 1M
	[ "$status:$output" = "0:stored d/a" ]
	head -c 2000000 /dev/zero | tr '\0' x >d/b
	backup --max-size 1M
	[ "$status" -eq 5 ]
	[ "$output" = "failed d/b" ]
	[[ $stderr = *"nothing more can be stored in STORE until there is room: --max-size is reached" ]]
	[ ! -e "$(current d/b)" ]
	backup
	[ "$status:$output" = "0:stored d/b" ]
}
