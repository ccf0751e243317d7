#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031 # each test is a process of its own
# --exclude, --include, --glob, --ignore, @PATH: what hides and what prunes.

load helper

# shown ARGUMENT...: the names told when files are made in directories that were there.
shown() {
	local name
	rm -rf d records
	mkdir -p d/src/deep d/doc
	start -r -e create --format %w%f "$@" d
	for name in a.c b.h A.C .hidden src/c.c src/deep/e.c src/deep/x.tmp doc/f.txt src.c; do
		: >"d/$name"
	done
	: >d/zz-end
	: >d/src/zz-end
	: >d/zz-end.c
	# One of the three is shown, or nothing is: then a signal ends it.
	take_until zz-end
	stop
}

@test "--exclude hides what matches anywhere in %w%f" {
	shown --exclude '\.c$'
	same <<-END
		d/b.h
		d/A.C
		d/.hidden
		d/src/deep/x.tmp
		d/doc/f.txt
	END
}

@test "--exclude hides by directory, but watches it" {
	shown --exclude '^d/src/'
	same <<-END
		d/a.c
		d/b.h
		d/A.C
		d/.hidden
		d/doc/f.txt
		d/src.c
	END
	start -r -e create --format %f --exclude '/hide$' d
	mkdir d/hide
	mkdir d/hide/below
	: >d/hide/below/f
	take_until f
}

@test "--excludei, --includei: the same in any case" {
	shown --excludei '\.c$'
	same <<-END
		d/b.h
		d/.hidden
		d/src/deep/x.tmp
		d/doc/f.txt
	END
	shown --includei '\.c$' --includei zz-end
	same <<-END
		d/a.c
		d/A.C
		d/src/c.c
		d/src/deep/e.c
		d/src.c
	END
}

@test "--include shows only what matches; repeatable" {
	shown --include '\.c$' --include '\.h$'
	same <<-END
		d/a.c
		d/b.h
		d/src/c.c
		d/src/deep/e.c
		d/src.c
	END
}

@test "an exclude wins over an include" {
	shown --include '\.c$' --exclude 'deep|A'
	same <<-END
		d/a.c
		d/src/c.c
		d/src.c
	END
}

@test "new directories are watched whatever --include says" {
	start -r -e create --format %w%f --include '\.c$' d
	mkdir -p d/new/deep
	: >d/new/deep/f.c
	take 1
	same <<<"d/new/deep/f.c"
}

@test "regular expressions are Perl's, over bytes, with the end at the very end" {
	shown --include '^d/(?!src/).*\.c\z' --include 'zz-end$'
	same <<-END
		d/a.c
		d/src.c
	END
	rm -rf d records
	mkdir d
	start -e create --format %f --exclude 'x$' --exclude '^d/new.line' --exclude 'ü.*é' d
	: >d/x
	: >$'d/x\n'
	: >$'d/new\nline'
	: >'d/ünïcödé'
	: >$'d/\xff'
	finish
	printf 'x\n\n\xff\n' >expected
	cmp expected records
}

@test "--glob without a slash is matched with the name" {
	shown --glob '*.c'
	same <<-END
		d/a.c
		d/src/c.c
		d/src/deep/e.c
		d/src.c
	END
}

@test "--glob with a slash is matched with the path below PATH" {
	shown --glob 'src/*.c' --glob 'zz-end'
	same <<<"d/src/c.c"
	shown --glob 'src/**' --glob '/a.*'
	same <<-END
		d/a.c
		d/src/c.c
		d/src/deep/e.c
		d/src/deep/x.tmp
	END
	shown --glob '/*.c'
	same <<-END
		d/a.c
		d/src.c
	END
}

@test "globs: ? and [ ], dot files, and what they do not match" {
	shown --glob '?.[ch]' --glob 'zz*'
	same <<-END
		d/a.c
		d/b.h
		d/src/c.c
		d/src/deep/e.c
	END
	shown --glob '*idden' --glob 'zz*'
	same <<<"d/.hidden"
	shown --glob '[!a-z]*' --glob 'zz*'
	same <<-END
		d/A.C
		d/.hidden
	END
}

@test "a glob with a slash at its end means directories" {
	start -r -e create --format %w%f --glob 'x*/' d
	: >d/xfile
	mkdir d/xdir
	take 1
	same <<<"d/xdir"
}

@test "--glob does not stop descent" {
	start -r -e create --format %w%f --glob '*.c' d
	mkdir -p d/new/deep
	: >d/new/deep/f.c
	take 1
	same <<<"d/new/deep/f.c"
	[ "$(watches)" -eq 3 ]
}

@test "--ignore prunes by name, also what is made later" {
	mkdir -p d/.git/objects d/src/.git
	start -r -e create --format %w%f --ignore .git d
	[ "$(watches)" -eq 2 ]
	: >d/.git/hidden
	mkdir -p d/new/.git/deep
	: >d/new/.git/deep/hidden
	: >d/new/shown
	finish
	sort records >sorted
	diff - sorted <<-END
		d/new
		d/new/shown
	END
	run ! grep -q hidden records
}

@test "--ignore by path below PATH, and for directories only" {
	mkdir -p d/build d/src/build
	start -r -e create --format %w%f --ignore /build/ --ignore '*.o/' d
	[ "$(watches)" -eq 3 ]
	: >d/build/hidden
	: >d/src/build/shown
	: >d/f.o
	mkdir d/g.o
	finish
	same <<-END
		d/src/build/shown
		d/f.o
	END
}

@test "a move between a shown and an ignored name" {
	touch d/a.tmp d/b
	start -j -e move --ignore '*.tmp' d
	mv d/a.tmp d/a
	mv d/b d/b.tmp
	mv d/b.tmp d/c.tmp
	mv d/c.tmp d/c
	take 4
	plain_json <records >plain
	mv plain records
	same <<-END
		{"event":"ready","version":1}
		{"event":"moved_in","path":"d/a","type":"file"}
		{"event":"moved_out","path":"d/b","type":"file"}
		{"event":"moved_in","path":"d/c","type":"file"}
	END
}

@test "a directory moved out of an ignored name is watched, and its content found" {
	mkdir -p d/x.tmp/sub
	touch d/x.tmp/sub/f
	start -r -j -e create,move --ignore '*.tmp' d
	[ "$(watches)" -eq 1 ]
	mv d/x.tmp d/x
	take 4
	plain_json <records >plain
	mv plain records
	same <<-END
		{"event":"ready","version":1}
		{"event":"moved_in","path":"d/x","type":"dir"}
		{"event":"found","path":"d/x/sub","type":"dir"}
		{"event":"found","path":"d/x/sub/f","type":"file"}
	END
	mv d/x d/y.tmp
	next_record
	[ "$(watches)" -eq 1 ]
}

@test "@PATH leaves a directory out, in the spelling of its PATH" {
	mkdir -p d/a/b d/c
	start -r -e create --format %w%f d @d/a/
	[ "$(watches)" -eq 2 ]
	: >d/a/b/hidden
	: >d/c/shown
	take 1
	same <<<"d/c/shown"
	stop
	rm records
	printf '%s\n' "@$PWD/d/c" "$PWD/d" >list
	start -r -e create --format %f --fromfile list
	is_watched d/a/b
	if is_watched d/c; then
		return 1
	fi
}

@test "nothing that is hidden counts for -n or -t" {
	start -n 2 -e create --format %f --exclude hidden d
	: >d/hidden
	: >d/one
	: >d/hidden2
	: >d/two
	rest
	end_status
	[ "$status" -eq 0 ]
	same <<-END
		one
		two
	END
}
