#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Print the events of a directory as named tuples, with inotify.read_events()."""

import argparse
import os

import inotify


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", default=".", help="a directory (default: .)")
    parser.add_argument(
        "--ready-fd",
        type=int,
        metavar="N",
        help="write one newline to this descriptor when it is watched",
    )
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    fd = inotify.init()
    try:
        inotify.add_watch(fd, arguments.path, inotify.IN_ALL_EVENTS)
        if arguments.ready_fd is not None:
            os.write(arguments.ready_fd, b"\n")
        while True:
            for event in inotify.read_events(fd):
                print(event, flush=True)
    except KeyboardInterrupt:
        pass
    finally:
        os.close(fd)


if __name__ == "__main__":
    main()
