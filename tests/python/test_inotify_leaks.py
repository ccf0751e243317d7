# SPDX-License-Identifier: MIT
"""_inotify keeps no memory: after 200,000 events, nor after errors."""

import os
import unittest

import _inotify
from growth import count_objects, is_sanitized, resident_bytes
from support import QueueTest


class Leaks(QueueTest):
    ROUNDS = 20
    FILES = 2500  # four events each: 200,000 events in all

    def run_round(self):
        def callback(event):
            nonlocal count
            count += 1
            if event["len"] % 7 == 0:
                raise KeyError(event["name"])

        count = 0
        for i in range(self.FILES):
            path = self.path("x" * (1 + i % 255))
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
            os.unlink(path)
        while True:
            try:
                _inotify.read_event(self.fd, callback)
            except KeyError:
                pass
            except BlockingIOError:
                return count

    def test_two_hundred_thousand_events(self):
        _inotify.add(self.fd, self.dir, _inotify.ALL_EVENTS)
        # The queue is read when it holds this much; the counts would show an overflow.
        self.assertEqual(self.run_round(), 4 * self.FILES)
        blocks, resident = count_objects(), resident_bytes()
        for _ in range(self.ROUNDS):
            self.assertEqual(self.run_round(), 4 * self.FILES)
        # One object for each event would be 200,000.
        self.assertLess(count_objects() - blocks, 500)
        if not is_sanitized():
            self.assertLess(resident_bytes() - resident, 4 << 20)

    def test_errors(self):
        def provoke():
            for call, args in (
                (_inotify.create, (1,)),
                (_inotify.create, (2**70,)),
                (_inotify.add, (self.fd, "/nonexistent", 1)),
                (_inotify.add, (self.fd, b"/nonexistent", 2**70)),
                (_inotify.add, (self.fd, "a\0", 1)),
                (_inotify.add, (self.fd, 1.5, 1)),
                (_inotify.add, ("x", "/", 1)),
                (_inotify.remove, (self.fd, 12345)),
                (_inotify.read_event, (self.fd, print)),
                (_inotify.read_event, (self.fd, None)),
                (_inotify.read_event, (10**6, print)),
            ):
                with self.assertRaises((OSError, TypeError, ValueError, OverflowError)):
                    call(*args)

        provoke()
        blocks = count_objects()
        for _ in range(1000):
            provoke()
        self.assertLess(count_objects() - blocks, 500)


if __name__ == "__main__":
    unittest.main()
