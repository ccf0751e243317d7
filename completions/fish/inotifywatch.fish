# SPDX-License-Identifier: MIT
# Completion of inotifywatch for fish. Made by completions/render.py: change that, or the table
# of options.

function __inotifywatch_list --description 'The last word of a list, without those it has'
    set -l given (commandline -ct | string replace -r -- '^(--[^=]*=|-[^-])' '')
    set given (string match -r -- '.*,' $given)
    for word in $argv
        string match -q -- "*,$word,*" ",$given"
        or echo $given$word
    end
end

function __inotifywatch_behind --description 'Is the cursor behind --? The words between, quoted'
    set -l words (commandline -opc)
    set -l i (contains -i -- -- $words)
    or return 1
    set -e words[1..$i]
    string escape -- $words
    return 0
end

function __inotifywatch_command --description 'What could follow in the command behind --'
    set -l words (__inotifywatch_behind)
    complete -C "$words "(commandline -ct)
end

complete -c inotifywatch -n 'string match -q -- "@*" (commandline -ct)' \
    -a '@(__fish_complete_directories (string sub -s 2 -- (commandline -ct)))'
if false # -- COMMAND may follow
    complete -c inotifywatch -n __inotifywatch_behind -f -a '(__inotifywatch_command)'
end
complete -c inotifywatch -s h -l help -d 'print this help, and end with 1'
complete -c inotifywatch -s e -l event -x -a '(__inotifywatch_list access modify attrib close_write close_nowrite open moved_from moved_to create delete delete_self unmount close move_self move all_events)' -d 'count these events only (comma list, repeatable)'
complete -c inotifywatch -s t -l timeout -x -d 'count for so long; 0: until a signal comes'
complete -c inotifywatch -s v -l verbose -d 'say more on stderr'
complete -c inotifywatch -s z -l zero -d 'show rows and columns in which there are only zeros'
complete -c inotifywatch -s a -l ascending -x -a 'total access modify attrib close_write close_nowrite open moved_from moved_to create delete delete_self unmount close move_self move all_events' -d 'least first, by total or an event'
complete -c inotifywatch -s d -l descending -x -a 'total access modify attrib close_write close_nowrite open moved_from moved_to create delete delete_self unmount close move_self move all_events' -d 'most first (default: by total)'
complete -c inotifywatch -s r -l recursive -d 'watch directories with all below them'
complete -c inotifywatch -s I -l inotify -d 'watch by inotify'
complete -c inotifywatch -s F -l fanotify -d 'watch by fanotify: it is not built in'
complete -c inotifywatch -s S -l filesystem -d 'watch whole file systems: the same'
complete -c inotifywatch -s P -l no-dereference -d 'watch symbolic links themselves'
complete -c inotifywatch -l fromfile -r -F -d 'read more PATHs from FILE, one a line; - is stdin'
complete -c inotifywatch -l exclude -x -d 'do not count what matches this extended regular expression'
complete -c inotifywatch -l excludei -x -d 'the same, in any case'
complete -c inotifywatch -l include -x -d 'count only what matches'
complete -c inotifywatch -l includei -x -d 'the same, in any case'
