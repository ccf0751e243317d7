#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# -r: new directories, storms of mkdir -p, renames, moves out and in, deletion, what was
# there already, and how many watches the kernel holds.

load helper

# replay ROOT: the names and types below ROOT, from JSON records on standard input alone.
replay() {
	"${PYTHON:-python3}" "$BATS_TEST_DIRNAME/replay.py" "$1"
}

# The names and types that are there.
really() {
	find "$1" -mindepth 1 \( -type d -printf '%p dir\n' -o -printf '%p file\n' \) |
		LC_ALL=C sort
}

exchange() {
	"${PYTHON:-python3}" -c 'import ctypes, os, sys
at, flag = -100, 2
one, other = map(os.fsencode, sys.argv[1:])
rename = getattr(ctypes.CDLL(None), "renameat2", None)
sys.exit(rename is None or rename(at, one, at, other, flag) != 0)' "$@"
}

# The tree told is the tree that is there, and each of its directories is watched.
# The sentinel goes away before the last comparison.
compare_tree() {
	mkdir d/zz-end
	take_until zz-end
	echo "${record:?}" >>records
	rmdir d/zz-end
	take_until '"event":"delete","path":"d/zz-end"'
	echo "${record:?}" >>records
	replay d <records >told
	really d >real
	diff -u real told >&2
	[ "$(watches)" -eq "$(find d -type d | wc -l)" ]
}

@test "new directories are watched, with what is made in them at once" {
	start -r -e create,close_write d
	mkdir d/a
	take 1
	touch d/a/f
	finish
	same <<-END
		d/ CREATE,ISDIR a
		d/a/ CREATE f
		d/a/ CLOSE_WRITE,CLOSE f
	END
	[ "$(watches)" -ge 2 ]
}

@test "mkdir -p with a file at once: each object is told once" {
	local i
	start -r -j -e create,delete,move d
	for i in {1..30}; do
		mkdir -p "d/a$i/b/c/d/e/f" && echo x >"d/a$i/b/c/d/e/f/file"
	done
	compare_tree
	grep -E '"(create|found)"' records | grep -o '"path":"[^"]*"' | grep -v zz-end |
		sort >named
	[ "$(wc -l <named)" -eq "$((30 * 7))" ]
	[ "$(uniq named | wc -l)" -eq "$((30 * 7))" ]
}

@test "cp -r, unpacking, renames of whole trees, rm -r" {
	mkdir -p src/one/two src/three
	touch src/one/two/f src/three/g
	start -r -j -e create,delete,move d
	cp -r src d/copy
	mv d/copy d/renamed
	tar -c src | tar -x -C d
	mv d/src/one d/renamed/one-again
	rm -r d/renamed/one
	mkdir -p d/renamed/one/two/three
	compare_tree
}

@test "a tree that is renamed keeps telling, under its new name" {
	mkdir -p d/a/b/c
	start -r -e create,move d
	mv d/a d/z
	touch d/z/b/c/f
	finish
	same <<-END
		d/ MOVED_FROM,ISDIR a
		d/ MOVED_TO,ISDIR z
		d/z/b/c/ CREATE f
	END
	[ "$(watches)" -ge 4 ]
}

@test "a tree moved out is no longer watched" {
	mkdir -p d/a/b/c elsewhere
	start -r -e create,move d
	mv d/a elsewhere
	touch elsewhere/a/b/c/f
	finish
	same <<<"d/ MOVED_FROM,ISDIR a"
	rm records
	# The sentinel's own watch goes with its directory.
	finish
	[ "$(watches)" -eq 1 ]
}

@test "a tree moved in is told and watched" {
	mkdir -p elsewhere/a/b
	touch elsewhere/a/b/f
	start -r -j -e create,delete,move d
	mv elsewhere/a d
	compare_tree
	grep -q '"event":"moved_in","path":"d/a"' records
	grep -q '"event":"found","path":"d/a/b/f","type":"file"' records
}

@test "a tree moved from one PATH to the other" {
	mkdir -p d/a/b e
	start -r -e create,move d e
	mv d/a e
	touch e/a/b/f
	finish
	same <<-END
		d/ MOVED_FROM,ISDIR a
		e/ MOVED_TO,ISDIR a
		e/a/b/ CREATE f
	END
}

@test "deletion of a tree, from below" {
	mkdir -p d/a/b
	touch d/a/b/f
	start -r -e delete,delete_self d
	rm -r d/a
	take 5
	same <<-END
		d/a/b/ DELETE f
		d/a/b/ DELETE_SELF$BLANK
		d/a/ DELETE,ISDIR b
		d/a/ DELETE_SELF$BLANK
		d/ DELETE,ISDIR a
	END
}

@test "deleted and made again under the same name" {
	local i
	start -r -j -e create,delete,move d
	for i in {1..50}; do
		mkdir d/a
		touch d/a/f
		rm -r d/a
	done
	mkdir -p d/a/b
	touch d/a/b/g
	compare_tree
}

@test "two trees that exchange their names by three renames" {
	mkdir -p d/a/in-a d/b/in-b
	start -r -j -e create,delete,move --list d
	mv d/a d/tmp
	mv d/b d/a
	mv d/tmp d/b
	touch d/a/in-b/f d/b/in-a/g
	compare_tree
}

