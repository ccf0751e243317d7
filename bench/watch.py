# SPDX-License-Identifier: MIT
"""
Watches through one of Python's interfaces: watch.py INTERFACE --print|--count READY_FD
EVENTS ROOT. Prints each event, or only how many there were, when a file "end-…" is told.
"""

import os
import sys

from interfaces import INTERFACES, mask_of, word_of


def print_event(folder, mask, name):
    """As inotifywait prints it."""
    print(folder, word_of(mask), name, flush=True)


class Counter:
    """Only counts, so that the interface alone is measured."""

    def __init__(self):
        self.count = 0

    def tell(self, folder, mask, name):
        """Counts, and prints the count at the end of a round."""
        if name.startswith("end-"):
            self.end(folder, mask, name)
        else:
            self.count += 1

    def tell_all(self, events, look):
        """
        The same for a list, of which look(event) gives mask and name. The files of the end
        are at its end, or at its beginning, being those of an earlier round.
        """
        first, last = 0, len(events)
        while last > 0 and look(events[last - 1])[1].startswith("end-"):
            last -= 1
        while first < last and look(events[first])[1].startswith("end-"):
            first += 1
        self.count += last - first
        for event in events[last:]:
            self.end("", *look(event))

    def end(self, folder, mask, name):
        """Prints the count once for each of these files."""
        if word_of(mask) == "CREATE":
            print("count", self.count, folder + name, flush=True)


def print_all(events, look):
    """Without folders, which lists are not asked for."""
    for event in events:
        print_event("", *look(event))


def main():
    """Runs until it is told to stop."""
    name, mode, ready_fd, events, root = sys.argv[1:]
    interface, counter = INTERFACES[name], Counter()
    if mode == "--count":
        tell = counter.tell_all if interface.has_lists else counter.tell
    else:
        tell = print_all if interface.has_lists else print_event
    # Names are bytes; what is no text comes back as it was.
    sys.stdout.reconfigure(errors="surrogateescape")
    interface.watch(root, mask_of(events.split(",")), tell,
                    lambda: os.write(int(ready_fd), b"\n"))


if __name__ == "__main__":
    main()
