#!/bin/bash
# SPDX-License-Identifier: MIT
# Appends what happens to names below DIR to a table with a heading, for a spreadsheet:
#
#     changes-to-csv.sh DIR FILE
#
# time, event, path, and the old path of a move. jq makes the table from JSON records, in
# which a move is one record and nothing that a name holds can look like another record.
# INOWATCH is the program; it ends by a signal.
set -euo pipefail

if [ $# -ne 2 ]; then
	echo "usage: changes-to-csv.sh DIR FILE" >&2
	exit 1
fi
if ! command -v jq >/dev/null; then
	echo "changes-to-csv.sh: needs jq" >&2
	exit 1
fi
dir=$1
case $dir in
-* | @*) dir=./$dir ;; # neither an option nor left out
esac

exec >>"$2"
[ -s "$2" ] || echo '"time","event","path","from"'
"${INOWATCH:-inowatch}" -r -j -e create,delete,move,close_write "$dir" |
	jq -r --unbuffered 'select(.path) | [.time, .event, .path, .from // ""] | @csv'
