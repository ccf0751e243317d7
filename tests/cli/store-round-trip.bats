#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What --backup stored comes back: all of it, each version, and while more is being stored.

load store

setup() {
	export LC_ALL=C.UTF-8 TZ=UTC0
	[ -x "${INOWATCH:?is not set: it names the program to test}" ]
	cd "$BATS_TEST_TMPDIR" || return
	S=$PWD/store
	mkdir src
}

back_up() {
	inowatch 0 --backup "$S" --once src
}

# One line for each name: all that is kept of it. Times of directories are not.
facts() {
	"${PYTHON:-python3}" - "$1" <<-'END'
		import hashlib, os, stat, sys
		root = os.fsencode(sys.argv[1])
		for folder, folders, files in os.walk(root):
		    folders.sort()
		    for name in sorted(folders + files):
		        path = os.path.join(folder, name)
		        status = os.lstat(path)
		        fact = [os.path.relpath(path, root), oct(status.st_mode),
		                status.st_uid, status.st_gid]
		        if os.path.islink(path):
		            fact += [os.readlink(path), status.st_mtime_ns]
		        elif stat.S_ISREG(status.st_mode):
		            with open(path, "rb") as stream:
		                fact.append(hashlib.sha256(stream.read()).hexdigest())
		            fact += [status.st_mtime_ns, status.st_size >= 10**6
		                     and status.st_blocks * 512 < status.st_size]
		            fact += [(key, os.getxattr(path, key)) for key
		                     in sorted(os.listxattr(path))]
		        print(fact)
	END
}

@test "a tree with all that makes trees odd" {
	cp -a "$BATS_TEST_DIRNAME" src/tests
	ln -s tests/store.bash src/link
	ln -s nowhere src/dangling
	truncate -s 5M src/hole
	echo x | dd of=src/hole bs=1 seek=3000000 conv=notrunc status=none
	ln src/hole src/hard-link
	mkdir -p src/empty "src/$(printf 'n%.0s' {1..255})" src/a/b/c
	chmod 0700 src/empty
	: >src/a/nothing
	for name in $'new\nline' $'\xff' "$(day 1)" "==$(day 1).deleted" -x =; do
		printf '%s' "$name" >"src/a/b/$name"
	done
	chmod 0400 src/a/nothing
	touch -d 2001-02-03T04:05:06.000000007Z src/a/nothing src/hole
	touch -h -d 2001-02-03T04:05:06Z src/link
	"${PYTHON:-python3}" -c 'import os; os.setxattr("src/hole", "user.foo", b"bar\0")' ||
		echo "# no extended attributes here" >&3
	back_up
	inowatch 0 --restore "$S" --to out src
	diff -u <(facts src) <(facts out/src) >&2
	# Somebody else's opinion, where rsync is installed: -A and -X look at ACLs and
	# attributes, -c at content.
	if command -v rsync >/dev/null; then
		[ -z "$(rsync -aAXnci --omit-dir-times --delete src/ out/src/ | tee /dev/stderr)" ]
	fi
	inowatch 0 --check "$S" --verify
	# Again, over what is there.
	inowatch 0 --restore "$S" src
	run ! grep -v '^unchanged\|^line$' <<<"$output"
}

