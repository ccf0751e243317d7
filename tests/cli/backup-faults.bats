#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # variables that bats and helper.bash set
# A backup when system calls fail, disks are full and somebody swaps directories.

load helper
load backup

teardown() {
	[ -z "${swapper:-}" ] || kill "$swapper" 2>/dev/null || :
}

# faulty INJECTION...: a pass with these system calls failing (CALL:error=…), as backup.
faulty() {
	local arguments=() fault
	for fault; do
		arguments+=(-e "trace=${fault%%:*}" -e "inject=$fault")
	done
	run --separate-stderr timeout "$DEADLINE" strace -f -qq -o trace "${arguments[@]}" \
		env UV_THREADPOOL_SIZE=1 "$INOWATCH" --backup STORE --once d
	output=$(printf '%s\n' "$output" | sort)
	# With when= there may be fewer calls than that.
	[[ $1 = *when=[2-9]* ]] || grep -q INJECTED trace
}

# The order of what has to be durable, of one stored file.
@test "stored is said when copy, version and directories are synced, in this order" {
	strace_or_skip
	echo old >d/a
	backup
	echo new >d/a
	run -0 --separate-stderr timeout "$DEADLINE" \
		strace -f -qq -y -o trace -e trace=fsync,linkat,renameat,write \
		env UV_THREADPOOL_SIZE=1 "$INOWATCH" --backup STORE --once d
	[ "$output" = "stored d/a" ]
	# What is linked or renamed is told by where it goes.
	sed -nE -e 's/.* (fsync)\(.*\/STORE\/(\.inowatch\/[a-z]+|[a-z]+).*/\1 \2/p' \
		-e 's/.* (linkat|renameat)\(.*\/STORE\/.*\/STORE\/(\.inowatch\/[a-z]+|[a-z]+).*/\1 \2/p' \
		-e 's/.* write\(.*"(stored).*/\1/p' trace | uniq >order
	diff - order >&2 <<-'END'
		fsync .inowatch/temporary
		fsync versions
		linkat versions
		fsync versions
		renameat .inowatch/newest
		fsync .inowatch/newest
		renameat current
		fsync current
		stored
	END
}

@test "without openat2 each step is taken by itself" {
	strace_or_skip
	mkdir -p d/sub outside
	echo a >d/sub/a
	faulty openat2:error=ENOSYS
	[ "$status:$output" = "0:stored d/sub/a" ]
	is_whole
	rm -r "$(current d/sub)"
	ln -s "$PWD/outside" "$(current d/sub)"
	faulty openat2:error=ENOSYS
	[ "$status" -eq 0 ]
	[ "$(ls -A outside)" = "" ]
	is_whole
}

