# SPDX-License-Identifier: MIT
"""What the tests of inotify.startloop() share."""

import os

import inotify
from support import QueueTest

# No turn waits that long: it only shows that a loop does not wait for its timeout.
LONG_MS = 50000


class LoopTest(QueueTest):
    """Has an empty folder self.dir, and no loop before and after each test."""

    def setUp(self):
        super().setUp()
        os.close(self.fd)
        inotify.stoploop()
        self.addCleanup(inotify.stoploop)

    def watch(self, mask=inotify.IN_CREATE):
        return inotify.watch(self.dir, mask)

    @staticmethod
    def turn(callback=None, timeout=LONG_MS, extra=None):
        """The events of one turn, which must not be without."""
        events = []
        inotify.startloop(callback or events.append, extra, timeout, False)
        return events

    def names(self):
        return [event.name for event in self.turn()]

    @staticmethod
    def descriptors():
        return sorted(os.listdir("/proc/self/fd"))
