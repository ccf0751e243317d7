#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What may be a PATH, where PATHs come from, and what happens to one while it is watched.

load helper

@test "a PATH that is missing is told, the others are watched" {
	start nope d dangling
	touch d/f
	take 1
	same <<<"d/ CREATE f"
	diff - err <<-END
		inowatch: cannot watch nope: No such file or directory
		inowatch: cannot watch dangling: No such file or directory
	END
	stop
	rm records
	start -j nope d
	take 2
	plain_json <records >plain
	mv plain records
	same <<-END
		{"event":"lost","path":"nope","error":"ENOENT"}
		{"event":"ready","version":1}
	END
}

@test "no PATH can be watched" {
	run -1 --separate-stderr timeout "$DEADLINE" "$INOWATCH" -j "${unwatchable:?}" "./${unwatchable:?}"
	# shellcheck disable=SC2154
	[ "${stderr##*$'\n'}" = "inowatch: nothing could be watched" ]
	[ "$(grep -c '"event":"lost".*"error":"ENAMETOOLONG"' <<<"$output")" -eq 2 ]
}

@test "PATHs that are not there yet, nor their directories, are waited for" {
	start -r -j -e create nope/a/dir nope/file
	mkdir nope
	mkdir nope/a
	mkdir nope/a/dir
	take_until '"event":"resync","path":"nope/a/dir"'
	take_until '"event":"synced"'
	: >nope/a/dir/f
	take_until '"event":"create","path":"nope/a/dir/f"'
	: >nope/file
	take_until '"event":"found","path":"nope/file"'
}

@test "a PATH that is a file is followed through saves by rename and deletion" {
	echo 1 >d/f
	start -j -e modify,close_write,create d/f
	echo 2 >d/f.new
	mv d/f.new d/f
	take_until '"event":"found","path":"d/f"'
	take_until '"event":"synced"'
	echo 3 >>d/f
	take_until '"event":"close_write","path":"d/f"'
	rm d/f
	take_until '"event":"lost","path":"d/f","error":"ENOENT"'
	echo 4 >d/f
	take_until '"event":"found","path":"d/f"'
	take_until '"event":"synced"'
	: >d/neighbour
	echo 5 >>d/f
	take_until '"event":"close_write","path":"d/f"'
	run -1 grep neighbour records
}

@test "a PATH behind a symbolic link: link and target are followed" {
	mkdir d/one d/two
	ln -s one d/link
	start -j -e create d/link
	: >d/one/a
	take_until '"event":"create","path":"d/link/a"'
	ln -s two d/link.new
	mv -T d/link.new d/link
	take_until '"event":"resync","path":"d/link"'
	take_until '"event":"synced"'
	: >d/two/b
	take_until '"event":"create","path":"d/link/b"'
	mv d/two d/gone
	take_until '"event":"lost","path":"d/link"'
}

@test "directories and PATHs that may not be read" {
	need_root
	for_nobody
	as_nobody test -r . || skip "nobody cannot read the test's folder"
	mkdir -p d/secret/below d/open
	chmod 700 d/secret
	as_nobody timeout "$DEADLINE" "$INOWATCH" -r -j --for 1ms d >records 2>err
	grep -q '"event":"lost","path":"d/secret","error":"EACCES","message":"watching needs permission to read; chmod it or run as its owner"' records ||
		{ cat records >&2; return 1; }
	grep -qx 'inowatch: cannot watch d/secret: Permission denied; watching needs permission to read; chmod it or run as its owner' err
	run -1 --separate-stderr as_nobody "$INOWATCH" d/secret
	# shellcheck disable=SC2154
	[ "${stderr##*$'\n'}" = "inowatch: nothing could be watched" ]
	run -3 as_nobody "$INOWATCH" -r --strict d
}

