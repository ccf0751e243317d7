#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2034,SC2154 # texts for scripts; variables of the helper
# The examples that run commands on changes, for real. What is not installed is a script
# here that does what the example asks of it.

load ../cli/helper
load stand-in

examples=$BATS_TEST_DIRNAME/../../examples

# tool NAME: standard input is a script of that name on $PATH. $real is the real one, or
# empty; it is put before the script as REAL.
tool() {
	real=$(command -v "$1") || real=
	mkdir -p bin
	{
		echo '#!/bin/sh'
		printf "REAL='%s'\n" "$real"
		cat
	} >"bin/$1"
	chmod +x "bin/$1"
	PATH=$PWD/bin:$PATH
}

# example NAME ARGUMENT...: starts it; its output is read by next.
example() {
	local name=$1
	shift
	mkfifo out
	# Open for both ends: nobody waits for the other.
	exec 7<>out
	"$examples/$name" "$@" >out 2>err 3>&- 4>&- 7<&- &
	pid=$!
	await_ready ready
}

next() {
	next_record
	[ "$record" = "$1" ] || { echo "got: $record" >&2; return 1; }
}

@test "rebuild.sh: at the start and at changes, but not of what no build reads" {
	stand_in -n 2
	example rebuild.sh d sh -c 'echo "built $INOWATCH_COUNT"'
	next "built 0"
	mkdir d/.git
	touch d/.git/index 'd/main.c~' d/.main.c.swp d/4913
	echo 'int main;' >d/main.c
	next "built 1"
	end_status
	[ "$status" -eq 0 ]
	[ ! -s err ]
}

@test "restart-server.sh: the old one is gone before the new one starts" {
	local server
	cat >server <<-'END'
		#!/bin/sh
		mkdir port || exit 1
		trap 'rmdir port; exit' TERM
		echo $$
		while :; do read -r _ <>never; done
	END
	chmod +x server
	mkfifo never
	stand_in -r
	example restart-server.sh d ./server
	next_record
	server=$record
	touch d/app
	next_record
	[ "$record" != "$server" ]
	[ ! -d "/proc/$server" ]
	stop
	[ ! -d port ]
	[ ! -d "/proc/$record" ]
}

@test "sync.sh: DEST is the same, after renames and deletions too, whatever the names" {
	local odd=$'d/of\nten $(touch canary) -'
	tool rsync <<-'END'
		if [ -n "$REAL" ]; then
			"$REAL" "$@" || [ $? -eq 24 ] || exit
		else
			for dest; do :; done
			python3 -c 'if True:
			    import os, shutil, subprocess, sys
			    for name in sys.stdin.buffer.read().split(b"\0")[:-1]:
			        goal = os.path.join(os.fsencode(sys.argv[1]), name)
			        if os.path.lexists(name):
			            os.makedirs(os.path.dirname(goal), exist_ok=True)
			            subprocess.run([b"cp", b"-aT", name, goal], check=True)
			        elif os.path.isdir(goal):
			            shutil.rmtree(goal)
			        elif os.path.lexists(goal):
			            os.unlink(goal)
			' "$dest" || exit
		fi
		echo synced
	END
	mkdir d/sub dest
	echo one >d/sub/-one
	echo odd >"$odd"
	stand_in -r
	example sync.sh d dest
	next synced
	diff -r d dest >&2
	mv d/sub d/moved
	echo two >d/moved/two
	mkdir -p d/new/er
	echo three >d/new/er/three
	next synced
	until diff -r d dest >/dev/null; do next synced; done
	rm -r d/moved "$odd"
	chmod 600 d/new/er/three
	next synced
	until diff -r d dest >/dev/null; do next synced; done
	[ "$(stat -c %a dest/new/er/three)" = 600 ]
	[ ! -e canary ]
	stop
	lacks inowatch: err
}

@test "convert-uploads.sh: a JPEG of each image, whole or not at all" {
	local odd=$'d/-of\nten $(touch canary).png'
	tool convert <<-'END'
		# The real one needs real images; what is asked of it is looked at.
		[ "$*" = "png:- -thumbnail 1024x1024> jpg:-" ] || exit 9
		read -r text
		echo "jpeg of $text"
		[ "$text" != broken ]
	END
	echo first >d/first.png
	stand_in -n 4
	JOBS=1 example convert-uploads.sh d 'made of/images'
	echo odd >"$odd"
	echo broken >d/broken.png
	echo text >d/text
	echo last >d/.up
	mv d/.up d/last.png
	end_status
	[ "$(cat 'made of/images/first.png.jpg')" = "jpeg of first" ]
	[ "$(cat 'made of/images/last.png.jpg')" = "jpeg of last" ]
	[ "$(cat "made of/images/${odd#d/}.jpg")" = "jpeg of odd" ]
	[ "$(find 'made of/images' -mindepth 1 -printf .)" = ... ]
	[ ! -e canary ]
	[ "$(cat err)" = "inowatch: d/broken.png: sh ended with status 1" ]
}

@test "commit-notes.sh: what has changed is committed, and a commit starts nothing" {
	command -v git >/dev/null || skip "git is not installed"
	export GIT_CONFIG_GLOBAL=$PWD/config GIT_CONFIG_NOSYSTEM=1
	git config --global user.name Writer
	git config --global user.email writer@example.org
	git init -q d
	echo before >d/before
	tool git <<-'END'
		"$REAL" "$@" || exit
		[ "$1" != commit ] || echo committed
	END
	stand_in -r
	SETTLE=50ms example commit-notes.sh d
	next committed
	echo one >$'d/of\nten'
	mkdir d/sub
	echo two >d/sub/two
	next committed
	until [ -z "$(git -C d status --porcelain)" ]; do next committed; done
	rm d/before
	next committed
	stop
	[ -z "$(git -C d status --porcelain)" ]
	[ "$(git -C d ls-files | wc -l)" -eq 2 ]
	[ ! -s err ]
}

@test "restic-changes.sh: a snapshot of what has changed, and of nothing else" {
	local odd=$'d/of\nten $(touch canary)'
	tool restic <<-'END'
		[ "$*" = "backup -q --tag changes --files-from-raw -" ] || exit 9
		cat >list
		sort -z list | tr '\n\0' '?\n'
		[ -z "$REAL" ] || "$REAL" "$@" <list || exit
		echo saved
	END
	if [ -n "$real" ]; then
		export RESTIC_REPOSITORY=$PWD/repository RESTIC_PASSWORD=secret
		export RESTIC_CACHE_DIR=$PWD/cache
		"$real" init -q
	fi
	echo before >d/before
	mkdir d/sub
	echo one >d/sub/one
	stand_in -r
	SETTLE=300ms example restic-changes.sh d
	next d/before
	next d/sub/one
	next saved
	echo odd >"$odd"
	echo gone >d/gone
	rm d/gone
	mv d/sub d/moved
	next d/moved
	next 'd/of?ten $(touch canary)'
	next saved
	[ ! -e canary ]
	[ -z "$real" ] || [ "$("$real" snapshots --json --tag changes | grep -o '"time"' | wc -l)" -eq 2 ]
	stop
	[ ! -s err ]
}

@test "wrong usage" {
	local name
	for name in rebuild restart-server sync convert-uploads commit-notes restic-changes; do
		run -1 "$examples/$name.sh"
		[[ $output == "usage: $name.sh DIR"* ]]
	done
}
