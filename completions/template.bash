# shellcheck shell=bash disable=SC2034 # functions set variables of those that call them
# SPDX-License-Identifier: MIT
# Completion of PROGRAM for bash. Made by completions/render.py: change that, or the table
# of options.

# _PROGRAM_kind OPTION: what its value is, into kind and values.
_PROGRAM_kind()
{
	kind=flag values=
	case $1 in
@CASES@
	esac
}

# All options into values.
_PROGRAM_options()
{
	values='
@NAMES@
	'
}

# The words up to the cursor into words. Readline breaks them at : = @ as well: what has
# no blank between is one word.
_PROGRAM_split()
{
	local i piece between rest=$COMP_LINE
	for ((i = 0; i <= COMP_CWORD; i++)); do
		piece=${COMP_WORDS[i]}
		between=${rest%%"$piece"*}
		rest=${rest#*"$piece"}
		if [[ $i -gt 0 && -n $piece && -z $between &&
			"${words[-1]: -1}${piece:0:1}" == *[:=@]* ]]; then
			words[-1]+=$piece
		else
			words+=("$piece")
		fi
	done
}

# _PROGRAM_read WORD: the option in it that takes a value, into kind and values; what of
# the word stands before a value in the same word, into before. A flag: none does.
_PROGRAM_read()
{
	local i
	kind=flag before=
	case $1 in
	--*=*)
		_PROGRAM_kind "${1%%=*}"
		before=${1%%=*}=
		;;
	--*)
		_PROGRAM_kind "$1"
		;;
	-*)
		for ((i = 1; i < ${#1}; i++)); do
			_PROGRAM_kind "-${1:i:1}"
			[[ $kind == flag ]] && continue
			[[ $i -eq $((${#1} - 1)) ]] || before=${1:0:i+1}
			break
		done
		;;
	esac
}

# _PROGRAM_words BEFORE: those of values that go on with what is behind BEFORE.
_PROGRAM_words()
{
	local word
	for word in $values; do
		[[ $1$word != "$current"* ]] || COMPREPLY+=("$1$word")
	done
}

# _PROGRAM_list BEFORE: the same for the last word of a list, without those it has.
_PROGRAM_list()
{
	local word given=${current#"$1"}
	given=${given%"${given##*,}"}
	for word in $values; do
		[[ $1$given$word != "$current"* || ,$given == *,"$word",* ]] ||
			COMPREPLY+=("$1$given$word")
	done
	compopt -o nospace # a comma may follow
}

# _PROGRAM_value BEFORE: the value behind BEFORE in the word at the cursor.
_PROGRAM_value()
{
	case $kind in
	file) compopt -o default ;;
	dir) compopt -o dirnames ;;
	word) _PROGRAM_words "$1" ;;
	list) _PROGRAM_list "$1" ;;
	esac
}

# A PATH, or @PATH, which readline does not take for the name of a directory, and writes
# as \@PATH.
_PROGRAM_path()
{
	if [[ ${current#\\} != @* ]]; then
		compopt -o default
		return
	fi
	compopt -o filenames
	compopt -o nospace
	mapfile -t COMPREPLY < <(compgen -P @ -S / -d -- "${current#*@}")
}

# _PROGRAM_behind N: behind --, which is word N.
_PROGRAM_behind()
{
	if ! $has_command; then
		_PROGRAM_path
	elif [[ $1 -lt $((${#words[@]} - 2)) || $current == */* ]]; then
		compopt -o default
	else
		mapfile -t COMPREPLY < <(compgen -c -- "$current")
	fi
}

# Readline replaces only what is behind the last : or =, if it breaks words there.
_PROGRAM_cut()
{
	local breaks=${COMP_WORDBREAKS//[^:=]/}
	[[ -n $breaks ]] || return 0
	local behind=${current##*["$breaks"]}
	COMPREPLY=("${COMPREPLY[@]#"${current%"$behind"}"}")
}

_PROGRAM()
{
	local IFS=$' \t\n' words=() kind values before current i has_command=@HAS_COMMAND@
	_PROGRAM_split
	current=${words[-1]}
	kind=flag
	COMPREPLY=()
	for ((i = 1; i < ${#words[@]} - 1; i++)); do
		# What follows an option with a value is that, whatever it looks like.
		if [[ $kind != flag && -z $before ]]; then
			kind=flag
		elif [[ ${words[i]} == -- ]]; then
			_PROGRAM_behind "$i"
			return
		else
			_PROGRAM_read "${words[i]}"
		fi
	done
	if [[ $kind != flag && -z $before ]]; then
		_PROGRAM_value ""
	elif [[ $current != -* ]]; then
		_PROGRAM_path
	else
		_PROGRAM_read "$current"
		if [[ $kind != flag && -n $before ]]; then
			_PROGRAM_value "$before"
		else
			_PROGRAM_options
			_PROGRAM_words ""
		fi
	fi
	_PROGRAM_cut
}

complete -F _PROGRAM PROGRAM