@test "too many watches: how many, how to raise the limit, and the rest is watched" {
	local i
	unshare -Ur sh -c 'echo 3 >/proc/sys/user/max_inotify_watches' 2>/dev/null ||
		skip "no user namespaces here, to lower the limit"
	for i in {1..6}; do
		mkdir "d/$i"
	done
	# One is for the directory that PATH lies in, one for PATH, one for what is in it.
	# Telling the remedy takes longer than --for: the time is up before it first waits.
	# shellcheck disable=SC2016
	timeout "$DEADLINE" unshare -Ur sh -c 'echo 3 >/proc/sys/user/max_inotify_watches
		exec "$@"' sh "$INOWATCH" -r -j --for 1ms d >records 2>err
	[ "$(grep -c '"event":"lost".*"error":"ENOSPC","message":"raise fs.inotify.max_user_watches (now ' records)" -eq 5 ]
	[ "$(grep -c 'cannot watch d/[1-6]: No space left on device' err)" -eq 5 ]
	# The remedy is long, so stderr says it once.
	[ "$(grep -c 'raise fs.inotify.max_user_watches (now .* in use by this user): sysctl fs.inotify.max_user_watches=' err)" -eq 1 ]
}

@test "when watches are short, those on the way to a PATH are given up first, and it is said" {
	unshare -Ur sh -c 'echo 2 >/proc/sys/user/max_inotify_watches' 2>/dev/null ||
		skip "no user namespaces here, to lower the limit"
	mkdir -p d/a/b/c
	# shellcheck disable=SC2016
	timeout "$DEADLINE" unshare -Ur sh -c 'echo 2 >/proc/sys/user/max_inotify_watches
		exec "$@"' sh "$INOWATCH" -r -j --list --for 1ms d/a/b d/a/b/c >records 2>err
	lacks '"event":"lost"' records
	grep -q '"event":"found","path":"d/a/b/c","type":"dir"' records
	[ "$(grep -c 'inowatch: the directories on the way to d/a/b.* cannot all be watched, and if one is renamed or replaced, that is not noticed: No space left on device' err)" -eq 2 ]
	[ "$(grep -c 'raise fs.inotify.max_user_watches' err)" -eq 1 ]
}

@test "a file that is saved by rename says nothing on stderr, but with -v; a directory does" {
	local option
	for option in -r -v; do
		echo 1 >d/f
		start $option -j -e create d/f
		echo 2 >d/f.new
		mv d/f.new d/f
		take_until '"event":"synced"'
		stop
		sed -i '/Setting up\|Watches est/d' err
		if [ "$option" = -v ]; then
			diff -u - err >&2 <<-'END'
				inowatch: listing d/f anew
				inowatch: listed again; what is told from here on is whole
			END
		else
			[ ! -s err ]
		fi
	done
	mkdir d/a d/b
	start -j -e create d/a
	mv d/a d/old
	mv d/b d/a
	take_until '"event":"synced"'
	stop
	grep -qx 'inowatch: listing d/a anew' err
	grep -qx 'inowatch: listed again; what is told from here on is whole' err
}

@test "watches on the way to a PATH that were short are asked for again by SIGUSR2" {
	unshare -Ur sh -c 'echo 2 >/proc/sys/user/max_inotify_watches' 2>/dev/null ||
		skip "no user namespaces here, to lower the limit"
	mkdir -p d/a/b d/new/b
	cat >scene.sh <<-'END'
		echo 2 >/proc/sys/user/max_inotify_watches
		start -j d/a/b
		echo 100 >/proc/sys/user/max_inotify_watches
		kill -USR2 "$pid"
		while ! is_watched d/a; do :; done
		mv d/a d/old
		mv d/new d/a
		take_until '"event":"resync","path":"d/a/b"'
		touch d/a/b/f
		take_until '"event":"create","path":"d/a/b/f"'
		stop
	END
	{
		declare -f start await_ready next_record take_until end_status stop is_watched
		echo "DEADLINE=$DEADLINE runs=0 pid=; set -e"
		cat scene.sh
	} >all.sh
	timeout "$DEADLINE" unshare -Ur "$BASH" all.sh 3>&- 4>&-
}

@test "too many inotify instances" {
	unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_inotify_instances' 2>/dev/null ||
		skip "no user namespaces here, to lower the limit"
	# shellcheck disable=SC2016
	run -1 --separate-stderr timeout "$DEADLINE" unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_inotify_instances
		exec "$@"' sh "$INOWATCH" d
	# shellcheck disable=SC2154
	[[ $stderr == "inowatch: cannot start inotify: "*"; raise fs.inotify.max_user_instances (now "* ]]
}

@test "a PATH given twice, or reached twice, is told once" {
	mkdir d/sub
	ln -s d link
	start -r d ./d "$PWD/d" link d/sub
	touch d/sub/f
	finish
	same <<-END
		d/sub/ CREATE f
		d/sub/ OPEN f
		d/sub/ ATTRIB f
		d/sub/ CLOSE_WRITE,CLOSE f
	END
}

@test "a PATH that is a symbolic link is followed; with -P it is watched itself" {
	touch d/f
	ln -s d/f link
	start -n 1 link
	chmod 600 d/f
	take 1
	same <<<"link ATTRIB$BLANK"
	end_status
	rm records
	start -n 1 -P link
	chmod 700 d/f
	touch -h link
	take 1
	same <<<"link ATTRIB$BLANK"
	end_status
	rm records
	# A directory behind the link: not watched with -P.
	ln -sfn d link
	start -P link d
	touch d/g
	finish
	head -n 1 records | grep -qx 'd/ CREATE g'
}

@test "PATHs with blanks, newlines, dashes, and bytes that are no UTF-8" {
	local path
	for path in ' ' $'new\nline' ./-x ./@x $'\xff' '*'; do
		mkdir "$path"
		start -n 1 -0 -e create --format %w%f "$path"
		touch "$path/f"
		rest
		printf '%s/f\0' "$path" | cmp - records
		end_status
		rm records
	done
}

@test "--fromfile: one PATH a line, before those of the command line" {
	mkdir 'e f'
	printf 'd\n\n@\n@d/sub\ne f' >list
	mkdir d/sub
	start -r --fromfile list other d
	[ "$(watches)" -eq 2 ]
	touch 'e f/x'
	take 1
	same <<<"e f/ CREATE x"
	stop
	grep -qx 'inowatch: cannot watch other: No such file or directory' err
}

@test "--fromfile - reads standard input" {
	start --fromfile - <<<d
	touch d/f
	take 1
	same <<<"d/ CREATE f"
}

@test "--fromfile0: PATHs that hold newlines" {
	mkdir $'new\nline'
	printf 'new\nline\0@d/sub\0d\0' >list
	start -n 1 -e create --format '%w%f%0' --no-newline --fromfile0 list
	touch $'new\nline/f'
	rest
	printf 'new\nline/f\0' | cmp - records
}

@test "a directory PATH that is deleted, and made again" {
	touch d/f
	start -j -e create,delete,delete_self d
	rm d/f
	rmdir d
	take 3
	plain_json <records >plain
	mv plain records
	same <<-END
		{"event":"ready","version":1}
		{"event":"delete","path":"d/f","type":"file"}
		{"event":"delete_self","path":"d","type":"dir"}
	END
	mkdir d
	take_until synced
	rm records
	touch d/g
	take 1
	plain_json <records | diff - <(echo '{"event":"create","path":"d/g","type":"file"}')
}

@test "a PATH that comes later, with the directories above it" {
	start -j -e create,moved_to,close_write d later/deep/file
	mkdir -p later/deep
	echo x >later/deep/.new
	mv later/deep/.new later/deep/file
	take_until synced
	plain_json <records | diff - <(cat <<-END
		{"event":"lost","path":"later/deep/file","error":"ENOENT"}
		{"event":"ready","version":1}
		{"event":"resync","path":"later/deep/file"}
		{"event":"found","path":"later/deep/file","type":"file"}
	END
	)
	# Saved once more, by rename: the path is watched, not the file that was there.
	rm records
	echo y >later/deep/.new
	mv later/deep/.new later/deep/file
	take_until synced
	echo z >later/deep/file
	take_until close_write
}

@test "the working directory itself, and the root of the file system" {
	cd d
	start -n 1 -e create .
	touch f
	rest
	same <<<"./ CREATE f"
	end_status
	rm records
	start -n 1 -j --for 1ms /
	rest
	plain_json <records >plain
	grep -qx '{"event":"ready","version":1}' plain
}

@test "fifos, sockets and devices are not opened" {
	mkfifo d/fifo
	"${PYTHON:-python3}" -c 'import socket
socket.socket(socket.AF_UNIX).bind("d/socket")'
	# A directory whose listing has them, and they themselves as PATHs.
	start -r --list d d/fifo d/socket /dev/null
	take 2
	sort records >sorted
	diff - sorted <<-END
		d/ CREATE fifo
		d/ CREATE socket
	END
}

@test "a file system can be unmounted while a directory in it is watched" {
	need_root
	run unshare -m true
	[ "$status" -eq 0 ] || skip "no mount namespaces here"
	mkfifo ready
	status=0
	# shellcheck disable=SC2016
	timeout "$DEADLINE" unshare -m sh -c '
		mount -t tmpfs none d || exit 77
		mkdir d/sub
		"$0" -r -e create -n 1 --ready-fd 9 d 9>ready >told 2>err & pid=$!
		read -r line <ready
		umount d && wait $pid' "$INOWATCH" 3>&- 4>&- || status=$?
	[ "$status" -ne 77 ] || skip "tmpfs cannot be mounted here"
	cat told err >&2
	[ "$status" -eq 0 ]
	# Told although -e does not ask for it.
	mv told records
	same <<-END
		d/ UNMOUNT,ISDIR$BLANK
	END
}

@test "a PATH that is replaced after it was looked at is watched all the same" {
	command -v strace >/dev/null || skip "strace is missing"
	strace -D -o /dev/null true || skip "strace cannot trace here"
	# It stops when it has opened d, as it does where a path has a "." (paths-start.bats
	# has the others).
	printf '#!/bin/sh\necho $$ >number\nexec strace -D -o /dev/null -P d %s "%s" "$@"\n' \
		"-e trace=openat -e inject=openat:signal=SIGSTOP:when=1" "$INOWATCH" >stopping
	chmod +x stopping
	{
		until [ -s number ] && readlink "/proc/$(cat number)/fd/"* | grep -qx "$PWD/d"; do
			((SECONDS < DEADLINE)) || exit
		done
		mv d old
		mkdir d
		while [ ! -e told ]; do kill -CONT "$(cat number)"; done
	} 3>&- 4>&- &
	local helper=$!
	INOWATCH=./stopping start -e create ./d
	: >told
	wait "$helper"
	touch old/f d/g
	take 1
	same <<<"./d/ CREATE g"
	stop
}
