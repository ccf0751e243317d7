#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# --versions: what a store has, in text and JSON, whatever the names.

load store

@test "all versions of a file, the deletions among them" {
	older 1 /w/a one
	deleted 2 /w/a
	older 3 /w/a three
	newest 4 /w/a fourfour
	inowatch 0 --versions "$S" /w/a
	diff -u - <(printf '%s\n' "$output") >&2 <<-END
		2026-11-01T12:00:00.000000000Z            3 /w/a
		2026-11-02T12:00:00.000000000Z      deleted /w/a
		2026-11-03T12:00:00.000000000Z            5 /w/a
		2026-11-04T12:00:00.000000000Z            8 /w/a
	END
	[ -z "$stderr" ]
}

@test "as JSON" {
	older 1 /w/a one
	deleted 2 /w/a
	newest 4 /w/a fourfour
	inowatch 0 --versions "$S" -j /w/a
	diff -u - <(printf '%s\n' "$output") >&2 <<-END
		{"time":"2026-11-01T12:00:00.000000000Z","event":"stored","path":"/w/a","size":3,"version":"20261101T120000.000000000Z"}
		{"time":"2026-11-02T12:00:00.000000000Z","event":"deleted","path":"/w/a","version":"20261102T120000.000000000Z"}
		{"time":"2026-11-04T12:00:00.000000000Z","event":"stored","path":"/w/a","size":8,"version":"20261104T120000.000000000Z"}
	END
}

@test "a directory, with all below; the whole store without PATH" {
	newest 1 /w/d/x x
	older 2 /w/d/gone y
	deleted 3 /w/d/gone
	newest 4 /w/other z
	inowatch 0 --versions "$S" /w/d
	[ "$(awk '{ print $2, $3 }' <<<"$output")" = $'1 /w/d/gone\ndeleted /w/d/gone\n1 /w/d/x' ]
	inowatch 0 --versions "$S"
	[ "${#lines[@]}" -eq 4 ]
	inowatch 0 --versions "$S" /
	[ "${#lines[@]}" -eq 4 ]
}

@test "a PATH is joined with the working directory" {
	newest 1 "$PWD/w/a" x
	mkdir w
	cd w
	inowatch 0 --versions "$S" ./../w/a
	[[ $output == *" $PWD/a" ]]
	inowatch 0 --versions "$S" .
	[[ $output == *" $PWD/a" ]]
}

@test "a file that has become a directory, and the other way round" {
	older 1 /w/x file
	deleted 2 /w/x
	newest 3 /w/x/inside y
	older 4 /w/y/inside z
	deleted 5 /w/y/inside
	newest 6 /w/y file
	inowatch 0 --versions "$S" /w/x
	[ "$(awk '{ print $2, $3 }' <<<"$output")" = $'4 /w/x\ndeleted /w/x\n1 /w/x/inside' ]
	inowatch 0 --versions "$S" /w/y
	[ "$(awk '{ print $2, $3 }' <<<"$output")" = $'4 /w/y\n1 /w/y/inside\ndeleted /w/y/inside' ]
}

