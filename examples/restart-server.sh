#!/bin/sh
# SPDX-License-Identifier: MIT
# Keeps a server running that is always made of what is below DIR now:
#
#     restart-server.sh DIR COMMAND [ARGUMENT]...
#     restart-server.sh src python3 src/server.py
#
# When a file was written, renamed or deleted, the server and all that it has started get
# TERM, after five seconds KILL, and it is started anew when all of them are gone: its port
# is free then. If it ends by itself, the next change starts it. At the end it is stopped in
# the same way. INOWATCH is the program.
set -eu

if [ $# -lt 2 ]; then
	echo "usage: restart-server.sh DIR COMMAND [ARGUMENT]..." >&2
	exit 1
fi
dir=$1
shift
case $dir in
-* | @*) dir=./$dir ;; # neither an option nor left out
esac

exec "${INOWATCH:-inowatch}" -r --restart --stop-timeout 5s -e close_write,move,delete \
	--ignore .git --ignore __pycache__ "$dir" -- "$@"
