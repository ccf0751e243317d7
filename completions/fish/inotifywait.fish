# SPDX-License-Identifier: MIT
# Completion of inotifywait for fish. Made by completions/render.py: change that, or the table
# of options.

function __inotifywait_list --description 'The last word of a list, without those it has'
    set -l given (commandline -ct | string replace -r -- '^(--[^=]*=|-[^-])' '')
    set given (string match -r -- '.*,' $given)
    for word in $argv
        string match -q -- "*,$word,*" ",$given"
        or echo $given$word
    end
end

function __inotifywait_behind --description 'Is the cursor behind --? The words between, quoted'
    set -l words (commandline -opc)
    set -l i (contains -i -- -- $words)
    or return 1
    set -e words[1..$i]
    string escape -- $words
    return 0
end

function __inotifywait_command --description 'What could follow in the command behind --'
    set -l words (__inotifywait_behind)
    complete -C "$words "(commandline -ct)
end

complete -c inotifywait -n 'string match -q -- "@*" (commandline -ct)' \
    -a '@(__fish_complete_directories (string sub -s 2 -- (commandline -ct)))'
if false # -- COMMAND may follow
    complete -c inotifywait -n __inotifywait_behind -f -a '(__inotifywait_command)'
end
complete -c inotifywait -s h -l help -d 'print this help, and end with 1'
complete -c inotifywait -s e -l event -x -a '(__inotifywait_list access modify attrib close_write close_nowrite open moved_from moved_to create delete delete_self unmount close move_self move all_events)' -d 'wait for these events only (comma list, repeatable)'
complete -c inotifywait -s t -l timeout -x -d 'end with 2 when nothing was told for so long; 0: never'
complete -c inotifywait -s f -l filename -d 'an error: names are always told'
complete -c inotifywait -s r -l recursive -d 'watch directories with all below them'
complete -c inotifywait -s I -l inotify -d 'watch by inotify'
complete -c inotifywait -s F -l fanotify -d 'watch by fanotify: it is not built in'
complete -c inotifywait -s S -l filesystem -d 'watch whole file systems: the same'
complete -c inotifywait -s c -l csv -d 'print comma-separated values'
complete -c inotifywait -s d -l daemon -d 'like -m -s, in the background; needs -o'
complete -c inotifywait -s s -l syslog -d 'send messages to syslog instead of stderr'
complete -c inotifywait -s m -l monitor -d 'go on after the first event'
complete -c inotifywait -s P -l no-dereference -d 'watch symbolic links themselves'
complete -c inotifywait -s q -l quiet -d 'print events only; -qq: not even these'
complete -c inotifywait -l format -x -d 'print events so: %w %f %e %Xe %T %c %0 %n %%'
complete -c inotifywait -l no-newline -d 'end them with nothing; needs --format'
complete -c inotifywait -l timefmt -x -d 'strftime(3) format of %T'
complete -c inotifywait -l fromfile -r -F -d 'read more PATHs from FILE, one a line; - is stdin'
complete -c inotifywait -s o -l outfile -r -F -d 'append events to FILE instead of stdout'
complete -c inotifywait -l exclude -x -d 'hide what matches this extended regular expression'
complete -c inotifywait -l excludei -x -d 'the same, in any case'
complete -c inotifywait -l include -x -d 'show only what matches'
complete -c inotifywait -l includei -x -d 'the same, in any case'