@test "a name like a time has its sign taken away" {
	newest 1 "/w/=$(day 9)" x
	older 2 "/w/==$(day 9).deleted" y
	deleted 3 "/w/==$(day 9).deleted"
	newest 4 "/w/=x" z
	inowatch 0 --versions "$S" /w
	[ "$(awk '{ print $2, $3 }' <<<"$output")" = "1 /w/$(day 9)
1 /w/=$(day 9).deleted
deleted /w/=$(day 9).deleted
1 /w/=x" ]
	inowatch 0 --versions "$S" "/w/$(day 9)"
	[ "${#lines[@]}" -eq 1 ]
	[ -z "$stderr" ]
}

@test "names are bytes" {
	newest 1 $'/w/new\nline' x
	newest 2 $'/w/\xff' y
	inowatch 0 --versions "$S" -0 /w
	"$INOWATCH" --versions "$S" -0 /w | tr '\0\n' '\n_' >listed
	grep -q ' /w/new_line$' listed
	LC_ALL=C grep -q $' /w/\xff$' listed
	inowatch 0 --versions "$S" -j /w
	[[ $output == *'"path":"/w/new\nline"'* ]]
	[[ $output == *'"path_b64":"L3cv/w=="'* ]]
}

@test "a writer that was stopped: what is also an older version is not told twice" {
	newest 1 /w/a x
	mkdir -p "$S/versions/w/a"
	ln "$S/current/w/a" "$S/versions/w/a/$(day 1)"
	ln -sfn "$(day 5)" "$S/.inowatch/newest/w/a"
	inowatch 0 --versions "$S" /w
	[ "$output" = "2026-11-01T12:00:00.000000000Z            1 /w/a" ]
	# Stopped while it was being deleted.
	deleted 6 /w/a
	inowatch 0 --versions "$S" /w
	[ "${#lines[@]}" -eq 2 ]
	inowatch 0 --check "$S"
}

@test "a store that was copied without what only inowatch needs" {
	older 1 /w/a x
	newest 2 /w/a yy
	touch -d 2026-11-02T13:00:00Z "$S/current/w/a"
	rm -r "$S/.inowatch"
	inowatch 0 --versions "$S" /w
	[ "${lines[1]}" = "2026-11-02T13:00:00.000000000Z            2 /w/a" ]
	[[ $stderr == *"taken for a copy of a store"* ]]
	# What it took the place of is older in any case.
	touch -d 2026-10-01T13:00:00Z "$S/current/w/a"
	inowatch 0 --versions "$S" /w
	[ "${lines[1]}" = "2026-11-01T12:00:00.000000001Z            2 /w/a" ]
}

@test "what is not there" {
	newest 1 /w/a x
	inowatch 5 --versions "$S" /w/b /w/a
	[ "$stderr" = "inowatch: /w/b: the store has nothing of that name" ]
	[ "${#lines[@]}" -eq 1 ]
	inowatch 1 --versions "$PWD/nowhere"
	[[ $stderr == "inowatch: cannot open $PWD/nowhere: No such file or directory" ]]
	mkdir empty
	inowatch 1 --versions "$PWD/empty"
	[[ $stderr == "inowatch: $PWD/empty is no store: current/: No such file or directory" ]]
	echo 2 >"$S/.inowatch/format"
	inowatch 1 --versions "$S"
	[[ $stderr == *"has a layout that is not known"* ]]
}

@test "options that do not go together" {
	check() {
		local message=$1
		shift
		inowatch 1 "$@"
		[ "$stderr" = "inowatch: $message" ] || {
			echo "$stderr" >&2
			return 1
		}
	}
	check "--versions, --restore and --check exclude each other" --versions s --restore s x
	check "--versions, --restore and --check exclude each other" --check s --versions s
	check "--at needs --restore" --versions s --at 2d x
	check "--to needs --restore" --to d x
	check "--force needs --restore" --force x
	check "--dry-run needs --restore" --dry-run x
	check "--verify needs --check or --backup" --verify --versions s x
	check "--keep-privileges needs --backup or --restore" --keep-privileges x
	check "--keep-privileges needs --backup or --restore" --keep-privileges --check s
	check "--backup does not go with --versions, --restore and --check" --restore s --backup s x
	check "--check takes no PATH: all of the store is checked" --check s x
	check "no PATH was given; see --help" --restore s
	check "no PATH was given; see --help" --restore s --fromfile /dev/null
	check "--exclude does not go with --versions, --restore and --check" --restore s --exclude x y
	check "@PATH does not go with --versions, --restore and --check" --restore s y @x
	check "--outfile does not go with --versions, --restore and --check" --versions s -o x
	check "--restore needs a directory" --restore "" x
	check "--at: '2026-02-30' is no time; write 2026-11-20, '2026-11-20 06:35', 2026-11-20T06:35:06Z or 2d" --restore s --at 2026-02-30 x
}

@test "-qq prints nothing, and the status tells" {
	newest 1 /w/a x
	inowatch 0 --versions "$S" -qq
	[ -z "$output" ]
	run -0 bash -c 'exec "$@" >&-' - "$INOWATCH" --versions "$S" -qq
	rm "$S/current/w/a"
	older 1 /w/a x
	inowatch 5 --check "$S" -qq
	[ -z "$output$stderr" ]
}

@test "a reader that has left" {
	newest 1 /w/a x
	run --separate-stderr bash -c 'exec 3> >(:); wait $!; exec "$@" >&3' - \
		"$INOWATCH" --versions "$S"
	[ "$status" -eq 4 ]
	run -4 --separate-stderr bash -c 'exec "$@" >&-' - "$INOWATCH" --versions "$S"
	run -4 --separate-stderr bash -c 'exec "$@" >/dev/full' - "$INOWATCH" --versions "$S"
	[[ $stderr == *"No space left on device" ]]
}
