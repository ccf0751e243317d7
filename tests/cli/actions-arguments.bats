#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154 # texts for commands; variables of tests
# What a command is told: its arguments, its standard input, its environment, byte by byte.

load actions

# Each argument with a NUL behind it, and one more behind the last, to the file told.
make_recorder() {
	cat >record.py <<-'END'
		import os, sys
		with open("told", "ab") as told:
		    told.write(b"".join(os.fsencode(a) + b"\0" for a in sys.argv[1:]) + b"\0")
	END
	recorder=("${PYTHON:-python3}" -S -E record.py)
}

# Names that shells, terminals or programs could take for something else.
make_names() {
	cat >names.py <<-'END'
		import os, sys
		names = [b"plain", b"a b", b" lead", b"trail ", b"new\nline", b"-rf", b"--", b"'", b'"',
		         b"$(touch canary)", b"`touch canary`", b";touch canary", b"*", b"?", b"[a]",
		         b"\\", b"\x1b[31m", b"\xff\xfe", b"\xc3\xa4", b"{}", b"{+}", b"%s", b"&", b"|",
		         b"<x", b">canary", b"~", b"!", b"#", b"\r", b"\t", b"a" * 255]
		if sys.argv[1] == "make":
		    for name in names:
		        open(b"d/" + name, "w").close()
		elif sys.argv[1] == "each":
		    sys.stdout.buffer.write(b"".join(b"d/" + n + b"\0\0" for n in names))
		else:
		    end = {"nul": b"\0", "lines": b"\n"}[sys.argv[1]]
		    sys.stdout.buffer.write(b"".join(b"d/" + n + end for n in names))
	END
	names() { "${PYTHON:-python3}" names.py "$1"; }
}

@test "{}: each name is one argument, byte by byte" {
	make_recorder
	make_names
	start -n 32 -e close_write d -- "${recorder[@]}" {}
	names make
	end_status
	[ "$status" -eq 0 ]
	names each >wanted
	cmp wanted told
	[ ! -e canary ]
}

@test "{+}: all names are arguments, byte by byte" {
	make_recorder
	make_names
	start -n 1 --settle 300ms -e close_write d -- "${recorder[@]}" '{+}'
	names make
	end_status
	[ "$status" -eq 0 ]
	{ names nul; printf '\0'; } >wanted
	cmp wanted told
	[ ! -e canary ]
}

@test "--shell: names are arguments of the shell, never its text" {
	make_recorder
	make_names
	start -n 1 --settle 300ms -e close_write d --shell "${recorder[*]} \"\$@\""
	names make
	end_status
	[ "$status" -eq 0 ]
	{ names nul; printf '\0'; } >wanted
	cmp wanted told
	[ ! -e canary ]
}

@test "--stdin nul and lines: all names, byte by byte" {
	make_names
	local kind
	for kind in nul lines; do
		start -n 1 --settle 300ms --stdin $kind -e close_write d -- cat
		names make
		cat <&7 >told
		end_status
		[ "$status" -eq 0 ]
		names $kind >wanted
		cmp wanted told
	done
}

@test "--stdin json: a record for each path" {
	start -n 1 --settle 300ms --stdin json d -- cat
	touch d/a
	mv d/a d/b
	mkdir d/c
	rest
	end_status
	plain_json <records >plain
	diff -u - plain >&2 <<-'END'
		{"event":"moved_out","path":"d/a","type":"file"}
		{"event":"move","path":"d/b","from":"d/a","type":"file"}
		{"event":"create","path":"d/c","type":"dir"}
	END
}

@test "a command that reads nothing makes nobody wait" {
	mkdir d/many
	"${PYTHON:-python3}" -c 'for i in range(5000): open("d/many/%0200d" % i, "w").close()'
	start -n 1 --list -r --stdin nul d -- sh -c 'exec <&-; echo "$INOWATCH_COUNT"'
	next 5001
	end_status
	[ "$status" -eq 0 ]
}

@test "without --stdin it reads from /dev/null" {
	# readlink's own standard input is that of the command.
	start -n 1 d -- readlink /proc/self/fd/0 <<<"not this"
	touch d/f
	next /dev/null
	end_status
}

@test "{event} {old} {dir} {name}, in the middle of arguments too" {
	start -n 2 -e create,move --settle 0 d -- printf '%s\n' '{event}:{old}>{dir}+{name}' '{{}'
	touch d/a
	next 'create:>d+a'
	next '{}'
	mv d/a d/b
	next 'move:d/a>d+b'
	next '{}'
	end_status
}

