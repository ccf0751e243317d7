#!/bin/sh
# SPDX-License-Identifier: MIT
# Keeps DEST, a folder here or on another host, the same as DIR, by rsync:
#
#     sync.sh DIR DEST
#     sync.sh ~/site/ www@example.org:site
#
# Everything is sent at the start, then only what has changed: rsync is told the paths and
# looks at nothing else, however large DIR is. What was deleted or renamed in DIR while this
# runs is deleted or renamed in DEST; what is in DEST alone from before stays. Names come to
# rsync with a NUL behind each, so they may hold anything. A transfer that fails is told, and
# what it should have sent is sent with its next change, or by starting this anew. INOWATCH
# is the program. rsync 3.1 or newer.
set -eu

if [ $# -ne 2 ]; then
	echo "usage: sync.sh DIR DEST" >&2
	exit 1
fi
case $2 in
/* | *:*) dest=$2 ;;
*) dest=$PWD/$2 ;;
esac
cd -- "$1"

# Paths are as "./a/b", which rsync takes as a/b below DEST. -r is not part of -a here. 24
# means that something was gone already, such as the directory of a deleted file.
# shellcheck disable=SC2016 # the shell that is run expands this
exec "${INOWATCH:-inowatch}" -r --list --settle 200ms -e close_write,attrib,create,move,delete \
	--stdin nul . -- \
	sh -c 'rsync "$@" || [ $? -eq 24 ]' sh \
	-a -r --from0 --files-from=- --delete-missing-args --force . "$dest"
