#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Count the lines of each Python file below a directory when it was written, in threads."""

import argparse
import os
import re
import signal
import threading

import inotify


def count_lines(watcher):
    """Each thread takes what comes next; the iteration ends when it is closed."""
    for record in watcher:
        try:
            with open(record.path, "rb") as file:
                lines = sum(1 for _ in file)
        except OSError:
            continue  # it is gone already
        print("%d lines in %s" % (lines, record.path), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", default=".", help="a directory (default: .)")
    parser.add_argument("--ready-fd", type=int, metavar="N",
                        help="write one newline to this descriptor when it is watched")
    arguments = parser.parse_args()

    watcher = inotify.Watcher(
        arguments.path,
        recursive=True,
        mask=inotify.IN_CLOSE_WRITE,
        include=re.compile(r"\.py$"),
        ignore=re.compile(r"/\.git$"),
    )
    # A signal handler may close it, as any thread may: who waits for it is woken.
    signal.signal(signal.SIGINT, lambda *_: watcher.close())
    threads = [threading.Thread(target=count_lines, args=(watcher,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    if arguments.ready_fd is not None:
        os.write(arguments.ready_fd, b"\n")
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
