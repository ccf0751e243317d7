#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Scripts as they are written for inotifywait run unchanged where inowatch has its name.
# They are given with -q mostly: so the work is done again until it is noticed.

load helper

# shellcheck disable=SC2034 # pid is for end_status
# script: standard input becomes a script, which runs with the name in front of PATH.
script() {
	named inotifywait
	export PATH=$BATS_TEST_TMPDIR/names:$PATH
	[ "$(command -v inotifywait)" = "$INOWATCH" ]
	cat >script
	: >lines
	bash script </dev/null 3>&- 4>&- 2>err &
	pid=$!
}

# repeat LINES COMMAND: until the script has written so many lines.
repeat() {
	local end=$((SECONDS + DEADLINE))
	until [ "$(wc -l <lines)" -ge "$1" ]; do
		eval "$2"
		[ "$SECONDS" -lt "$end" ] || { cat lines err >&2; return 1; }
	done
}

@test "while inotifywait -e close_write FILE; do ...; done" {
	: >d/f
	script <<-'END'
		runs=0
		while inotifywait -e close_write d/f; do
			runs=$((runs + 1))
			echo "run $runs" >>lines
			[ "$runs" -lt 3 ] || break
		done
		echo end >>lines
	END
	repeat 4 'echo x >>d/f'
	[ "$(cat lines)" = "$(printf 'run %d\n' 1 2 3; echo end)" ]
	grep -qx "Setting up watches." err
	grep -qx "Watches established." err
	end_status
	[ "$status" -eq 0 ]
}

@test "inotifywait -m ... | while read dir event file" {
	script <<-'END'
		inotifywait -m -e create -e moved_to d |
			while read -r dir event file; do
				echo "$dir|$event|$file" >>lines
				[ "$file" != last ] || break
			done
	END
	repeat 1 'rm -f "d/a b"; : >"d/a b"'
	[ "$(head -n 1 lines)" = "d/|CREATE|a b" ]
	mkdir d/x
	: >f
	mv f d/last
	end_status
	grep -qx "d/|CREATE,ISDIR|x" lines
	[ "$(tail -n 1 lines)" = "d/|MOVED_TO|last" ]
}

@test "inotifywait -mrq --format '%w%f%0' --no-newline" {
	script <<-'END'
		inotifywait -mrq -e create --format '%w%f%0' --no-newline d |
			while IFS= read -r -d '' path; do
				printf '%q\n' "$path" >>lines
				case $path in *last) break ;; esac
			done
	END
	mkdir d/sub
	repeat 1 'rm -f d/sub/a; : >d/sub/a'
	: >"$(printf 'd/sub/new\nline')"
	: >d/last
	end_status
	grep -qxF "$(printf '%q' "$(printf 'd/sub/new\nline')")" lines
	[ "$(tail -n 1 lines)" = d/last ]
}

@test "a commit for each change, .git left out, as gitwatch does" {
	script <<-'END'
		INW=inotifywait
		$INW -qmr -e close_write,move,delete,create --exclude '(\.git/|\.git$)' d |
			while read -r line; do
				echo "commit: $line" >>lines
				echo change >>d/.git/log
				case $line in *last) break ;; esac
			done
	END
	mkdir d/.git
	repeat 1 'echo x >>d/.git/index; echo x >>d/f'
	: >d/last
	end_status
	lacks .git lines
	grep -qxE "commit: d/ (CREATE|CLOSE_WRITE,CLOSE) f" lines
	[ "$(tail -n 1 lines)" = "commit: d/ CREATE last" ]
}

@test "inotifywait -qq -t, by its status alone" {
	: >d/f
	script <<-'END'
		inotifywait -qq -t 1 d
		echo "nothing: $?" >>lines
		inotifywait -qq -e modify d/nope
		echo "nobody: $?" >>lines
		inotifywait -qq -t 600 -e modify d/f
		echo "something: $?" >>lines
	END
	repeat 2 :
	repeat 3 'echo x >>d/f'
	[ "$(cat lines)" = "$(printf '%s\n' 'nothing: 2' 'nobody: 1' 'something: 0')" ]
	[ "$(cat err)" = "Couldn't watch d/nope: No such file or directory" ]
	end_status
}

@test "a script that asks which events came, and when" {
	script <<-'END'
		inotifywait -q -m -e close_write --timefmt '%Y' --format '%T %e %w%f' d |
			while read -r year events path; do
				echo "$((year >= 2026)) $events $path" >>lines
				break
			done
	END
	repeat 1 'echo x >>d/f'
	[ "$(cat lines)" = "1 CLOSE_WRITE,CLOSE d/f" ]
	echo x >>d/f
	end_status
}
