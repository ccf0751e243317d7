# SPDX-License-Identifier: MIT
"""What the tests of Watcher share: a private folder, and reading up to a sentinel."""

import os
import tempfile
import time
import unittest

import inotify
from support import DEADLINE_S


class WatcherTest(unittest.TestCase):
    """Has an empty folder self.dir; what it opens is closed at the end."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = os.path.realpath(folder.name)
        self.sentinels = 0

    def open(self, *paths, **options):
        watcher = inotify.Watcher(*(paths or (self.dir,)), **options)
        self.addCleanup(watcher.close)
        return watcher

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def make(self, *names):
        """Makes empty files: each one a single create for a watch."""
        for name in names:
            os.mknod(self.path(name))

    def write(self, name):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write("x")

    def read_until(self, watcher, is_last):
        """All records up to one that is the last, in time."""
        end = time.monotonic() + DEADLINE_S
        records = []
        while not any(is_last(record) for record in records):
            self.assertLess(time.monotonic(), end, records)
            records += watcher.read(1)
        return records

    def read(self, watcher, folder=None):
        """All records of what has happened so far."""
        self.sentinels += 1
        sentinel = os.path.join(folder or self.dir, "sentinel%d" % self.sentinels)
        os.mknod(sentinel)
        records = self.read_until(watcher, lambda record: record.path == sentinel)
        return [record for record in records if "sentinel" not in str(record.path)]

    def told(self, watcher):
        """The same, as pairs of event and path below the folder."""
        return [
            (record.event, record.path and os.path.relpath(record.path, self.dir))
            for record in self.read(watcher)
        ]