@test "each version is what the file had, as of each time" {
	local number moment
	for number in {1..8}; do
		echo "content $number" >src/a
		if ((number % 3 == 0)); then
			rm src/a
		fi
		back_up
		inowatch 0 --versions "$S" src
		moment=${output##*$'\n'}
		printf '%s %s\n' "${moment%% *}" "$number" >>moments
	done
	while read -r moment number; do
		rm -rf out
		if ((number % 3 == 0)); then
			inowatch 5 --restore "$S" --to out --at "$moment" src
			[ ! -e out/src/a ]
		else
			inowatch 0 --restore "$S" --to out --at "$moment" src
			holds out/src/a "content $number"
		fi
	done <moments
	[ "$(wc -l <moments)" -eq 8 ]
}

@test "a store is whole to whoever reads it while it is written" {
	for i in {1..20}; do
		echo 0 >"src/$i"
	done
	back_up
	(
		for round in {1..15}; do
			for i in {1..20}; do
				case $(((round + i) % 4)) in
				0) rm -f "src/$i" ;;
				*) echo "$round" >"src/$i" ;;
				esac
			done
			"$INOWATCH" --backup "$S" --once src || exit
		done
		touch ended
	) >/dev/null 2>&1 3>&- &
	local writer=$! looks=0
	while [ -d "/proc/$writer" ] && [ ! -e ended ]; do
		inowatch 0 --check "$S" -q
		[ -z "$output$stderr" ]
		inowatch 0 --versions "$S"
		[ -z "$stderr" ]
		# No file is told twice for the same time.
		[ -z "$(sort <<<"$output" | uniq -d)" ]
		looks=$((looks + 1))
	done
	wait "$writer"
	[ -e ended ]
	[ "$looks" -gt 0 ]
	inowatch 0 --check "$S" --verify
}

@test "setuid comes back where it was stored and is asked for" {
	echo x >src/a
	chmod 4755 src/a
	inowatch 0 --backup "$S" --once --keep-privileges src
	inowatch 0 --restore "$S" --to out src
	[ "$(stat -c %a out/src/a)" = 755 ]
	inowatch 0 --restore "$S" --to out2 --keep-privileges src
	[ "$(stat -c %a out2/src/a)" = 4755 ]
}

@test "what was a directory and is a file, or a link, now is no damage" {
	mkdir -p src/{one,two}/sub
	echo x >src/one/sub/x
	echo y >src/two/sub/y
	back_up
	rm -r src/one src/two
	echo one >src/one
	ln -s nowhere src/two
	back_up
	inowatch 0 --check "$S" --verify
	inowatch 0 --restore "$S" --to out src
	[ "$(cat out/src/one)" = one ]
}

# acl FILE [set]: the ACL of FILE in hexadecimal digits, or sets one: user 1234 may write,
# group 5678 read, its mask lets both, the file's own group may nothing.
acl() {
	"${PYTHON:-python3}" - "$@" <<-'END'
		import os, struct, sys
		NAME, NOBODY = "system.posix_acl_access", 0xFFFFFFFF
		ENTRIES = ((0x01, 6, NOBODY), (0x02, 6, 1234), (0x04, 0, NOBODY), (0x08, 4, 5678),
		           (0x10, 6, NOBODY), (0x20, 0, NOBODY))
		if len(sys.argv) == 3:
		    value = b"".join(struct.pack("<HHI", *entry) for entry in ENTRIES)
		    os.setxattr(sys.argv[1], NAME, struct.pack("<I", 2) + value)
		elif NAME in os.listxattr(sys.argv[1]):
		    print(os.getxattr(sys.argv[1], NAME).hex())
	END
}

@test "ACLs are stored and restored, also when nothing else changes" {
	echo x >src/a
	echo y >src/b
	acl src/a set || skip "no ACLs here"
	local was
	was=$(acl src/a)
	[ "$was" != "" ]
	back_up
	[ "$(acl "$S/current$PWD/src/a")" = "$was" ]
	[ "$(acl "$S/current$PWD/src/b")" = "" ]
	inowatch 0 --restore "$S" --to out src
	[ "$(acl out/src/a)" = "$was" ]
	[ "$(stat -c %a out/src/a)" = "$(stat -c %a src/a)" ]
	[ "$(acl out/src/b)" = "" ]
	# Of metadata there are no older versions.
	acl src/b set
	"${PYTHON:-python3}" -c 'import os; os.removexattr("src/a", "system.posix_acl_access")'
	back_up
	[ "$output" != "" ]
	[ "$(acl "$S/current$PWD/src/a")" = "" ]
	[ "$(acl "$S/current$PWD/src/b")" = "$was" ]
	inowatch 0 --restore "$S" --to again src
	[ "$(acl again/src/a)" = "" ]
	[ "$(acl again/src/b)" = "$was" ]
	[ -z "$(find "$S/versions" -name '*Z')" ]
}
