#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Mounts that come and go at, below and above PATHs.
# Each test is played by a shell in namespaces of its own, so that nobody needs to be
# root and nothing is left mounted.

load helper
load scene

@test "a PATH is unmounted: told once, and what it had hidden is found" {
	touch d/hidden
	scene <<-'END'
		mount -t tmpfs t d
		mkdir -p d/{1..30}/{a,b}
		begin -r --list -e create,delete,move d
		umount d
		again d
		touch d/new
		same_tree
		[ "$(grep -c '"event":"unmount"' records)" -eq 1 ]
		grep -q '"event":"unmount","path":"d","type":"dir"' records
		[ "$(watches)" -eq "$(find d -type d | wc -l)" ]
	END
}

@test "a mount below a PATH is unmounted: told once, whatever was watched in it" {
	mkdir d/m d/other
	touch d/m/hidden
	scene <<-'END'
		mount -t tmpfs t d/m
		mkdir -p d/m/{1..30}/{a,b}
		begin -r --list -e create,delete,move d
		umount d/m
		again d/m
		mkdir d/m/x d/other/y
		same_tree
		[ "$(grep -c '"event":"unmount"' records)" -eq 1 ]
		grep -q '"event":"unmount","path":"d/m","type":"dir"' records
		[ "$(watches)" -eq "$(find d -type d | wc -l)" ]
	END
}

@test "text says UNMOUNT, also for a name that is not watched itself" {
	mkdir d/m d/hidden
	scene <<-'END'
		mount -t tmpfs t d
		mkdir d/m d/hidden
		mount -t tmpfs t d/m
		mount -t tmpfs t d/hidden
		start -e create --ignore hidden d
		umount d/hidden
		umount d/m
		take_until UNMOUNT; [ "$record" = "d/ UNMOUNT,ISDIR m" ]
		umount d
		take_until UNMOUNT; [ "$record" = "d/ UNMOUNT,ISDIR " ]
		lacks hidden records
	END
}

@test "umount -l is told at once, and not again when the last user lets go" {
	mkdir d/m
	scene <<-'END'
		mount -t tmpfs t d/m
		mkdir d/m/sub
		touch d/m/sub/f
		begin -r --list -e create,delete,move d
		exec 5<d/m/sub/f
		umount -l d/m
		again d/m
		exec 5<&-
		same_tree
		[ "$(grep -c '"event":"unmount"' records)" -eq 1 ]
	END
}

@test "one of two mounts of a file system goes, of which the kernel says nothing" {
	mkdir d/a d/b
	scene <<-'END'
		mount -t tmpfs t d/a
		mkdir d/a/sub
		mount --bind d/a d/b
		begin -r --list -e create,delete,move d
		mkdir d/b/two
		keep_until '"create","path":"d/a/two"'
		umount d/a
		again d/a
		touch d/b/sub/f
		same_tree
		grep -q '"event":"unmount","path":"d/a"' records
		grep -q '"path":"d/b/sub/f"' records
		mount --bind d/b d/a
		again d/a
		umount d/a
		again d/a
		same_tree
		[ "$(watches)" -eq "$(find d -type d | wc -l)" ]
	END
}

@test "a mount on top of a PATH: what it hides is not watched, what it has is found" {
	mkdir -p d/old/deep new/sub
	touch d/old/f
	scene <<-'END'
		mount -t tmpfs t new
		mkdir new/sub
		begin -r --list -e create,delete,move d
		exec 5<d/old/deep
		mount --bind new d
		again d
		mkdir /proc/self/fd/5/unseen
		mkdir d/sub/seen
		same_tree
		lacks unseen records
		[ "$(watches)" -eq 3 ]
		lacks '"event":"unmount"' records
		exec 5<&-
		umount d
		again d
		same_tree
	END
}

@test "a mount on top of a directory below a PATH, and one on top of that" {
	mkdir -p d/m/old/deep
	scene <<-'END'
		begin -r --list -e create,delete,move d
		mount -t tmpfs t d/m
		again d/m
		mkdir -p d/m/new/sub
		touch d/m/new/f
		same_tree
		mount -t tmpfs t d/m/new
		again d/m/new
		touch d/m/new/top
		same_tree
		umount d/m/new
		again d/m/new
		same_tree
		umount -l d/m
		again d/m
		same_tree
		[ "$(watches)" -eq "$(find d -type d | wc -l)" ]
	END
}

@test "--one-file-system does not enter what is mounted later, and comes back" {
	mkdir d/m
	touch d/m/hidden
	scene <<-'END'
		begin -r --list --one-file-system -e create,delete,move d
		mount -t tmpfs t d/m
		again d/m
		mkdir d/m/unseen
		same_tree -path 'd/m/*' -prune -o
		[ "$(watches)" -eq 1 ]
		umount d/m
		again d/m
		same_tree
		[ "$(watches)" -eq 2 ]
	END
}

@test "a PATH below a mount point is there, and lost, as the mount comes and goes" {
	mkdir d/m
	scene <<-'END'
		mkdir new other
		mount -t tmpfs t new
		mkdir -p new/x/y
		begin -r -e create,delete,move d/m/x other
		mount --bind new d/m
		again d/m/x
		touch d/m/x/y/f
		keep_until '"path":"d/m/x/y/f"'
		umount d/m
		keep_until '"event":"unmount"'
		keep_until '"event":"lost","path":"d/m/x"'
	END
}

