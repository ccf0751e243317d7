#!/bin/bash
# SPDX-License-Identifier: MIT
# Which files below DIR are written most often? Watches for TIME, then prints the ten:
#
#     busiest-files.sh DIR [TIME]
#     busiest-files.sh /var 1m
#
# Several writes at once may count as one: the kernel merges equal events that wait.
# A name is quoted as the shell would read it, so that each is one line. INOWATCH is the
# program.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
	echo "usage: busiest-files.sh DIR [TIME]" >&2
	exit 1
fi
dir=$1
case $dir in
-* | @*) dir=./$dir ;; # neither an option nor left out
esac

"${INOWATCH:-inowatch}" -r -0 -e close_write --for "${2:-10s}" --format '%w%f' "$dir" |
	sort -z | uniq -zc | sort -zrn | head -zn 10 |
	while IFS= read -r -d '' line; do
		[[ $line =~ ^\ *([0-9]+)\ (.*)$ ]]
		printf '%6d %q\n' "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
	done
