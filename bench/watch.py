# SPDX-License-Identifier: MIT
"""
Watches through one of Python's interfaces: watch.py INTERFACE --print|--count READY_FD
EVENTS ROOT. Prints each event, or only how many there were, when a file "end-…" is told.
"""

import os
import sys

from interfaces import INTERFACES


def print_event(folder, word, name):
    """As inotifywait prints it."""
    print(folder, word, name, flush=True)


class Counter:
    """Only counts, so that the interface alone is measured."""

    def __init__(self):
        self.count = 0

    def tell(self, folder, word, name):
        """Counts, and prints the count at the end of a round."""
        if not name.startswith("end-"):
            self.count += 1
        elif word == "CREATE":
            print("count", self.count, folder + name, flush=True)


def main():
    """Runs until it is told to stop."""
    interface, mode, ready_fd, events, root = sys.argv[1:]
    tell = Counter().tell if mode == "--count" else print_event
    # Names are bytes; what is no text comes back as it was.
    sys.stdout.reconfigure(errors="surrogateescape")
    INTERFACES[interface].watch(root, events.split(","), tell,
                                lambda: os.write(int(ready_fd), b"\n"))


if __name__ == "__main__":
    main()
