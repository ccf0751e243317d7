#compdef PROGRAM
# SPDX-License-Identifier: MIT
# Completion of PROGRAM for zsh. Made by completions/render.py: change that, or the table
# of options.

_PROGRAM_path()
{
	if compset -P @; then
		_files -/
	else
		_files
	fi
}

_PROGRAM()
{
	local -i i
	local has_command=@HAS_COMMAND@
	local -a options=(
@OPTIONS@
	)

	# What stands behind -- is a command.
	for ((i = 2; i < CURRENT; i++)); do
		if $has_command && [[ $words[i] == -- ]]; then
			shift $i words
			(( CURRENT -= i ))
			_normal
			return
		fi
	done
	_arguments -s -w -S : $options '*:PATH:_PROGRAM_path'
}

_PROGRAM "$@"
