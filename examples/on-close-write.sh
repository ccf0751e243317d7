#!/bin/bash
# SPDX-License-Identifier: MIT
# Runs a command for each file that somebody has finished writing:
#
#     on-close-write.sh DIR COMMAND [ARGUMENT]...
#     on-close-write.sh ~/inbox gzip -k --
#
# The command gets the path as its last argument. It comes there as it is, newlines and
# quotes included: records end in NUL, and no shell reads names. A file that is renamed to
# its name, as careful programs save, is finished as well. A command that writes into DIR
# causes the next run: gzip's output is finished once, and then gzip refuses it.
# INOWATCH is the program; what it says when it ends is the status.
set -euo pipefail

if [ $# -lt 2 ]; then
	echo "usage: on-close-write.sh DIR COMMAND [ARGUMENT]..." >&2
	exit 1
fi
dir=$1
shift
case $dir in
-* | @*) dir=./$dir ;; # neither an option nor left out
esac

"${INOWATCH:-inowatch}" -r -0 -e close_write,moved_to --type f --format '%w%f' "$dir" |
	while IFS= read -r -d '' path; do
		"$@" "$path" </dev/null || echo "on-close-write.sh: $1 failed" >&2
	done