@test "nested PATHs: one unmount record for one unmount" {
	mkdir d/m
	scene <<-'END'
		mount -t tmpfs t d/m
		mkdir d/m/sub
		begin -r --list -e create,delete,move d d/m d/m/sub
		umount d/m
		keep_until '"event":"lost","path":"d/m/sub"'
		same_tree
		[ "$(grep -c '"event":"unmount","path":"d/m"' records)" -eq 1 ]
	END
}

@test "a bind mount of a directory in itself ends, under the first path" {
	mkdir d/loop d/sub
	scene <<-'END'
		mount --bind d d/loop
		begin -r --list -e create,delete,move d
		[ "$(watches)" -eq 2 ]
		touch d/loop/sub/f
		keep_until '"event":"create","path":"d/sub/f"'
		lacks 'd/loop/' records
		umount d/loop
		again d/loop
		same_tree
		[ "$(watches)" -eq 3 ]
	END
}

@test "a file is a mount point too" {
	touch d/f
	scene <<-'END'
		echo other >other
		begin -r --list -e create,delete,move,close_write d
		mount --bind other d/f
		keep_until '"event":"found","path":"d/f"'
		umount d/f
		keep_until '"event":"unmount","path":"d/f"'
		keep_until '"event":"found","path":"d/f"'
		same_tree
	END
}

@test "mount points with blanks, newlines and backslashes, and a renamed parent" {
	mkdir -p "d/p/a b"$'\n'"c\\d\\040"
	scene <<-'END'
		name="a b"$'\n'"c\\d\\040"
		begin -r --list -e create,delete,move d
		mount -t tmpfs t "d/p/$name"
		keep_until '"event":"synced"'
		mkdir "d/p/$name/sub"
		keep_until '/sub"'
		mv d/p d/q
		keep_until '"event":"move"'
		mkdir "d/q/$name/more"
		keep_until '/more"'
		grep -c . <<<"$record"
		[[ $record == *'"path":"d/q/'* ]]
		umount "d/q/$name"
		keep_until '"event":"unmount"'
		keep_until '"event":"synced"'
		[ "$(watches)" -eq "$(find d -type d -print0 | tr -dc '\0' | wc -c)" ]
	END
}

@test "unmounted and mounted again between two looks: the kernel's event tells" {
	mkdir d/m
	scene <<-'END'
		mount -t tmpfs t d/m
		mkdir -p d/m/{1..5}/a
		begin -r --list -e create,delete,move d
		kill -STOP "$pid"
		umount d/m
		mount -t tmpfs t d/m
		mkdir d/m/new
		kill -CONT "$pid"
		again d/m
		same_tree
		[ "$(grep -c '"event":"unmount"' records)" -eq 1 ]
		[ "$(watches)" -eq "$(find d -type d | wc -l)" ]
	END
}

@test "mounts come and go while directories do: the replay is right in the end" {
	mkdir -p d/{1..4}/{a,b}/{x,y}
	scene <<-'END'
		RANDOM=${SEED:-$$}
		echo "seed $RANDOM" >&2
		begin -r --list -e create,delete,move d
		for i in {1..120}; do
			from=d/$((RANDOM % 4 + 1)) to=d/$((RANDOM % 4 + 1))
			case $((RANDOM % 4)) in
			0) mkdir -p $from/n$((RANDOM % 5))/z/z ;;
			1) mv $from/n$((RANDOM % 5)) $to/n$((RANDOM % 5)) ;;
			2) rm -r $from/n$((RANDOM % 5)) ;;
			3) mv $from d/t && mv d/t $from ;;
			esac || :
		done 2>/dev/null &
		for i in {1..25}; do
			at=d/$((RANDOM % 4 + 1))/$((RANDOM % 2 ? 10 : 11))
			at=${at/%10/a} at=${at/%11/b}
			case $((RANDOM % 4)) in
			0) mount -t tmpfs t $at && mkdir -p $at/{x,y}/q$i/w ;;
			1) umount $at ;;
			2) umount -l $at ;;
			3) mount -t tmpfs t $at/x && mkdir -p $at/x/q$i/w ;;
			esac || :
		done 2>/dev/null
		wait $!
		mkdir d/last
		mount -t tmpfs t d/last
		again d/last
		same_tree
		[ "$(watches)" -eq "$(find d -type d | wc -l)" ]
	END
}

@test "a remount is said on stderr" {
	mkdir d/m d/other elsewhere
	scene <<-'END'
		mount -t tmpfs t d/m
		mount -t tmpfs t elsewhere
		begin -r -e create,delete,move d
		mount -o remount,bind,ro d/m
		mount -o remount,bind,ro elsewhere
		mount -t tmpfs t d/other
		again d/other
		grep -qx "inowatch: $PWD/d/m is mounted read-only now" err
		mount -o remount,bind,rw d/m
		umount d/other
		again d/other
		grep -qx "inowatch: $PWD/d/m is mounted writable now" err
		lacks elsewhere err
	END
}

@test "no descriptor is left in a file system that is watched, and idle is idle" {
	mkdir d/m
	scene <<-'END'
		mount -t tmpfs t d/m
		mkdir -p d/m/{1..100}/a
		begin -r --list -e create,delete,move d
		touch d/m/1/a/f
		keep_until d/m/1/a/f
		readlink "/proc/$pid"/fd/* >open
		lacks "$PWD/d" open
		umount d/m
		again d/m
		same_tree
		# Blocked in epoll_wait or the like, without a timeout.
		read -r call <"/proc/$pid/syscall" || exit 0
		until [[ $call =~ ^[0-9]+' '0x[0-9a-f]+' '0x[0-9a-f]+' '0x[0-9a-f]+' '0xf{8,16}' ' ]]; do
			((SECONDS < DEADLINE))
			read -r call <"/proc/$pid/syscall"
		done
	END
}
