# SPDX-License-Identifier: MIT
"""startloop() and read_events() keep no memory: after 200,000 events, after errors."""

import os
import unittest

import inotify
from growth import count_objects, is_sanitized, resident_bytes
from startloop import LONG_MS, LoopTest


class Leaks(LoopTest):
    ROUNDS = 20
    FILES = 2500  # four events each: 200,000 events in all

    def make_events(self):
        for i in range(self.FILES):
            path = self.path("x" * (1 + i % 255))
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
            os.unlink(path)

    def assert_no_growth(self, run_round):
        def checked_round():
            self.make_events()
            self.assertEqual(run_round(), 4 * self.FILES)  # also: no overflow

        checked_round()
        objects, resident = count_objects(), resident_bytes()
        for _ in range(self.ROUNDS):
            checked_round()
        # One object for each event would be 200,000.
        self.assertLess(count_objects() - objects, 500)
        if not is_sanitized():
            self.assertLess(resident_bytes() - resident, 4 << 20)

    def test_read_events(self):
        def run_round():
            count = 0
            while True:
                events = inotify.read_events(fd, 65536)
                if not events:
                    return count
                count += len(events)

        fd = inotify.init1(inotify.IN_NONBLOCK)
        self.addCleanup(os.close, fd)
        inotify.add_watch(fd, self.dir, inotify.IN_ALL_EVENTS)
        self.assert_no_growth(run_round)

    def test_startloop(self):
        def callback(event):
            nonlocal count
            count += 1
            if event.len % 7 == 0:
                raise KeyError(event.name)

        def run_round():
            nonlocal count
            count = 0
            while count < 4 * self.FILES:
                try:
                    self.turn(callback)
                except KeyError:
                    pass
            return count

        count = 0
        inotify.watch(self.dir, inotify.IN_ALL_EVENTS)
        self.assert_no_growth(run_round)

    def test_starting_and_stopping(self):
        def callback(event):
            inotify.stoploop()

        def run_round():
            inotify.watch(self.dir, inotify.IN_OPEN)
            os.listdir(self.dir)
            inotify.startloop(callback, timeout=LONG_MS)

        run_round()
        objects, descriptors = count_objects(), self.descriptors()
        for _ in range(2000):
            run_round()
        self.assertLess(count_objects() - objects, 500)
        self.assertEqual(self.descriptors(), descriptors)

    def test_errors(self):
        def provoke():
            for call, args in (
                (inotify.init1, (1,)),
                (inotify.init1, (2**70,)),
                (inotify.add_watch, (fd, "/nonexistent", 1)),
                (inotify.add_watch, (-1, "/", 1)),
                (inotify.add_watch, (fd, "/", 2**70)),
                (inotify.rm_watch, (fd, 12345)),
                (inotify.read_events, (fd, 1)),
                (inotify.read_events, (-1,)),
                (inotify.read_events, ("x",)),
                (inotify.watch, ("/nonexistent", 1)),
                (inotify.watch, ("/", 2**70)),
                (inotify.unwatch, (12345,)),
                (inotify.startloop, (None,)),
                (inotify.startloop, (print, None, "1")),
            ):
                with self.assertRaises((OSError, TypeError, OverflowError)):
                    call(*args)

        fd = inotify.init1(inotify.IN_NONBLOCK)
        self.addCleanup(os.close, fd)
        inotify.add_watch(fd, self.dir, inotify.IN_CREATE)
        self.make("a")
        provoke()
        objects = count_objects()
        for _ in range(1000):
            provoke()
        self.assertLess(count_objects() - objects, 500)


if __name__ == "__main__":
    unittest.main()
