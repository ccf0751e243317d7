#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # variables that bats and helper.bash set
# Many files become durable together: few syncs, nothing told too early, nothing lost.

load helper
load backup

# groups_or_skip: skips where syncfs(2) is not believed, and each file is synced.
groups_or_skip() {
	local major minor
	strace_or_skip
	IFS=.- read -r major minor _ < <(uname -r)
	((major > 5 || (major == 5 && minor >= 8))) || skip "needs Linux 5.8"
	case $(stat -f -c %T .) in
	ext2/ext3 | xfs | btrfs | f2fs | tmpfs) ;;
	*) skip "syncfs is not believed on $(stat -f -c %T .)" ;;
	esac
}

# traced CALLS ARGUMENT...: the program, with these calls in the file trace.
traced() {
	local calls=$1
	shift
	run --separate-stderr timeout "$DEADLINE" strace -f -qq -y -o trace \
		-e "trace=$calls" "$INOWATCH" "$@"
}

# faulty INJECTION...: a pass with these calls failing. A thread counts its own calls:
# the main thread's first syncfs is that of opening the store, the worker's the group's.
faulty() {
	local arguments=() fault
	for fault; do
		arguments+=(-e "inject=$fault")
	done
	run --separate-stderr timeout "$DEADLINE" strace -f -qq -o trace \
		-e trace=syncfs,fsync,copy_file_range,renameat,fstatfs "${arguments[@]}" \
		env UV_THREADPOOL_SIZE=1 "$INOWATCH" --backup STORE --once d
	grep -q INJECTED trace
}

# write_all TEXT: each of ten files, in two directories, and so in two groups.
write_all() {
	local i
	for i in 1 2 3 4 5; do
		echo "$1 $i" >"d/$i"
		echo "$1 $i" >"d/sub/$i"
	done
}

@test "two hundred files take few syncs" {
	groups_or_skip
	local i
	for i in {1..200}; do
		echo "$i" >"d/$i"
	done
	traced fsync,fdatasync,syncfs --backup STORE --once d
	[ "$status:${#lines[@]}" = 0:200 ]
	is_whole
	echo "new: $(wc -l <trace)" >&2
	[ "$(wc -l <trace)" -le 40 ]

	for i in {1..200}; do
		echo "new $i" >"d/$i"
	done
	traced fsync,fdatasync,syncfs --backup STORE --once d
	[ "$status:${#lines[@]}" = 0:200 ]
	is_whole
	echo "changed: $(wc -l <trace)" >&2
	[ "$(wc -l <trace)" -le 40 ]

	traced fsync,fdatasync,syncfs --restore STORE --to back "$PWD/d"
	[ "$status:${#lines[@]}" = 0:200 ]
	diff -r d back/d
	echo "restored: $(wc -l <trace)" >&2
	[ "$(wc -l <trace)" -le 40 ]
}

@test "stored is said of a group when each step was synced" {
	groups_or_skip
	local i
	mkdir d/sub
	write_all old
	backup
	for i in 1 2 3 4 5; do
		echo new >"d/$i"
	done
	traced fsync,syncfs,linkat,renameat,write --backup STORE --once d
	[ "$status:${#lines[@]}" = 0:5 ]
	# What is linked or renamed is told by where it goes. Not that of opening the store.
	sed -nE -e 's/.* (syncfs)\(.*/\1/p' -e 's/.* (fsync)\(.*/\1/p' \
		-e 's/.* (linkat|renameat)\(.*\/STORE\/.*\/STORE\/(\.inowatch\/[a-z]+|[a-z]+).*/\1 \2/p' \
		-e 's/.* write\(.*"(stored).*/\1/p' trace | sed 1d | uniq >order
	diff - order >&2 <<-'END'
		linkat versions
		syncfs
		renameat .inowatch/newest
		syncfs
		renameat current
		syncfs
		stored
	END
}

@test "restored is said of a group when it is synced" {
	groups_or_skip
	mkdir d/sub
	write_all old
	backup
	traced fsync,syncfs,renameat2,write --restore STORE --to back "$PWD/d/sub"
	[ "$status:${#lines[@]}" = 0:5 ]
	sed -nE -e 's/.* (syncfs|renameat2)\(.*/\1/p' -e 's/.* write\(.*"(restored).*/\1/p' \
		trace | uniq >order
	diff - order >&2 <<-'END'
		syncfs
		renameat2
		syncfs
		restored
	END
}

