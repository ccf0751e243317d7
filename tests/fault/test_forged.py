# SPDX-License-Identifier: MIT
"""
Events that the kernel never queued, or would queue once in 2^31 watches: nothing crashes,
nothing is told of the wrong directory, and the stream can still be replayed.
"""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from faulty import (ALL_STEPS, Run, make_tree, need_library, put_file,  # noqa: E402
                    remove_tree, rename_tree)


def setUpModule():
    """Without the library nothing is forged."""
    need_library()


def rename_file_alone(run):
    """The first move of the run is a file's, within one directory."""
    os.rename(run.root + b"/d/f", run.root + b"/d/f2")


class ForgedTest(unittest.TestCase):
    """One test for each thing that forge.c can do."""

    def forge(self, kind, *steps, options=()):
        """A run that has to be right."""
        run = Run({"FORGE": kind}, *options)
        try:
            run.work(*(steps or ALL_STEPS))
        finally:
            run.close()
        self.assertTrue(run.is_met, "nothing was forged")
        self.assertIsNone(run.status, run.stderr)
        return run

    def count(self, run, event):
        """How many records have that event."""
        return sum(1 for told, _ in run.events() if told == event)

    def test_overflow_before_all_else(self):
        run = self.forge("overflow-first")
        self.assertEqual(self.count(run, "ready"), 1)

    def test_overflow_before_all_else_listed(self):
        self.forge("overflow-first", options=["--list"])

    def test_overflow_in_mid_rename(self):
        for steps in (ALL_STEPS, (rename_file_alone,), (rename_tree, make_tree)):
            run = self.forge("overflow-in-rename", *steps)
            self.assertGreaterEqual(self.count(run, "overflow"), 1)
            self.assertEqual(self.count(run, "overflow"), self.count(run, "synced"))

    def test_second_half_that_comes_late(self):
        for steps in (ALL_STEPS, (rename_file_alone,), (rename_tree,)):
            self.forge("late-second-half", *steps)

    def test_events_one_by_one(self):
        run = self.forge("one-by-one")
        self.assertIn(("move", b"root/z"), run.events())

    def test_events_of_nobody(self):
        for kind in ("unknown-wd", "wd-minus-one", "wd-zero"):
            run = self.forge(kind)
            told = [path for _, path in run.events() if path and b"nobody" in path]
            self.assertEqual(told, [])

    def test_name_without_nul(self):
        run = self.forge("no-nul")
        self.assertTrue(any(path and path.endswith(b"/sixteen-bytes-16")
                            for _, path in run.events()))

    def test_end_of_a_watch_told_again(self):
        self.forge("ignored-late", rename_tree, remove_tree, make_tree)

    def test_events_behind_the_end_of_a_watch(self):
        run = self.forge("events-after-ignored", remove_tree_first, make_tree)
        told = [path for _, path in run.events() if path and b"nobody" in path]
        self.assertEqual(told, [])

    def test_end_of_a_watch_that_lives(self):
        self.forge("ignored-early", rename_tree, make_below)
        self.forge("ignored-early", write_below, rename_tree, make_below)

    def test_torn_events(self):
        for kind in ("past-end", "half-header"):
            run = Run({"FORGE": kind})
            try:
                run.work(make_tree)
            finally:
                run.close()
            self.assertTrue(run.is_met, "nothing was forged")
            self.assertEqual(run.status, 1)
            self.assertIn("cannot go on: Bad message", run.stderr)


def remove_tree_first(run):
    """Watches end."""
    os.unlink(run.root + b"/gone/x/f")
    os.rmdir(run.root + b"/gone/x/y")
    os.rmdir(run.root + b"/gone/x")


def write_below(run):
    """The first event is of a directory below the PATH."""
    put_file(run.root + b"/a/b/first")


def make_below(run):
    """In whatever directory lost its watch."""
    for path in (b"", b"/z", b"/z/b", b"/z/b/c", b"/d"):
        put_file(run.root + path + b"/below")


if __name__ == "__main__":
    unittest.main()
