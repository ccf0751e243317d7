#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Shell completion: it is made from the table of options, and works in the shells.
# shellcheck disable=SC2030,SC2031,SC2154 # variables that run sets

load helper

completions=${top_srcdir:-$BATS_TEST_DIRNAME/../..}/completions

@test "the files are those that the tables of options make" {
	"${PYTHON:-python3}" "$completions/render.py" "${top_builddir:?}/completions/rows" made
	local shell
	for shell in bash zsh fish; do
		diff -ru "made/$shell" "$completions/$shell" >&2 || {
			echo "run: make update-completions" >&2
			return 1
		}
	done
}

@test "--help names each word that a value can be" {
	local what short long kind argument words word count=0
	"$INOWATCH" --help >help
	# Not IFS alone: a tab is a blank to it, and empty columns would vanish.
	"$top_builddir/completions/rows" | tr '\t' ';' >rows
	while IFS=';' read -r what short long kind argument words _; do
		# Events and signals are too many for a line.
		[[ $what == option && $kind == word &&
			! $argument =~ ^(SIGNAL|COLUMN|KEY)$ ]] || continue
		for word in $words; do
			# The line of the option itself, and perhaps the one below.
			grep -F -e " $long $argument" help | grep -qw -- "$word" || {
				echo "$long: $word" >&2
				return 1
			}
			count=$((count + 1))
		done
	done <rows
	[ "$count" -ge 10 ]
}

# bash ----------------------------------------------------------------------------------

