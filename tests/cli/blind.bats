#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# File systems that change without an event are warned about.

load helper
load scene

@test "file systems of the kernel give one warning" {
	run -2 --separate-stderr timeout "$DEADLINE" "$INOWATCH" -t 0.01 -e delete_self \
		/proc/self/task /proc/self/fdinfo d
	# shellcheck disable=SC2154 # set by run
	[ "$stderr" = "inowatch: /proc/self/task is on proc: its files change without a \
sign; only what programs do to them is seen" ]
}

@test "overlays are warned about where their layers are within reach" {
	mkdir elsewhere
	scene <<-'END'
		mount -t tmpfs t elsewhere
		mkdir elsewhere/{lower,upper,work,merged,lower/sub}
		cd elsewhere
		mount -t overlay o merged -o \
			"lowerdir=$PWD/lower,upperdir=$PWD/upper,workdir=$PWD/work" || exit 0
		"$INOWATCH" -t 0.01 -e delete_self merged 2>err || [ $? -eq 2 ]
		grep -qx "inowatch: merged is on an overlay: changes made directly in its \
		layer $PWD/lower are not seen" err
		"$INOWATCH" -t 0.01 -e delete_self lower/sub 2>err || [ $? -eq 2 ]
		grep -qx "inowatch: lower/sub is in a layer of the overlay $PWD/merged: \
		changes made through the overlay are not all seen" err
		mount -t tmpfs t lower
		"$INOWATCH" -t 0.01 -e delete_self work 2>err || [ $? -eq 2 ]
		[ ! -s err ]
	END
}
