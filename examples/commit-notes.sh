#!/bin/sh
# SPDX-License-Identifier: MIT
# Commits a folder of notes to its git repository when they have been left alone for a while:
#
#     commit-notes.sh DIR
#
# DIR is the top of a repository. What changed while this did not run is committed at the
# start; then all that has changed, when nothing has for SETTLE (2s), at the latest after ten
# minutes of writing. .git itself is not watched, so a commit starts nothing; what .gitignore
# names may start a look, and is not committed. Nothing is pushed. INOWATCH is the program.
set -eu

if [ $# -ne 1 ]; then
	echo "usage: commit-notes.sh DIR" >&2
	exit 1
fi
cd -- "$1"
git rev-parse --git-dir >/dev/null

exec "${INOWATCH:-inowatch}" -r --initial --settle "${SETTLE:-2s}" --max-wait 10m \
	--ignore .git . -- sh -euc '
	git add -A
	git diff --cached --quiet || git commit -q -m "Notes of $(date "+%F %T")"'
