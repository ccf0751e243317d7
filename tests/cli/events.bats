#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What is done to files, and the records it makes; -e, --type, --moves, one PATH that is a
# file.

load helper

work_with_files() {
	echo a >d/f
	chmod 600 d/f
	cat d/f >/dev/null
	mv d/f d/g
	rm d/g
}

@test "every kind of event of a file in a directory" {
	start d
	work_with_files
	finish
	same <<-END
		d/ CREATE f
		d/ OPEN f
		d/ MODIFY f
		d/ CLOSE_WRITE,CLOSE f
		d/ ATTRIB f
		d/ OPEN f
		d/ ACCESS f
		d/ CLOSE_NOWRITE,CLOSE f
		d/ MOVED_FROM f
		d/ MOVED_TO g
		d/ DELETE g
	END
}

@test "each word of -e alone" {
	local word
	declare -A expected=(
		[access]="d/ ACCESS f" [modify]="d/ MODIFY f" [attrib]="d/ ATTRIB f"
		[close_write]="d/ CLOSE_WRITE,CLOSE f"
		[close_nowrite]="d/ CLOSE_NOWRITE,CLOSE f" [open]="d/ OPEN f"
		[moved_from]="d/ MOVED_FROM f" [moved_to]="d/ MOVED_TO g"
		[create]="d/ CREATE f" [delete]="d/ DELETE g"
		[close]="d/ CLOSE_WRITE,CLOSE f" [move]="d/ MOVED_FROM f"
		[all_events]="d/ CREATE f"
	)
	for word in "${!expected[@]}"; do
		start -n 1 -e "$word" d
		work_with_files
		rest
		end_status
		[ "$status" -eq 0 ]
		same <<<"${expected[$word]}" || return 1
		rm records
	done
}

@test "-e takes lists, any case, and is repeatable" {
	start -e Modify,CLOSE_WRITE -e delete -e create d
	work_with_files
	finish
	same <<-END
		d/ CREATE f
		d/ MODIFY f
		d/ CLOSE_WRITE,CLOSE f
		d/ DELETE g
	END
}

@test "empty words of -e ask for nothing" {
	start -n 1 -e create, d
	work_with_files
	rest
	same <<<"d/ CREATE f"
}

@test "a move is told if either half is asked for" {
	start -j -e moved_from -e create d
	work_with_files
	finish
	plain_json <records >plain
	mv plain records
	same <<-END
		{"event":"ready","version":1}
		{"event":"create","path":"d/f","type":"file"}
		{"event":"move","path":"d/g","from":"d/f","type":"file"}
	END
}

@test "directories in a directory" {
	# Equal events that nobody has read yet are one: ACCESS comes once or twice.
	start -e create,move,open,close,delete d
	mkdir d/x
	mv d/x d/y
	ls d/y
	rmdir d/y
	finish
	same <<-END
		d/ CREATE,ISDIR x
		d/ MOVED_FROM,ISDIR x
		d/ MOVED_TO,ISDIR y
		d/ OPEN,ISDIR y
		d/ CLOSE_NOWRITE,CLOSE,ISDIR y
		d/ DELETE,ISDIR y
	END
}

@test "--moves: two records or one, and %o" {
	touch d/f
	start --moves pair d
	mv d/f d/g
	finish
	same <<<"d/ MOVED g"
	rm records
	stop
	start --moves pair --format '%o>%w%f' d
	mv d/g d/h
	finish
	same <<<"d/g>d/h"
	rm records
	stop
	start -j --moves raw d
	mv d/h d/i
	finish
	plain_json <records >plain
	mv plain records
	same <<-END
		{"event":"ready","version":1}
		{"event":"moved_out","path":"d/h","type":"file"}
		{"event":"moved_in","path":"d/i","type":"file"}
	END
}

@test "names moved in from elsewhere and out to elsewhere" {
	mkdir other
	touch d/leaves other/comes
	start --moves pair d
	mv d/leaves other
	mv other/comes d
	finish
	same <<-END
		d/ MOVED_FROM leaves
		d/ MOVED_TO comes
	END
}

@test "a move replaces its target without a record of deletion" {
	echo old >d/f
	echo new >d/f.new
	start -j -e create,delete,move d
	mv d/f.new d/f
	finish
	plain_json <records >plain
	mv plain records
	same <<-END
		{"event":"ready","version":1}
		{"event":"move","path":"d/f","from":"d/f.new","type":"file"}
	END
}

@test "--type" {
	start --type d d
	mkdir d/x
	touch d/f
	finish
	same <<<"d/ CREATE,ISDIR x"
	rm records
	stop
	start -e create --type f d
	mkdir d/y
	touch d/g d/zz-end
	take_until zz-end
	same <<<"d/ CREATE g"
}

@test "a PATH that is a file" {
	echo a >d/f
	start d/f
	echo b >>d/f
	chmod 600 d/f
	take 4
	rm d/f # only now, or the kernel would merge two ATTRIB
	take 1
	same <<-END
		d/f OPEN$BLANK
		d/f MODIFY$BLANK
		d/f CLOSE_WRITE,CLOSE$BLANK
		d/f ATTRIB$BLANK
		d/f ATTRIB$BLANK
	END
}

@test "a hard link, a symbolic link, a fifo" {
	echo a >d/f
	start d
	ln d/f d/hard
	ln -s f d/soft
	mkfifo d/fifo
	finish
	same <<-END
		d/ CREATE hard
		d/ CREATE soft
		d/ CREATE fifo
	END
}

@test "truncate and fallocate" {
	# Two files, because equal events that follow each other are merged by the kernel.
	echo a >d/f
	echo a >d/g
	start -e modify -e create d
	"${PYTHON:-python3}" -c 'import os
os.truncate("d/f", 0)
fd = os.open("d/g", os.O_WRONLY)
os.posix_fallocate(fd, 0, 4096)'
	finish
	same <<-END
		d/ MODIFY f
		d/ MODIFY g
	END
}

@test "without -r a new directory is not entered" {
	start d
	mkdir d/x
	touch d/x/f
	finish
	same <<<"d/ CREATE,ISDIR x"
	[ "$(watches)" -eq 1 ]
}

@test "a file that several PATHs name is told of each" {
	echo zero >d/f
	ln d/f other
	ln -s other link
	start -e modify --format '%w %e' d/f other link d/f
	echo one >>other
	take 3
	echo two >>d/f
	take 3
	same <<-END
		d/f MODIFY
		other MODIFY
		link MODIFY
		d/f MODIFY
		other MODIFY
		link MODIFY
	END
	stop
}
