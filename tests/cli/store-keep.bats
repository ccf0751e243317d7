#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# --keep…: which of many days' versions go when a new one is stored.

load store

# Versions of the 1st to the 19th, a Sunday to a Thursday, the last of them the newest.
# The next is of today, whenever that is.
store_days() {
	local number
	mkdir -p src
	rm -rf "$S"
	mkdir -p "$S/current" "$S/versions" "$S/.inowatch/newest" "$S/.inowatch/temporary"
	echo 1 >"$S/.inowatch/format"
	for number in {1..18}; do
		older "$number" "$PWD/src/a" "$number"
	done
	newest 19 "$PWD/src/a" 19
	echo today >src/a
}

# The days whose versions stay, with these rules.
days_kept() {
	store_days
	inowatch 0 --backup "$S" --once "$@" src
	[ "$output" = "stored src/a" ]
	holds "$S/current$PWD/src/a" today
	kept=$(for file in "$S/versions$PWD/src/a"/*; do cat "$file"; echo; done | xargs)
}

@test "days, weeks and months, and all without a rule" {
	export TZ=UTC0
	days_kept
	[ "$kept" = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19" ]
	# Today's is one of them; a version of November may be of this month and week.
	days_kept --keep-daily 4
	[[ " $kept " == *" 19 "* || " $kept " == *" 17 18 "* ]]
	[ "$(wc -w <<<"$kept")" -le 4 ]
	days_kept --keep-weekly 20
	[[ " $kept " == *" 1 8 15 "* ]]
	[ "$(wc -w <<<"$kept")" -le 4 ]
	days_kept --keep-monthly 20
	[ "$kept" = 19 ] || [ -z "$kept" ]
	days_kept --keep-monthly 20 --keep 3
	[[ $kept == *"18 19" ]]
}
