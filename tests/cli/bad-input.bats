#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Whatever is wrong with a command line: status 1, and one sentence that names it.

load helper

@test "no PATH" {
	fails "no PATH was given; see --help"
	fails "no PATH was given; see --help" -r -j
	fails "no PATH was given; see --help" @d
	fails "no PATH was given; see --help" --fromfile /dev/null
	fails "no PATH was given; see --help" --fromfile - </dev/null
}

@test "unknown and ambiguous options" {
	fails "unknown or ambiguous option --nope; see --help" --nope d
	fails "unknown or ambiguous option --no; see --help" --no d
	fails "unknown option -Z; see --help" -Z d
	fails "unknown option -Z; see --help" -rZj d
}

@test "a value is missing, or too many" {
	local option
	for option in -e -n -t -o --event --count --format --timeout --for --exclude --glob \
		--ignore --ready-fd --buffer --max-depth --pid-file --fromfile --fromfile0 \
		--latency; do
		run -1 --separate-stderr "$INOWATCH" d "$option"
		# shellcheck disable=SC2154
		[[ $stderr == "inowatch: --"*" needs a value; see --help" ]]
	done
	fails "--recursive takes no value" --recursive=x d
	fails "--help takes no value" --help=x
}

@test "events" {
	fails "--event: 'foo' is not an event; see --help" -e foo d
	fails "--event: 'foo' is not an event; see --help" -e open,foo,close d
	fails "--event: 'IN_OPEN' is not an event; see --help" -e IN_OPEN d
	fails "--event: 'open ' is not an event; see --help" -e 'open ' d
}

@test "regular expressions and globs" {
	local option
	for option in exclude excludei include includei; do
		fails "--$option: '(': missing closing parenthesis at character 2" \
			"--$option" '(' d
	done
	for option in glob ignore; do
		fails "--$option: 'a[b': missing terminating ] for character class at character 4" \
			"--$option" 'a[b' d
	done
}

@test "formats" {
	fails "--format is longer than 4096 bytes" --format "$(printf %04097d 1)" d
	fails "%T in --format needs --timefmt" --format '%T' d
	fails "--timefmt needs --format" --timefmt %s d
	fails "--no-newline needs --format" --no-newline d
	fails "--no-newline needs --format" -j --no-newline d
}

@test "options that exclude each other" {
	local both="--csv, --json and --format exclude each other"
	fails "$both" -c -j d
	fails "$both" -j --format %f d
	fails "$both" --csv --format %f d
	fails "--null and --no-newline exclude each other" -0 --no-newline --format %f d
	fails "--daemon needs --outfile, because it has no stdout" -d d
}

@test "durations" {
	local option value
	for option in timeout for; do
		for value in -1 '' x 1x 1e3 1,5 ' 1' '1 ' +1 0x10 1ss . 99999999999999999999; do
			fails "--$option: '$value' is not a duration; write 10, 1.5, 500ms, 2m or 1h" \
				"--$option" "$value" d
		done
	done
}

@test "sizes, counts, depths, words" {
	local value
	for value in 0 -1 '' x 1x 1kk 0k 1.5M 99999999999999999999; do
		fails "--buffer: '$value' is not a size; write 65536, 64k or 64M" \
			--buffer "$value" d
	done
	fails "--latency: '1001ms' is more than a second" --latency 1001ms d
	for value in 0 -1 '' x 1x 18446744073709551616; do
		fails "--count: '$value' is not a number above 0" -n "$value" d
	done
	for value in 0 -1 '' x 99999999999; do
		fails "--max-depth: '$value' is not a depth; 1 is what is directly in PATH" \
			--max-depth "$value" d
	done
	fails "--type: 'x' is neither f nor d" --type x d
	fails "--color: 'x' is none of auto, always, never" --color x d
	fails "--moves: 'x' is neither pair nor raw" --moves x d
}

@test "--ready-fd that is not open for writing" {
	fails "--ready-fd: 'x' is not a file descriptor" --ready-fd x d
	fails "--ready-fd: '-1' is not a file descriptor" --ready-fd -1 d
	fails "--ready-fd 77 is not open for writing" --ready-fd 77 d
	# Numbers that the program would use itself.
	local fd
	for fd in 5 6 7 8 9 10 11 12; do
		fails "--ready-fd $fd is not open for writing" --ready-fd $fd d \
			5<&- 6<&- 7<&- 8<&- 9<&- 10<&- 11<&- 12<&-
	done
	fails "--ready-fd 0 is not open for writing" --ready-fd 0 d </dev/null
}

