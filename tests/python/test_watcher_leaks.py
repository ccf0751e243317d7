# SPDX-License-Identifier: MIT
"""inotify.Watcher keeps no memory: after 200,000 events, after errors, after closing."""

import asyncio
import gc
import os
import re
import unittest

import inotify
from growth import count_objects, is_sanitized, resident_bytes
from watching import WatcherTest

FILES = 2500  # four events each
ROUNDS = 20


class Leaks(WatcherTest):
    def make_events(self):
        for i in range(FILES):
            path = self.path("x" * (1 + i % 255))
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
            os.unlink(path)

    def assert_no_growth(self, run_round, rounds=ROUNDS, warm_up=3):
        for _ in range(warm_up):
            run_round()
        gc.collect()  # empties the interpreter's stores of tuples and the like
        objects, resident = count_objects(), resident_bytes()
        for _ in range(rounds):
            run_round()
        gc.collect()
        # One object for each event would be 200,000.
        self.assertLess(count_objects() - objects, 500)
        if not is_sanitized():
            self.assertLess(resident_bytes() - resident, 4 << 20)

    def test_read(self):
        def run_round():
            self.make_events()
            count = 0
            while count < 4 * FILES:
                for record in watcher.read():
                    count += record.mask != 0 and record.event != ""
            self.assertEqual(count, 4 * FILES)

        watcher = self.open()
        self.assert_no_growth(run_round)

    def test_iterating_with_patterns(self):
        def run_round():
            self.make_events()
            for _ in range(4 * FILES):
                next(watcher)

        watcher = self.open(exclude=[re.compile("nothing"), lambda path: False])
        self.assert_no_growth(run_round, rounds=ROUNDS // 4)

    def test_asyncio(self):
        async def main():
            for _ in range(4 * FILES):
                await watcher.__anext__()

        def run_round():
            self.make_events()
            asyncio.run(main())

        watcher = self.open()
        self.assert_no_growth(run_round)

    def test_opening_adding_and_closing(self):
        def run_round():
            with inotify.Watcher(self.path("a"), exclude=str.isspace) as watcher:
                watcher.add(self.path("b"))
                watcher.remove(self.path("a"))
                self.assertRaises(KeyError, watcher.remove, self.path("a"))
                self.assertRaises(FileNotFoundError, watcher.add, self.path("c"))
            self.assertRaises(FileNotFoundError, inotify.Watcher, self.path("c"))
            self.assertRaises(TypeError, inotify.Watcher, self.dir, exclude=1)

        os.mkdir(self.path("a"))
        os.mkdir(self.path("b"))
        self.assert_no_growth(run_round, rounds=200)

    def test_records_of_ones_own(self):
        def run_round():
            record = inotify.Record("move", "b", old_path="a", mask=1, cookie=7)
            record.__reduce__()
            hash(record)
            repr(record)
            self.assertEqual(record, inotify.Record(*record.__reduce__()[1]))
            self.assertRaises(TypeError, inotify.Record, "a", mask="b")

        self.assert_no_growth(run_round, rounds=5000)


if __name__ == "__main__":
    unittest.main()
