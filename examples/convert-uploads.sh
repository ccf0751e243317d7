#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes a small JPEG in OUT of each PNG image that arrives in DIR, several at a time:
#
#     convert-uploads.sh DIR OUT
#
# An image is converted when its writer has closed it, or it was renamed to its name; those
# that are there at the start are converted first. Never two at a time are made of the same
# file, and one that changes meanwhile is converted once more. OUT gets whole files only:
# each is written beside its name and then renamed. An image that cannot be converted is
# told, and the others go on. INOWATCH is the program, JOBS how many at a time; OUT must not
# lie in DIR. ImageMagick's convert gets the image as standard input, because it would take
# some names for more than names.
set -eu

if [ $# -ne 2 ]; then
	echo "usage: convert-uploads.sh DIR OUT" >&2
	exit 1
fi
dir=$1
case $dir in
-* | @*) dir=./$dir ;; # neither an option nor left out
esac
mkdir -p -- "$2"
OUT=$(cd -- "$2" && pwd && echo /)
export OUT="${OUT%?/}"

# $1 is the path, $2 the name in DIR.
# shellcheck disable=SC2016 # the shell that is run for each image expands this
convert_one='
	name=${2#./}
	made=$OUT/.$name.part
	trap "rm -f -- \"\$made\"" EXIT
	trap "exit 1" HUP INT TERM
	convert png:- -thumbnail "1024x1024>" jpg:- <"$1" >"$made"
	mv -f -- "$made" "$OUT/$name.jpg"'

exec "${INOWATCH:-inowatch}" --list --jobs "${JOBS:-4}" -e close_write,moved_to --type f \
	--glob '*.png' "$dir" -- sh -euc "$convert_one" sh '{}' '{name}'