@test "a PATH that is empty or too long" {
	fails "an empty PATH cannot be watched" ''
	fails "an empty PATH cannot be watched" d ''
}

@test "--fromfile and --fromfile0 that cannot be read" {
	fails "cannot read nope: No such file or directory" --fromfile nope d
	fails "cannot read nope: No such file or directory" --fromfile0 nope d
	fails "cannot read d: Is a directory" --fromfile d
}

@test "--fromfile without permission" {
	need_root
	echo d >list
	chmod 600 list
	cp "$INOWATCH" ./copy 2>/dev/null
	# The built program may be a script of libtool, or lie where nobody may look.
	as_nobody ./copy --version >/dev/null 2>&1 || skip "nobody cannot run the program here"
	run -1 --separate-stderr as_nobody ./copy --fromfile list
	# shellcheck disable=SC2154
	[ "$stderr" = "inowatch: cannot read list: Permission denied" ]
}

@test "files that cannot be opened" {
	fails "cannot open nope/out: No such file or directory" -o nope/out d
	fails "cannot open d: Is a directory" -o d d
	fails "cannot write nope/pid: No such file or directory" --pid-file nope/pid d
}

@test "-- separates PATHs from COMMAND" {
	fails "no COMMAND stands behind --" d --
	fails "no COMMAND stands behind --" d -- ''
	fails "no PATH was given; see --help" -- d
	# As the value of an option it is no separator.
	fails "no PATH was given; see --help" --exclude --
	fails "--shell and -- COMMAND exclude each other" --shell true d -- true
}

@test "what needs a command" {
	local option
	for option in --initial --restart --on-busy=queue --jobs=2 --stdin=nul \
		--signal=HUP --stop-signal=INT --stop-timeout=1 \
		--timeout-run=1 --exit-on-error; do
		fails "${option%%=*} needs a command: -- COMMAND" "$option" d
	done
	for option in --settle=1 --max-wait=1; do
		fails "${option%%=*} needs a command, -- COMMAND, or --backup" "$option" d
	done
	fails "--backup does not go with -- COMMAND" --backup store d -- true
	fails "-- COMMAND does not go with --versions, --restore and --check" \
		--restore store d -- true
	for option in -j -c -0 --format=%f -oout; do
		fails "beside a command, options for records need --print" "$option" d \
			-- true
	done
	fails "--daemon needs --outfile, because it has no stdout" -d --print d -- true
}

@test "options of commands" {
	fails "--on-busy: 'x' is none of queue, ignore, restart, signal" --on-busy x d
	fails "--stdin: 'x' is none of lines, nul, json" --stdin x d
	local value
	for value in 0 -1 '' x 10001; do
		fails "--jobs: '$value' is not a number from 1 to 10000" --jobs "$value" d
	done
	for value in x -1 ''; do
		fails "--settle: '$value' is not a duration; write 10, 1.5, 500ms, 2m or 1h" \
			--settle "$value" d
	done
	for value in 0 '' x SIG 65 -1; do
		fails "--stop-signal: '$value' is not a signal; write TERM, HUP, USR1 or a number" \
			--stop-signal "$value" d
	done
	fails "--initial has no path for {}; --list runs the command for each that is there" \
		--initial d -- echo {}
	fails "--jobs needs a run for each path: {} in COMMAND" --jobs 2 d -- echo '{+}'
	fails "--stdin is for one run for all paths, {} is for one run for each" \
		--stdin nul d -- echo {}
}

@test "places that do not go together" {
	fails "{+} cannot be the command itself" d -- '{+}'
	fails "{+} can be given once only" d -- echo '{+}' '{+}'
	fails "{+} must be an argument of its own; as text it is written {{+}" d -- echo 'x{+}'
	local place
	for place in {} '{event}' '{old}' '{dir}' '{name}'; do
		fails "{+} (one run for all paths) and {}, {event}, {old}, {dir} or {name} (one run for each) exclude each other" \
			d -- echo '{+}' "$place"
	done
}

@test "the first mistake is told, and nothing is watched" {
	fails "--event: 'foo' is not an event; see --help" -e foo --nope nope
}
