#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Print what happens to each file of a directory, with inotify.startloop().

Each entry is watched by itself. A line is
    file:NAME<TAB>wd:NUMBER<TAB>WORDS
Ends on ^C.
"""

import argparse
import os
import signal
import sys

import inotify

WORDS = {
    inotify.IN_ACCESS: "was read",
    inotify.IN_ATTRIB: "metadata changed",
    inotify.IN_CLOSE_WRITE: "was closed after writing",
    inotify.IN_CLOSE_NOWRITE: "was closed without writing",
    inotify.IN_CREATE: "something was created in it",
    inotify.IN_DELETE: "something was deleted from it",
    inotify.IN_DELETE_SELF: "was deleted",
    inotify.IN_MODIFY: "was modified",
    inotify.IN_MOVE_SELF: "was renamed",
    inotify.IN_MOVED_FROM: "something was moved out of it",
    inotify.IN_MOVED_TO: "something was moved into it",
    inotify.IN_OPEN: "was opened",
    inotify.IN_IGNORED: "is no longer watched",
    inotify.IN_Q_OVERFLOW: "events were lost",
    inotify.IN_UNMOUNT: "its file system was unmounted",
}

files = {}  # watch descriptor: name


def print_info(event):
    # IN_ISDIR only says that it happened to a directory.
    words = WORDS.get(event.mask & ~inotify.IN_ISDIR)
    if words is None:
        print("ignored event %d" % event.mask, flush=True)
    elif event.wd in files:
        print("file:%a\twd:%d\t%s" % (files[event.wd], event.wd, words), flush=True)


def handler(signum, frame):
    # It may have come in the middle of a print, which cannot be entered again.
    os.write(sys.stdout.fileno(), b"received SIGINT\n")
    inotify.stoploop()
    sys.exit(0)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("path", nargs="?", default=".", help="a directory (default: .)")
    parser.add_argument(
        "--block", action="store_true", help="let the loop be the main loop"
    )
    parser.add_argument(
        "--ready-fd",
        type=int,
        metavar="N",
        help="write one newline to this descriptor when all is watched",
    )
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGINT, handler)
    for name in sorted(os.listdir(arguments.path)):
        path = os.path.join(arguments.path, name)
        files[inotify.watch(path, inotify.IN_ALL_EVENTS)] = name
    if arguments.ready_fd is not None:
        os.write(arguments.ready_fd, b"\n")
    if arguments.block:
        inotify.startloop(callback=print_info, timeout=100, block=True)
    while True:
        inotify.startloop(callback=print_info, timeout=100, block=False)


if __name__ == "__main__":
    main()
