#!/bin/bash
# SPDX-License-Identifier: MIT
# The demonstration of ./bootstrap run: files in a scratch folder are edited the way people
# do, inowatch says what happened, and backup.py stores what changed. Ends by itself.
#
# INOWATCH is the program; PYTHON and PYTHONPATH find the module _inotify, and without
# PYTHON there is no backup.
set -euo pipefail

INOWATCH=${INOWATCH:-inowatch}
here=$(cd "$(dirname "$0")" && pwd -P)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/inowatch-demo.XXXXXX")
children=()

clean_up()
{
	status=$?
	trap - EXIT
	for child in "${children[@]}"; do
		kill "$child" 2>/dev/null || :
		wait "$child" 2>/dev/null || :
	done
	cd /
	rm -rf "$scratch"
	exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

die()
{
	echo "demo.sh: $*" >&2
	exit 1
}

# What is to be read comes soon, or never.
read_line()
{
	IFS= read -r -t 60 line <&"$1" || die "$2"
}

start_inowatch()
{
	mkfifo watch.ready watch.records
	"$INOWATCH" -q -r -e create,delete,move,close_write --moves pair \
		--format '%o %e %w%f' --ready-fd 9 desk 9>watch.ready >watch.records &
	children+=($!)
	exec 4<watch.ready 5<watch.records
	read_line 4 "inowatch did not start"
}

start_backup()
{
	mkfifo backup.ready backup.log
	"$PYTHON" "$here/backup.py" --to store --touch-down touch-down --ready-fd 9 \
		desk/letter.txt 9>backup.ready >backup.log &
	children+=($!)
	exec 6<backup.ready 7<backup.log
	read_line 6 "backup.py did not start"
}

show_record()
{
	local from=${1%% *} event=${1#* }
	local path=${event#* }

	event=${event%% *}
	case $event in
	*CREATE,ISDIR) event="new directory" ;;
	*CREATE*) event=new ;;
	CLOSE_WRITE*) event=written ;;
	DELETE*) event=deleted ;;
	MOVED*) event="moved from $from to" ;;
	esac
	printf '      inowatch: %s %s\n' "$event" "$path"
}

# act COMMAND: runs it, then shows all that inowatch said until a sentinel is gone.
act()
{
	printf '\n    $ %s\n' "$1"
	bash -c "$1"
	mkdir desk/.sentinel
	rmdir desk/.sentinel
	while read_line 5 "inowatch said nothing"; do
		case $line in
		*DELETE*desk/.sentinel) break ;;
		*desk/.sentinel) ;;
		*) show_record "$line" ;;
		esac
	done
}

# The backup has stored the state that holds this text.
await_copy()
{
	[ -n "${PYTHON:-}" ] || return 0
	until grep -qsF "$1" "store/$scratch/desk/letter.txt"; do
		read_line 7 "backup.py stored nothing"
	done
	printf '      backup.py: stored "%s"\n' "$(cat "store/$scratch/desk/letter.txt")"
}

cd "$scratch"
scratch=$(pwd -P)
mkdir desk
echo "Dear reader," >desk/letter.txt
start_inowatch
[ -z "${PYTHON:-}" ] || start_backup
echo "Watched is the folder desk, below $scratch; the backup guards desk/letter.txt."

act 'echo "Dear reader, all is well." >desk/letter.txt'
await_copy "all is well."
act 'echo "Dear reader, I wrote another." >desk/.new && mv desk/.new desk/letter.txt'
await_copy "I wrote another."
act 'mkdir -p desk/2026/july/drafts && echo hello >desk/2026/july/drafts/first'
act 'mv desk/2026 desk/archive && echo more >>desk/archive/july/drafts/first'
act 'rm -r desk/archive desk/letter.txt'

if [ -n "${PYTHON:-}" ]; then
	: >touch-down
	wait "${children[1]}" || die "backup.py failed"
	printf '\nThe letter is deleted; the store still has:\n'
	(cd store && find . -type f -exec sh -c 'printf "    %s: " "$1"; cat "$1"' sh '{}' ';')
fi
