#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Print what happens to all files and directories in a directory.

Each of them is watched by itself, without what lies deeper. A line is
    file:NAME<TAB>wd:NUMBER<TAB>EVENT|EVENT
with NAME/ENTRY if it happened to an entry of a watched directory. Ends on ^C.
"""

import argparse
import os
import select
import sys

try:
    import _inotify
except ImportError as error:
    sys.exit("watch.py: %s; install inowatch, or set PYTHONPATH to its module" % error)

# CLOSE, MOVE and ALL_EVENTS stand for several bits, IN_NAME for the same as NAME.
EVENT_NAMES = {
    getattr(_inotify, name): name
    for name in dir(_inotify)
    if name.isupper()
    and not name.startswith("IN_")
    and bin(getattr(_inotify, name)).count("1") == 1
    and name not in ("CLOEXEC", "CLOSE_EXEC", "NONBLOCK")
}


def names_of(mask):
    names = [name for bit, name in sorted(EVENT_NAMES.items()) if mask & bit]
    return "|".join(names) or hex(mask)


def shown(path):
    """A name may hold anything but NUL and slash: keep it from acting on a terminal."""
    return path if path.isprintable() else ascii(path)


class Enough(Exception):
    """As many events as --count asks for were printed."""


class Watcher:
    def __init__(self, count):
        self.fd = _inotify.create()
        self.files = {}  # watch descriptor: path
        self.left = count

    def add(self, path):
        try:
            wd = _inotify.add(self.fd, path, _inotify.ALL_EVENTS)
        except OSError as error:
            print("watch.py: %s" % error, file=sys.stderr)
        else:
            self.files[wd] = path

    def add_all(self, path):
        if not os.path.isdir(path):
            self.add(path)
            return
        for name in sorted(os.listdir(path)):
            self.add(os.path.normpath(os.path.join(path, name)))

    def print_event(self, event):
        file = self.files.get(event["wd"], "(queue)")
        if event["name"]:
            file = os.path.join(file, event["name"])
        wd, mask = event["wd"], event["mask"]
        print("file:%s\twd:%d\t%s" % (shown(file), wd, names_of(mask)), flush=True)
        if mask & _inotify.IGNORED:
            self.files.pop(wd, None)
        self.left -= 1
        if self.left == 0:
            raise Enough

    def run(self):
        while self.files:
            select.select([self.fd], [], [])
            _inotify.read_event(self.fd, self.print_event)


def positive(text):
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument(
        "path", nargs="?", default=".", help="a directory, or one file (default: .)"
    )
    parser.add_argument("--count", type=positive, help="end after so many events")
    parser.add_argument(
        "--ready-fd",
        type=int,
        metavar="N",
        help="write one newline to this descriptor when all is watched",
    )
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    watcher = Watcher(arguments.count or -1)
    try:
        watcher.add_all(arguments.path)
        if not watcher.files:
            print("watch.py: nothing to watch in %s" % arguments.path, file=sys.stderr)
            return 1
        if arguments.ready_fd is not None:
            os.write(arguments.ready_fd, b"\n")
        watcher.run()
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            # Else Python fails once more when it flushes at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print("watch.py: %s" % error, file=sys.stderr)
        return 1
    except Enough:
        return 0
    print("watch.py: all that was watched is gone", file=sys.stderr)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("received SIGINT", file=sys.stderr)
        sys.exit(0)