@test "where syncfs is not believed each file is synced" {
	groups_or_skip
	local i
	for i in 1 2 3 4 5 6 7 8; do
		echo "$i" >"d/$i"
	done
	faulty fstatfs:error=ENOSYS
	[ "$status:${#lines[@]}" = 0:8 ]
	is_whole
	[ "$(grep -c ' syncfs(' trace)" -eq 1 ]
	[ "$(grep -c ' fsync(' trace)" -ge 24 ]
}

@test "a syncfs that fails is made up for by fsync" {
	groups_or_skip
	local at
	mkdir d/sub
	write_all old
	backup
	for at in 2 3 4 5 6; do
		write_all "new $at"
		faulty "syncfs:error=EIO:when=$at"
		echo "$at: $status, $output, $stderr" >&2
		[ "$status:${#lines[@]}" = 0:10 ]
		[ "$(grep -c ' fsync(' trace)" -ge 5 ]
		is_whole
	done
	# Old, and new 2 to new 5; none twice.
	[ "$(versions d/1 | wc -l)" -eq 5 ]
	[ "$(cat STORE/versions"$PWD/d/1"/* | sort -u | wc -l)" -eq 5 ]
}

@test "nothing of a group is stored if neither syncfs nor fsync succeeds" {
	groups_or_skip
	local at
	mkdir d/sub
	write_all old
	backup
	for at in 2 3; do
		write_all "new $at"
		rm -r d/sub
		mkdir d/sub
		backup >/dev/null
		write_all "newer $at"
		rm -r d/sub
		mkdir d/sub
		faulty "syncfs:error=EIO:when=$at" fsync:error=EIO
		echo "$at: $status, $output, $stderr" >&2
		[ "$status" -eq 5 ]
		lacks "stored" <<<"$output"
		[ "$(grep -c "^failed d/[1-5]$" <<<"$output")" -eq 5 ]
		backup
		[ "$status" -eq 0 ]
		is_whole
	done
}

@test "a file that fails in a group fails by itself" {
	groups_or_skip
	mkdir d/sub
	write_all old
	backup
	write_all new
	# Once: it is tried again by itself.
	faulty copy_file_range:error=ENOSPC:when=3
	[ "$status:${#lines[@]}" = 0:10 ]
	is_whole
	write_all newer
	faulty renameat:error=EIO:when=7
	echo "$status, $output, $stderr" >&2
	[ "$status:${#lines[@]}" = 0:10 ]
	is_whole
	# From the third on: what was copied before is stored, and said to be.
	write_all newest
	faulty copy_file_range:error=ENOSPC:when=3+
	echo "$status, $output, $stderr" >&2
	[ "$status" -eq 5 ]
	grep -q "nothing more can be stored in STORE" <<<"$stderr"
	[ "$(grep -c ^stored <<<"$output")" -eq 2 ]
	while read -r word path; do
		[ "$word" != stored ] || cmp "$path" "$(current "$path")"
		[ "$word" != failed ] || grep -q "newer" "$(current "$path")"
	done <<<"$output"
	[ -z "$(ls -A STORE/.inowatch/temporary)" ]
	backup
	[ "$status:${#lines[@]}" = 0:8 ]
	is_whole
}

@test "nothing is restored if neither syncfs nor fsync succeeds" {
	groups_or_skip
	local fault
	mkdir d/sub
	write_all old
	backup
	for fault in syncfs fsync syncfs,fsync; do
		rm -rf back
		mkdir -p back/sub
		run --separate-stderr timeout "$DEADLINE" strace -f -qq -o trace \
			-e trace=syncfs,fsync,renameat2 -e "inject=$fault:error=EIO" \
			"$INOWATCH" --restore STORE --to back "$PWD/d/sub"
		echo "$fault: $status, $output, $stderr" >&2
		grep -q INJECTED trace
		if [ "$fault" = syncfs,fsync ]; then
			lacks restored <<<"$output"
			[ "$status" -ne 0 ]
			[ "$(find back -type f | wc -l)" -eq 0 ]
		elif [ "$fault" = syncfs ]; then
			[ "$status:${#lines[@]}" = 0:5 ]
			diff -r d/sub back/sub
		fi
	done
}
