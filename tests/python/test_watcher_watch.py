# SPDX-License-Identifier: MIT
"""inotify.watch() and awatch(): iterators that close what they opened."""

import asyncio
import gc
import os
import unittest
import warnings

import inotify
from support import DEADLINE_S
from watching import WatcherTest


class WatchAndAwatch(WatcherTest):
    def setUp(self):
        super().setUp()
        gc.collect()
        before = len(os.listdir("/proc/self/fd"))
        self.addCleanup(
            lambda: self.assertEqual(len(os.listdir("/proc/self/fd")), before)
        )
        # Being forgotten is what they are for.
        caught = warnings.catch_warnings()
        caught.__enter__()
        self.addCleanup(caught.__exit__, None, None, None)
        warnings.simplefilter("error")

    def test_watch(self):
        watching = inotify.watch(self.dir)
        self.make("a")  # it watches before the first record is asked for
        for record in watching:
            break
        self.assertEqual(record.path, self.path("a"))

    def test_never_begun(self):
        inotify.watch(self.dir)
        inotify.awatch(self.dir)

    def test_close(self):
        watching = inotify.watch(self.dir)
        watching.close()
        watching.close()
        self.assertEqual(list(watching), [])

    def test_options(self):
        os.mkdir(self.path("a"))
        watching = inotify.watch(self.dir, recursive=True, mask=inotify.IN_CREATE)
        self.make("a/b")
        self.assertEqual(next(watching).path, self.path("a/b"))
        self.assertRaises(TypeError, inotify.watch, self.dir, unknown=1)
        self.assertRaises(FileNotFoundError, inotify.watch, self.path("missing"))

    def test_which_is_meant(self):
        os.mkdir(self.path("a"))
        self.addCleanup(inotify.stoploop)
        watching = inotify.watch(self.dir, self.path("a"))
        self.make("a/b")
        self.assertEqual(next(watching).path, self.path("a/b"))
        self.assertEqual(inotify.watch(self.dir, inotify.IN_CREATE), 1)
        self.assertEqual(inotify.watch(self.dir, inotify.Mask.CREATE), 1)
        self.assertEqual(inotify.watch(path=self.dir, mask=inotify.IN_CREATE), 1)
        inotify.stoploop()

    def test_awatch(self):
        async def main():
            watching = inotify.awatch(self.dir)
            asyncio.get_running_loop().call_later(0.001, self.make, "a")
            async for record in watching:
                break
            await watching.aclose()
            await watching.aclose()
            self.assertEqual([record async for record in watching], [])
            return record.path

        path = asyncio.run(asyncio.wait_for(main(), DEADLINE_S), debug=True)
        self.assertEqual(path, self.path("a"))


if __name__ == "__main__":
    unittest.main()
