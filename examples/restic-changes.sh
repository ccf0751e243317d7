#!/bin/sh
# SPDX-License-Identifier: MIT
# Saves what has changed below DIR with restic, at most every few minutes:
#
#     restic-changes.sh DIR
#
# Each snapshot, tagged "changes", holds the files that were written, renamed or found since
# the last, directories that were renamed with all below them, and nothing else; what was deleted stays in older snapshots. Names come to restic
# with a NUL behind each (--files-from-raw), so they may hold anything. It begins with what
# is there: a first snapshot of all. A file may be gone when it is its turn: such paths are
# left out, and if nothing is left, restic is not run. A snapshot that fails is told, and its
# files are saved with their next change.
#
# restic finds its repository and password in its own variables (RESTIC_REPOSITORY, …), and
# must not keep them in DIR. INOWATCH is the program; SETTLE is how long nothing may happen
# before a snapshot (30s), which is made at the latest after ten minutes.
set -eu

if [ $# -ne 1 ]; then
	echo "usage: restic-changes.sh DIR" >&2
	exit 1
fi
dir=$1
case $dir in
-* | @*) dir=./$dir ;; # neither an option nor left out
esac

# shellcheck disable=SC2016 # the shell that is run for each snapshot expands this
save='
	are_there() {
		for path; do
			if [ -e "$path" ] || [ -L "$path" ]; then
				printf "%s\0" "$path"
			fi
		done
	}
	[ -z "$(are_there "$@" | tr "\0" x)" ] ||
		are_there "$@" | restic backup -q --tag changes --files-from-raw -'

exec "${INOWATCH:-inowatch}" -r --list --settle "${SETTLE:-30s}" --max-wait 10m \
	-e close_write,moved_to "$dir" -- sh -euc "$save" sh '{+}'
