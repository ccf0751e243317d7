# SPDX-License-Identifier: MIT
# Completion of inowatch for fish. Made by completions/render.py: change that, or the table
# of options.

function __inowatch_list --description 'The last word of a list, without those it has'
    set -l given (commandline -ct | string replace -r -- '^(--[^=]*=|-[^-])' '')
    set given (string match -r -- '.*,' $given)
    for word in $argv
        string match -q -- "*,$word,*" ",$given"
        or echo $given$word
    end
end

function __inowatch_behind --description 'Is the cursor behind --? The words between, quoted'
    set -l words (commandline -opc)
    set -l i (contains -i -- -- $words)
    or return 1
    set -e words[1..$i]
    string escape -- $words
    return 0
end

function __inowatch_command --description 'What could follow in the command behind --'
    set -l words (__inowatch_behind)
    complete -C "$words "(commandline -ct)
end

complete -c inowatch -n 'string match -q -- "@*" (commandline -ct)' \
    -a '@(__fish_complete_directories (string sub -s 2 -- (commandline -ct)))'
if true # -- COMMAND may follow
    complete -c inowatch -n __inowatch_behind -f -a '(__inowatch_command)'
end
complete -c inowatch -s r -l recursive -d 'watch directories with all below them'
complete -c inowatch -l fromfile -r -F -d 'read more PATHs from FILE, one a line; - is stdin'
complete -c inowatch -l fromfile0 -r -F -d 'the same, but each PATH ends in NUL'
complete -c inowatch -s P -l no-dereference -d 'watch a PATH that is a symbolic link itself, not its target'
complete -c inowatch -l max-depth -x -d 'enter at most N levels; 1 is what is directly in PATH'
complete -c inowatch -l one-file-system -d 'do not enter directories on other file systems'
complete -c inowatch -l ignore -x -d 'neither watch nor show what matches, nor all below it'
complete -c inowatch -s e -l event -x -a '(__inowatch_list access modify attrib close_write close_nowrite open moved_from moved_to create delete delete_self unmount close move_self move all_events)' -d 'show only these events (comma list, repeatable)'
complete -c inowatch -l exclude -x -d 'hide what matches, in path or name'
complete -c inowatch -l excludei -x -d 'the same, in any case'
complete -c inowatch -l include -x -d 'show only what matches; an exclude wins'
complete -c inowatch -l includei -x -d 'the same, in any case'
complete -c inowatch -l glob -x -d 'show only what matches, by name or (with /) by path'
complete -c inowatch -l type -x -a 'f d' -d 'show only files, or only directories'
complete -c inowatch -l list -d 'begin with what is there already'
complete -c inowatch -l format -x -d 'print records as FORMAT: %w %f %e %Xe %T %c %o %0 %n %%'
complete -c inowatch -l timefmt -x -d 'strftime(3) format of %T, with %3N %6N %9N as well'
complete -c inowatch -s c -l csv -d 'print comma-separated values'
complete -c inowatch -s j -l json -d 'print one JSON object a line'
complete -c inowatch -s 0 -l null -d 'end records with NUL instead of a newline'
complete -c inowatch -l no-newline -d 'end records with nothing; needs --format'
complete -c inowatch -l moves -x -a 'pair raw' -d 'one record for a move, or two (default: raw; JSON: pair)'
complete -c inowatch -l color -x -a 'auto always never' -d 'auto (default: on a terminal), always or never'
complete -c inowatch -s o -l outfile -r -F -d 'append to FILE instead of stdout; SIGHUP reopens it'
complete -c inowatch -l buffer -x -d 'keep up to SIZE for a slow reader (default 64M)'
complete -c inowatch -l latency -x -d 'gather events for TIME while they keep coming (1ms)'
complete -c inowatch -s q -l quiet -d 'say less on stderr; -qq shows no records either'
complete -c inowatch -s v -l verbose -d 'say more on stderr'
complete -c inowatch -l stats -d 'count events instead of showing them; SIGUSR1 tells'
complete -c inowatch -l by -x -a 'dir file root' -d 'for each dir (default), file or root (PATH)'
complete -c inowatch -l sort -x -a 'total first last missed path access modify attrib close_write close_nowrite open moved_from moved_to create delete delete_self unmount close move_self move all_events' -d 'by total, an event, first, last or path; then :asc, :desc'
complete -c inowatch -l top -x -d 'show the first N rows, and the sum of the others'
complete -c inowatch -l top-limit -x -d 'keep at most N rows in memory (100,000)'
complete -c inowatch -l every -x -d 'show the counts every TIME, not only at the end'
complete -c inowatch -l shell -x -d 'run TEXT by sh -c; all changed paths are its "$@"'
complete -c inowatch -l print -d 'print records as well'
complete -c inowatch -s C -l clear -d 'clear the screen before each run; -CC: its history too'
complete -c inowatch -l initial -d 'run once at the start'
complete -c inowatch -l restart -d 'for servers: the same as --initial --on-busy restart'
complete -c inowatch -l on-busy -x -a 'queue ignore restart signal' -d 'while it runs: queue (default), ignore, restart, signal'
complete -c inowatch -l jobs -x -d 'with {}: run for up to N paths at the same time'
complete -c inowatch -l stdin -x -a 'lines nul json' -d 'give it the paths to read: lines, nul or json'
complete -c inowatch -l changed-only -d 'not for what holds what it held before'
complete -c inowatch -l settle -x -d 'act when nothing has changed for TIME (50ms; --backup: 500ms)'
complete -c inowatch -l max-wait -x -d 'but wait no longer than TIME (20 times as long; 30s)'
complete -c inowatch -l signal -x -a 'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS' -d 'what --on-busy signal sends (HUP)'
complete -c inowatch -l stop-signal -x -a 'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS' -d 'what stops it (TERM)'
complete -c inowatch -l stop-timeout -x -d 'then kill it after TIME (10s)'
complete -c inowatch -l timeout-run -x -d 'stop it when it has run for TIME'
complete -c inowatch -l exit-on-error -d 'end with its status as soon as it fails'
complete -c inowatch -s n -l count -x -d 'end after N records (with 0) or runs'
complete -c inowatch -s 1 -l one -d 'the same as -n 1'
complete -c inowatch -s t -l timeout -x -d 'end with 2 when nothing was shown for TIME'
complete -c inowatch -l for -x -d 'end with 0 after TIME in all'
complete -c inowatch -l strict -d 'end with 3 as soon as something cannot be watched'
complete -c inowatch -s m -l monitor -d 'go on until told to stop (the default)'
complete -c inowatch -l backup -x -a '(__fish_complete_directories)' -d 'keep all versions of files in the directory STORE'
complete -c inowatch -l once -d 'store what has changed, and end'
complete -c inowatch -l keep -x -d 'keep the last N versions of a file (default: all)'
complete -c inowatch -l keep-for -x -d 'keep versions for TIME, such as 30d'
complete -c inowatch -l keep-daily -x -d 'keep the last version of each of N days'
complete -c inowatch -l keep-weekly -x -d 'keep the last version of each of N weeks'
complete -c inowatch -l keep-monthly -x -d 'keep the last version of each of N months'
complete -c inowatch -l max-size -x -d 'store nothing more when the store has SIZE'
complete -c inowatch -l keep-privileges -d 'store, or restore, setuid, setgid, capabilities too'
complete -c inowatch -l versions -x -a '(__fish_complete_directories)' -d 'list the versions of PATHs, or of all, and end'
complete -c inowatch -l restore -x -a '(__fish_complete_directories)' -d 'restore PATHs, and end'
complete -c inowatch -l at -x -d 'as they were then: 2026-11-20, \'2026-11-20 06:35\', 2d'
complete -c inowatch -l to -x -a '(__fish_complete_directories)' -d 'as DIR/NAME instead of where they were'
complete -c inowatch -l force -d 'replace what is in the way and not stored'
complete -c inowatch -l dry-run -d 'only tell what would be restored'
complete -c inowatch -l check -x -a '(__fish_complete_directories)' -d 'check that all is where it should be, and end'
complete -c inowatch -l verify -d 'look at content too, with --check and --backup'
complete -c inowatch -s d -l daemon -d 'go to the background once all is watched'
complete -c inowatch -l pid-file -r -F -d 'write the process number to FILE'
complete -c inowatch -s s -l syslog -d 'send messages to syslog instead of stderr'
complete -c inowatch -l ready-fd -x -d 'write a newline to descriptor N once all is watched'
complete -c inowatch -s V -l version -d 'print the version'
complete -c inowatch -s h -l help -d 'print this help'
