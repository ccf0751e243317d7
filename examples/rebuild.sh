#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds at the start, and again whenever something below DIR has changed:
#
#     rebuild.sh DIR COMMAND [ARGUMENT]...
#     rebuild.sh src make -s
#
# What changes during a build leads to one more build afterwards, so the last build has
# seen all. Editors' backups, swap files and .git start nothing. A command that writes into
# DIR would start itself again: let it write elsewhere, or add its folder to --ignore.
# On a terminal the screen is cleared before each build. INOWATCH is the program.
set -eu

if [ $# -lt 2 ]; then
	echo "usage: rebuild.sh DIR COMMAND [ARGUMENT]..." >&2
	exit 1
fi
dir=$1
shift
case $dir in
-* | @*) dir=./$dir ;; # neither an option nor left out
esac

exec "${INOWATCH:-inowatch}" -r -C --initial --ignore .git --ignore '*~' --ignore '.*.sw?' \
	--ignore 4913 "$dir" -- "$@"