@test "without hard links, reflinks and copy_file_range all is copied" {
	strace_or_skip
	head -c 100000 /dev/urandom >d/a
	ln -s x d/link
	backup
	cp d/a first
	head -c 100000 /dev/urandom >d/a
	ln -sf y d/link
	faulty linkat,copy_file_range:error=EPERM
	[ "$status" -eq 0 ]
	is_whole
	cmp first STORE/versions"$PWD/d/a"/*Z
	[ "$(readlink STORE/versions"$PWD/d/link"/*Z)" = x ]
}

@test "what fails is said, the old version stays, the next pass completes it" {
	strace_or_skip
	local call error
	echo old >d/a
	backup
	for call in copy_file_range:EIO fsync:EIO fsync:ENOSPC fsync:EDQUOT linkat:EIO \
		renameat:EIO renameat:ENOSPC symlinkat:ENOSPC fsetxattr:ENOSPC fchmod:EIO \
		openat:EMFILE utimensat:EIO; do
		error=${call#*:}
		echo "new $call" >d/a
		faulty "${call%:*}:error=$error"
		echo "$call: $status, $output, $stderr" >&2
		[ "$status" -ne 0 ]
		[ "$stderr" != "" ]
		lacks "stored d/a" <<<"$output"
		grep -q . "$(current d/a)"
		backup
		[ "$status" -eq 0 ]
		[ "$(cat "$(current d/a)")" = "new $call" ]
		is_whole
	done
	[ "$(cat STORE/versions"$PWD/d/a"/*Z | grep -cx "old")" -eq 1 ]
}

@test "each call of the same kind fails in turn: old or new, never torn" {
	strace_or_skip
	local call at new
	echo old >d/a
	backup
	for call in fsync:EIO fsync:EINTR renameat:EIO openat2:EIO; do
		for at in 1 2 3 4 5 6; do
			new="new $call $at"
			previous=$(cat "$(current d/a)")
			echo "$new" >d/a
			faulty "${call%:*}:error=${call#*:}:when=$at"
			stored=$(cat "$(current d/a)")
			[ "$stored" = "$new" ] || [ "$stored" = "$previous" ]
			if grep -q "stored d/a" <<<"$output"; then
				[ "$stored" = "$new" ]
			fi
			if [ "$call" = fsync:EINTR ]; then
				[ "$status:$output" = "0:stored d/a" ]
			fi
			backup
			[ "$status" -eq 0 ]
			is_whole
		done
	done
}

@test "a full disk: says so, keeps what is there, goes on when there is room" {
	need_root
	unshare -m true 2>/dev/null || skip "needs a mount namespace"
	mkdir small
	cat >full.sh <<-'END'
		set -eu
		mount -t tmpfs -o size=1M,mode=700 none small
		head -c 300000 /dev/urandom >d/a
		"$INOWATCH" --backup small/STORE --once d >out 2>err || exit 10
		head -c 2000000 /dev/urandom >d/big
		status=0
		"$INOWATCH" --backup small/STORE --once d >out 2>err || status=$?
		[ "$status" -eq 5 ] || exit 11
		grep -q "nothing more can be stored in small/STORE until there is room" err || exit 12
		cmp d/a "small/STORE/current$PWD/d/a" || exit 13
		[ ! -e "small/STORE/current$PWD/d/big" ] || exit 14
		[ -z "$(ls -A small/STORE/.inowatch/temporary)" ] || exit 15
		mkfifo lines
		"$INOWATCH" --backup small/STORE --settle 1ms -n 1 d >lines 2>err &
		exec 5<lines
		timeout 30 tail -f --pid=$! err | grep -q -m 1 "until there is room" || exit 16
		mount -o remount,size=8M small
		wait $! || exit 17
		[ "$(cat <&5)" = "stored d/big" ] || exit 18
		cmp d/big "small/STORE/current$PWD/d/big" || exit 19
	END
	run timeout "$DEADLINE" unshare -m sh full.sh 3>&- 4>&-
	echo "$output" >&2
	cat err >&2
	[ "$status" -eq 0 ]
}

# BACKUP_SWAPS says how often they are swapped, 3000 times without.
@test "directories swapped for links all the time: nothing outside is written or read" {
	local number=0 stored=0
	mkdir -p d/sub outside secret
	echo secret >secret/f
	echo secret >outside/f
	echo 0 >d/sub/f
	backup
	ln -s "$PWD/outside" "STORE/current$PWD/d/trap"
	ln -s "$PWD/secret" trap
	cat >swap.py <<-'END'
		import ctypes, os, sys
		libc = ctypes.CDLL(None, use_errno=True)
		pairs = [(os.fsencode(sys.argv[i]), os.fsencode(sys.argv[i + 1])) for i in (2, 4)]
		asked, left, turn = int(sys.argv[1]), 0, 0
		# The pairs turn out of step: one is swapped more often than the other.
		while left < asked or not os.path.exists("stop"):
		    turn += 1
		    for one, other in pairs[:1 + (turn % 3 > 0)]:
		        left += libc.renameat2(-100, one, -100, other, 2) == 0
		    if left >= asked and not os.path.exists("enough"):
		        open("enough", "w").close()
		print(left)
	END
	"$PYTHON" -c '
import ctypes
libc = ctypes.CDLL(None)
for _ in range(2):
    assert libc.renameat2(-100, b"d/sub", -100, b"trap", 2) == 0' || skip "no RENAME_EXCHANGE"
	# Whatever its name is at the moment.
	exec 6<d/sub
	"$PYTHON" swap.py "${BACKUP_SWAPS:-3000}" "$(current d/sub)" "$(current d/trap)" d/sub trap \
		>swaps 3>&- 4>&- 6>&- &
	swapper=$!
	# Each pass has something to store, so long as all has been swapped often enough.
	while [ ! -e enough ] || [ "$number" -lt 60 ]; do
		number=$((number + 1))
		rm -f /proc/self/fd/6/f
		echo "$number" >/proc/self/fd/6/f
		timeout "$DEADLINE" "$INOWATCH" --backup STORE --once d >lines 2>/dev/null 6>&- || :
		stored=$((stored + $(grep -c ^stored lines || :)))
		[ "$(cat outside/f secret/f)" = $'secret\nsecret' ]
		[ "$(ls -A outside)$(ls -A secret)" = ff ]
	done
	touch stop
	wait "$swapper"
	swapper=
	exec 6<&-
	echo "# $(cat swaps) swaps, $number passes, $stored times stored" >&3
	# A link to the secret may have been stored, its content not.
	run ! grep -r secret STORE/current STORE/versions
	[ "$stored" -gt 0 ]
	rm -f "STORE/current$PWD/d/trap"
	run -0 timeout "$DEADLINE" "$INOWATCH" --check STORE -q
}