@test "a name with a leading dash is no option" {
	mkdir ./-d
	start -n 2 -e create --fromfile0 <(printf '%s\0' -d) --settle 0 -- printf '%s\n' {} '{name}'
	touch ./-d/-n
	next ./-d/-n
	next ./-n
	: >./-d/b
	next ./-d/b
	next b
	end_status
}

@test "the environment tells path, events and count, and keeps the rest" {
	script tell <<-'END'
		echo "$INOWATCH_PATH $INOWATCH_EVENTS $INOWATCH_COUNT $OTHER"
	END
	INOWATCH_PATH=wrong OTHER=kept start -n 2 --settle 300ms --initial d -- ./tell
	next "  0 kept"
	touch d/b
	rm d/b
	mkdir d/a
	next "d/b close_write,create,delete 2 kept"
	end_status
}

@test "5,000 paths in one batch, in one command" {
	start -n 1 --settle 500ms --max-wait 30 -e create d -- \
		"${PYTHON:-python3}" -c 'import sys; print(len(sys.argv) - 1, len(set(sys.argv)) - 1)' '{+}'
	"${PYTHON:-python3}" -c 'for i in range(5000): open("d/%d" % i, "w").close()'
	next "5000 5000"
	end_status
	[ "$status" -eq 0 ]
}

@test "what does not fit into one command is given to the next, in order, once" {
	make_recorder
	ulimit -S -s 512 # an eighth of the usual room
	start -n 1 --settle 500ms --max-wait 30 -e create d -- "${recorder[@]}" '{+}'
	"${PYTHON:-python3}" -c 'for i in range(5000): open("d/%0100d" % i, "w").close()'
	end_status
	[ "$status" -eq 0 ]
	"${PYTHON:-python3}" - <<-'END' >&2
		runs = [run.split(b"\0") for run in open("told", "rb").read()[:-2].split(b"\0\0")]
		print([len(run) for run in runs])
		assert 1 < len(runs) < 50
		assert sum(runs, []) == [b"d/%0100d" % i for i in range(5000)]
	END
}

@test "a changed file can be the command itself" {
	start -n 1 -e attrib d/run.sh d -- {} x
	cat >d/run.sh <<-'END'
		echo "$0 $1"
	END
	chmod +x d/run.sh
	next "d/run.sh x"
	end_status
}

@test "what is unasked for starts nothing" {
	start -n 1 --settle 0 d -- echo '{event}' {}
	touch d/a # opened, attributes changed: only create and close_write
	cat d/a
	chmod 600 d/a
	rest
	end_status
	[[ $(cat records) == "create d/a" || $(cat records) == "close_write d/a" ]]
}

@test "--list runs it for what is there" {
	touch d/a d/b
	start -n 2 --list d -- echo '{event}' {}
	rest
	end_status
	sort records | diff -u - <(printf 'found d/%s\n' a b) >&2
}

@test "a PATH that is a file: saved by rename, deleted, made again" {
	echo 1 >d/f
	start -n 3 --settle 0 d/f -- echo '{event}' {}
	echo 2 >g
	mv g d/f
	next "found d/f"
	rm d/f
	next "delete d/f"
	echo 3 >x
	mv x d/f
	next "found d/f"
	end_status
}

@test "a directory as PATH that is replaced, or comes back empty, is a change; nothing is said" {
	mkdir d/a d/b
	start --settle 0 d/a -- echo '{event}' '{}'
	mv -T d/b d/a
	next "found d/a"
	rm -r d/a
	next "delete d/a"
	mkdir d/a
	next "found d/a"
	rm -r d/a
	next "delete d/a"
	# Whole when it comes: it may be watched before whoever makes it has closed it.
	: >d/new
	mv d/new d/a
	next "found d/a"
	rm d/a
	mkdir d/a
	until [ "$record" = "found d/a" ] && [ -d d/a ]; do
		next_record
	done
	stop
	lacks "listing" err
	lacks "listed" err
}

@test "a directory as PATH that comes back is no change where it is not asked for" {
	local arguments
	for arguments in "-e delete" "--type f" "--glob *.c"; do
		rm -rf d/a
		mkdir d/a
		# shellcheck disable=SC2086 # options and their values
		start $arguments --settle 0 --print -j d/a -- echo run {}
		rm -r d/a
		take_until '"event":"lost"'
		mkdir d/a
		take_until '"event":"synced"'
		: >d/a/end.c
		rm d/a/end.c
		take_until "run d/a/end.c"
		stop
		lacks "run d/a" <(grep -v '^{' records | sed 1d)
		rm records
	done
}
