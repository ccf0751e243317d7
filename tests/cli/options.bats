#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# How options are written, --help, --version, -m; what each option does is in the other
# files, and here is that no option was forgotten there.

load helper

@test "--help and --version, to standard output, with 0, whatever else is given" {
	run -0 --separate-stderr "$INOWATCH" --help
	[ "${lines[0]}" = "Usage: inowatch [OPTION]... PATH... [-- COMMAND [ARG]...]" ]
	# shellcheck disable=SC2154
	[ "$stderr" = "" ]
	local help=$output
	run -0 "$INOWATCH" -h
	[ "$output" = "$help" ]
	run -0 "$INOWATCH" -j -c --help
	[ "$output" = "$help" ]
	run -0 "$INOWATCH" --version
	[[ $output =~ ^inowatch\ [0-9]+\.[0-9]+ ]]
	[ "${#lines[@]}" -eq 1 ]
	local version=$output
	run -0 "$INOWATCH" -V
	[ "$output" = "$version" ]
}

@test "--help fits a terminal of 90 columns and names each event" {
	run -0 "$INOWATCH" --help
	local line word
	for line in "${lines[@]}"; do
		[ "${#line}" -le 90 ]
	done
	for word in access modify attrib close_write close_nowrite close open moved_to \
		moved_from move move_self create delete delete_self unmount all_events; do
		[[ $output == *$'\n'"  $word "* ]]
	done
}

@test "short options together, values joined, long options with = or abbreviated" {
	start -mrqe create -n1 d
	touch d/f
	rest
	same <<<"d/ CREATE f"
	end_status
	rm records
	start --recur --event=create --count=1 d
	touch d/g
	rest
	same <<<"d/ CREATE g"
}

@test "options behind PATHs" {
	start d -e create -n 1
	touch d/f
	rest
	same <<<"d/ CREATE f"
}

@test "the last of two values counts" {
	run -2 timeout "$DEADLINE" "$INOWATCH" -t 1h -t 1ms d
}

@test "every option of --help is in some test" {
	local option missing=
	for option in $("$INOWATCH" --help | grep -oE '^  .{4}--[a-z0-9-]+' | grep -oE '\-\-.*'); do
		cat "$BATS_TEST_DIRNAME"/*.bats | grep -qE -- "$option([ =]|\$)" ||
			missing+=" $option"
	done
	# Those that the tests write in their short form.
	local short
	for option in $missing; do
		short=$("$INOWATCH" --help | sed -n "s/^  \(-.\), $option .*/\1/p;s/^  \(-.\), $option\$/\1/p")
		[ -n "$short" ] && cat "$BATS_TEST_DIRNAME"/*.bats | grep -qE -- " $short " ||
			{ echo "$option is in no test" >&2; return 1; }
	done
}
