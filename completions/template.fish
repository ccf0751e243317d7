# SPDX-License-Identifier: MIT
# Completion of PROGRAM for fish. Made by completions/render.py: change that, or the table
# of options.

function __PROGRAM_list --description 'The last word of a list, without those it has'
    set -l given (commandline -ct | string replace -r -- '^(--[^=]*=|-[^-])' '')
    set given (string match -r -- '.*,' $given)
    for word in $argv
        string match -q -- "*,$word,*" ",$given"
        or echo $given$word
    end
end

function __PROGRAM_behind --description 'Is the cursor behind --? The words between, quoted'
    set -l words (commandline -opc)
    set -l i (contains -i -- -- $words)
    or return 1
    set -e words[1..$i]
    string escape -- $words
    return 0
end

function __PROGRAM_command --description 'What could follow in the command behind --'
    set -l words (__PROGRAM_behind)
    complete -C "$words "(commandline -ct)
end

complete -c PROGRAM -n 'string match -q -- "@*" (commandline -ct)' \
    -a '@(__fish_complete_directories (string sub -s 2 -- (commandline -ct)))'
if @HAS_COMMAND@ # -- COMMAND may follow
    complete -c PROGRAM -n __PROGRAM_behind -f -a '(__PROGRAM_command)'
end
@OPTIONS@