@test "files exchanged with each other in one step are told as that" {
	touch d/a d/b
	exchange d/a d/b || skip "renameat2 with RENAME_EXCHANGE does not work here"
	start -j -e move,create d
	exchange d/a d/b
	finish
	plain_json <records >plain
	mv plain records
	same <<-END
		{"event":"ready","version":1}
		{"event":"exchange","path":"d/b","from":"d/a","type":"file"}
	END
}

@test "directories exchanged with each other in one step, and what is below them" {
	mkdir -p d/a/in-a d/b/in-b
	exchange d/a d/b || skip "renameat2 with RENAME_EXCHANGE does not work here"
	start -r -j -e create,delete,move --list d
	exchange d/a d/b
	touch d/a/in-a/f d/b/in-b/g
	compare_tree
	plain_json <records >plain
	grep -qx '{"event":"exchange","path":"d/b","from":"d/a","type":"dir"}' plain
	grep -qx '{"event":"create","path":"d/a/in-a/f","type":"file"}' plain
	grep -qx '{"event":"create","path":"d/b/in-b/g","type":"file"}' plain
}

@test "there and back, and something else came there: what went is still known" {
	mkdir -p outside/a/b/c
	touch outside/f
	start -r -j -e create,delete,move d
	kill -STOP "${pid:?}"
	mv outside/a d/a
	mv d/a d/e
	mv d/e d/a
	mv outside/f d/e
	kill -CONT "$pid"
	compare_tree
	touch d/a/b/c/g
	compare_tree
}

@test "--list begins with what is there, and replays from nothing" {
	mkdir -p d/a/b
	touch d/f d/a/b/g
	ln -s nowhere d/a/link
	start -r -j --list -e create,delete,move d
	rm d/a/link
	touch d/a/b/h
	compare_tree
	plain_json <records | sed '/"ready"/q' >plain
	LC_ALL=C sort plain >records
	same <<-END
		{"event":"found","path":"d/a","type":"dir"}
		{"event":"found","path":"d/a/b","type":"dir"}
		{"event":"found","path":"d/a/b/g","type":"file"}
		{"event":"found","path":"d/a/link","type":"file"}
		{"event":"found","path":"d/f","type":"file"}
		{"event":"ready","version":1}
		{"event":"resync","path":"d"}
	END
}

@test "--max-depth" {
	mkdir -p d/1/2/3
	start -r --max-depth 2 -e create,close_write d
	[ "$(watches)" -eq 2 ]
	mkdir -p d/new/2/3
	take 1
	touch d/1/2/hidden d/1/2/3/hidden d/1/shown
	finish
	same <<-END
		d/ CREATE,ISDIR new
		d/new/ CREATE,ISDIR 2
		d/1/ CREATE shown
		d/1/ CLOSE_WRITE,CLOSE shown
	END
}

@test "--one-file-system" {
	need_root
	mkdir d/mount d/other
	# The mount is seen by the program and by nobody else.
	run unshare -m true
	[ "$status" -eq 0 ] || skip "no mount namespaces here"
	# shellcheck disable=SC2016
	unshare -m sh -c 'mount -t tmpfs none d/mount && mkdir d/mount/below &&
		"$0" -r --list --for 1ms "$@" d' "$INOWATCH" --one-file-system >with ||
		skip "tmpfs cannot be mounted here"
	# shellcheck disable=SC2016
	unshare -m sh -c 'mount -t tmpfs none d/mount && mkdir d/mount/below &&
		"$0" -r --list --for 1ms "$@" d' "$INOWATCH" >without
	grep -q 'd/mount/ CREATE,ISDIR below' without
	run ! grep -q below with
	grep -q 'd/ CREATE,ISDIR mount' with
}

@test "symbolic links are not entered, also if they form a loop" {
	mkdir -p d/a other/b
	ln -s .. d/a/up
	ln -s ../other d/out
	start -r d
	[ "$(watches)" -eq 2 ]
	touch other/b/hidden other/hidden
	finish
	same /dev/null
}

@test "a deep tree" {
	local deep
	deep=$(printf 'd%.0s/' {1..1500})
	mkdir -p "d/$deep"
	start -r -e create d
	[ "$(watches)" -eq 1501 ]
	touch "d/${deep}f"
	take 1
	[ "$(cat records)" = "d/${deep} CREATE f" ]
}

@test "a path longer than PATH_MAX" {
	"${PYTHON:-python3}" - <<-'END'
		import os
		fd = os.open("d", os.O_RDONLY)
		for _ in range(30):
		    os.mkdir("n" * 250, dir_fd=fd)
		    fd = os.open("n" * 250, os.O_RDONLY, dir_fd=fd)
	END
	start -r -e create d
	[ "$(watches)" -eq 31 ]
	(
		set -e
		cd d
		for _ in {1..30}; do
			cd "$(printf 'n%.0s' {1..250})"
		done
		: >f
	)
	take 1
	[ "$(wc -c <records)" -eq $((2 + 30 * 251 + 10)) ]
}

@test "records come in batches, and in order, under load" {
	local i
	start -r -e create d
	for ((i = 0; i < 3000; i++)); do
		: >"d/f$i"
	done
	finish
	for ((i = 0; i < 3000; i++)); do
		echo "d/ CREATE f$i"
	done | same
}