# offers WORD...: what the function offers for the last word, one a line, in $output, and
# last what it asks of readline: default is for files, dirnames for directories. LINE is the
# line where it is not just the words; PROGRAM and FILE are another program and its file.
offers() {
	run -0 "$BASH" --noprofile --norc -u -c '
		. "$1" || exit
		shift
		asked=
		compopt() { asked+=" ${*: -1}"; }
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE=${LINE:-"$*"}
		"_$1" "$1" "${!#}" "${*: -2:1}"
		[ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"
		[ -z "$asked" ] || echo "($asked )"' bash \
		"${FILE:-$completions/bash/inowatch}" "${PROGRAM:-inowatch}" "$@"
}

# all LINE...: it offers these and no more, in this order.
all() {
	diff -u <([ $# -eq 0 ] || printf '%s\n' "$@") \
		<([ -z "$output" ] || printf '%s\n' "$output") >&2
}

@test "bash: every option of --help is offered, by its long and its short name" {
	offers -
	local long short count=0
	"$INOWATCH" --help | sed -nE 's/^  (-(.),)? +--([a-z0-9-]+).*/\3 \2/p' >options
	while read -r long short; do
		grep -qFx -e "--$long" <<<"$output"
		[ -z "$short" ] || grep -qFx -e "-$short" <<<"$output"
		count=$((count + 1))
	done <options
	[ "$count" -eq "$("$INOWATCH" --help | grep -cE '^  .{4}--')" ]
	[ "$count" -gt 60 ]
	offers --on
	all --one-file-system --on-busy --one --once
	offers d --on-b
	all --on-busy
	offers --nothing-like-that
	all
}

@test "bash: values that are one of a few words" {
	offers --on-busy ""
	all queue ignore restart signal
	offers d --on-busy re
	all restart
	offers --type ""
	all f d
	offers --stop-signal US
	all USR1 USR2
	offers --color x
	all
}

@test "bash: a list of events is continued, without those it has" {
	offers -e cre
	all create "( nospace )"
	offers --event create,mo
	all create,modify create,moved_from create,moved_to create,move_self create,move \
		"( nospace )"
	offers -e modify,mod
	all "( nospace )"
	offers -e ""
	[ "${#lines[@]}" -eq 17 ] # of these the last is no event
}

@test "bash: values in the word of their option" {
	LINE="inowatch --on-busy=re" offers --on-busy = re
	all restart
	LINE="inowatch --on-busy=" offers --on-busy =
	all queue ignore restart signal
	LINE="inowatch --event=create,op d" offers --event = create,op
	all create,open "( nospace )"
	offers -rqecreate,op
	all -rqecreate,open "( nospace )"
	LINE="inowatch --outfile=x" offers --outfile = x
	all "( default )"
	# Not with a blank between: then it is a PATH.
	LINE="inowatch --on-busy =re" offers --on-busy =re
	all
	LINE="inowatch --color=auto --on-busy re" offers --color = auto --on-busy re
	all restart
	offers -rqe mod
	all modify "( nospace )"
	offers -eopen mod
	all "( default )"
}

@test "bash: files, directories and nothing, where that is the value" {
	local option
	for option in -o --outfile --pid-file --fromfile --fromfile0; do
		offers "$option" ""
		all "( default )"
	done
	for option in --backup --versions --restore --check --to; do
		offers "$option" ""
		all "( dirnames )"
	done
	for option in --format --timeout -n --exclude --glob --shell; do
		offers "$option" ""
		all
	done
}

@test "bash: a PATH, and one that is left out" {
	offers ""
	all "( default )"
	offers -r x
	all "( default )"
	mkdir xa xb "x c"
	touch x
	offers @x
	output=$(sort <<<"$output")
	all "( filenames nospace )" "@x c/" @xa/ @xb/
	LINE="inowatch d @xa" offers d @ xa
	all @xa/ "( filenames nospace )"
}

@test "bash: behind -- a command, and behind that its files" {
	mkdir bin
	touch bin/iw-one bin/iw-two
	chmod +x bin/*
	PATH=$PWD/bin:$PATH offers -r d -- iw-
	output=$(sort <<<"$output") # bash tells them as the directory has them
	all iw-one iw-two
	offers d -- ./x
	all "( default )"
	offers d -- iw-one -
	all "( default )"
	# A value that looks like it.
	offers -e -- --on-b
	all --on-busy
	offers --shell --on-b
	all
}

@test "other programs: behind -- of one that takes no command are PATHs" {
	printf '#!/bin/sh\ncat rows\n' >print-rows
	chmod +x print-rows
	{
		printf 'program\tone\ttrue\noption\t-a\t--all\tflag\t\t\tof it\n'
		printf 'program\ttwo\tfalse\n'
		printf "option\t\t--it\tword\tX\t%s\tit's: [\\\\]\n" "yes no"
	} >rows
	"${PYTHON:-python3}" "$completions/render.py" ./print-rows made
	find made -type f | sort >files
	diff -u - files <<-'END' >&2
		made/bash/one
		made/bash/two
		made/fish/one.fish
		made/fish/two.fish
		made/zsh/_one
		made/zsh/_two
	END
	PROGRAM=one FILE=made/bash/one offers -
	all -a --all
	PROGRAM=one FILE=made/bash/one offers -- no-such-command
	all
	PROGRAM=two FILE=made/bash/two offers -
	all --it
	PROGRAM=two FILE=made/bash/two offers --it ""
	all yes no
	PROGRAM=two FILE=made/bash/two offers -- no-such-command
	all "( default )"
	grep -qFx "complete -c two -l it -x -a 'yes no' -d 'it\\'s: [\\\\]'" made/fish/two.fish
	grep -qF "'*--it=[it'\\''s\\: \\[\\\\\\]]:X:(yes no)'" made/zsh/_two
	if command -v fish >/dev/null; then
		fish --no-config -n made/fish/two.fish
	fi
	if command -v zsh >/dev/null; then
		zsh -n made/zsh/_two
	fi
}

# In the shells themselves ----------------------------------------------------------------

# A function stands for the program: the arguments of each call are a line of the file log.
stand_in='inowatch() { printf "<%s>" "$@" >>log; echo >>log; }'

# typed SHELL ARGUMENT... : types standard input; the log has what came of it.
typed() {
	: >log
	{
		cat
		echo exit 0
	} | HOME=$PWD INPUTRC=/dev/null timeout "$DEADLINE" "${PYTHON:-python3}" \
		"$BATS_TEST_DIRNAME/typist.py" "$@" 2>shown 3>&- 4>&- || {
		cat shown >&2
		return 1
	}
}

# logged: the log has the lines of standard input.
logged() {
	diff -u - log >&2 || {
		cat shown >&2
		return 1
	}
}

make_names() {
	mkdir -p "my store/in it" "x:y/z" other
	touch "my file" "my store/a file"
}

@test "bash at a terminal: TAB completes names with blanks, too" {
	[ "$(type -t bind)" = builtin ] || skip "this bash has no line editing"
	make_names
	echo ". '$completions/bash/inowatch'; $stand_in" >rc
	typed "$BASH" --noprofile --rcfile ./rc -i <<-'END'
		inowatch --on-b	ig	end
		inowatch --on-busy=ig	end
		inowatch -e create,acc	 end
		inowatch --event=create,acc	 end
		inowatch --backup my	
		inowatch --backup=my	in	
		inowatch --backup "my	
		inowatch --backup my\ s	
		inowatch my\ f	
		inowatch @my	
		inowatch @my\ s	in	
		inowatch x	z	
		inowatch d -- printen	 my\ f	
		COMP_WORDBREAKS=${COMP_WORDBREAKS//@}
		inowatch @my	
		inowatch @oth	
	END
	logged <<-'END'
		<--on-busy><ignore><end>
		<--on-busy=ignore><end>
		<-e><create,access><end>
		<--event=create,access><end>
		<--backup><my store/>
		<--backup=my store/in it/>
		<--backup><my store/>
		<--backup><my store/>
		<my file>
		<@my store/>
		<@my store/in it/>
		<x:y/z/>
		<d><--><printenv><my file>
		<@my store/>
		<@other/>
	END
}

@test "zsh at a terminal" {
	command -v zsh >/dev/null || skip "zsh is not installed"
	zsh -n "$completions/zsh/_inowatch"
	make_names
	cat >.zshrc <<-END
		fpath=('$completions/zsh' \$fpath)
		autoload -U compinit
		compinit -u -D
		$stand_in
	END
	ZDOTDIR=$PWD typed zsh -d -i <<-'END'
		inowatch --on-b	ig	end
		inowatch --on-b	 ig	end
		inowatch --on-busy=ig	end
		inowatch -e create,acc	 end
		inowatch -re create,acc	 end
		inowatch --event=create,acc	 end
		inowatch --backup my	
		inowatch --backup=my	in	
		inowatch my\ f	
		inowatch @my	
		inowatch -r d -- printen	end
		inowatch -r d -- cat my\ f	
	END
	logged <<-'END'
		<--on-busy=ignore><end>
		<--on-busy><ignore><end>
		<--on-busy=ignore><end>
		<-e><create,access><end>
		<-re><create,access><end>
		<--event=create,access><end>
		<--backup><my store>
		<--backup=my store/in it>
		<my file>
		<@my store>
		<-r><d><--><printenv><end>
		<-r><d><--><cat><my file>
	END
}

@test "fish" {
	command -v fish >/dev/null || skip "fish is not installed"
	make_names
	export XDG_CONFIG_HOME=$PWD HOME=$PWD
	asks() {
		run -0 --separate-stderr fish --no-config -c '
			source $argv[1]
			complete -C $argv[2] | string replace -r "\t.*" ""
			true' \
			"$completions/fish/inowatch.fish" "$1"
		[ "$stderr" = "" ]
	}
	fish -n "$completions/fish/inowatch.fish"
	asks "inowatch --on-b"
	all --on-busy
	asks "inowatch --on-busy re"
	all restart
	asks "inowatch --on-busy=re"
	all --on-busy=restart
	asks "inowatch -e create,mod"
	all create,modify
	asks "inowatch --event=create,mod"
	all --event=create,modify
	asks "inowatch -e modify,mo" # it offers what is like it, as well
	lacks modify,modify - <<<"$output"
	asks "inowatch --backup my"
	all "my store/"
	asks "inowatch --format "
	all
	asks "inowatch my"
	all "my file" "my store/"
	asks "inowatch @my"
	all "@my store/"
	asks "inowatch d -- printen"
	all printenv
	asks "inowatch d -- cat my"
	all "my file" "my store/"
	asks "inowatch d -- 'my file' -x oth"
	all other/
}
