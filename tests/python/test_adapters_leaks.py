# SPDX-License-Identifier: MIT
"""inotify.adapters keeps nothing: no memory, descriptors or watches."""

import gc
import os
import sys
import unittest

from inotify import adapters
from notifying import NotifierTest


class Leaks(NotifierTest):
    ROUNDS = 20

    @staticmethod
    def memory():
        gc.collect()
        if hasattr(sys, "gettotalrefcount"):
            return sys.gettotalrefcount()
        return sys.getallocatedblocks()

    def grows(self, one_round):
        """By how much memory grows in all rounds, after two for what is kept once."""
        one_round()
        one_round()
        before = self.memory()
        for _ in range(self.ROUNDS):
            one_round()
        return self.memory() - before

    def test_two_hundred_thousand_events(self):
        def files():
            nonlocal told
            for i in range(2500):
                path = self.path("d", "x" * (1 + i % 255))
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
                os.unlink(path)
            told += sum(1 for _ in self.drain(notifier))

        os.mkdir(self.path("d"))
        for start in (self.watch, self.tree):
            notifier = start(self.path("d"))
            told = 0
            # One object for each event would be 200,000.
            self.assertLess(self.grows(files), 500)
            self.assertEqual(told, (self.ROUNDS + 2) * 4 * 2500)
            notifier.close()
        self.assertEqual(notifier.inotify._queue._ahead, {})

    def test_trees(self):
        tree = self.tree()

        def directories():
            for i in range(50):
                os.makedirs(self.path("a%d" % i, "b", "c"))
                if i % 2:
                    self.drain(tree)
                os.rename(self.path("a%d" % i), self.path("z%d" % i))
                if i % 3:
                    self.drain(tree)
                for names in (("b", "c"), ("b",), ()):
                    os.rmdir(self.path("z%d" % i, *names))
            self.drain(tree)
            self.log.clear()

        self.assertLess(self.grows(directories), 500)
        self.assertEqual(self.watch_count(tree.inotify), 1)
        follower = tree._follower
        self.assertEqual(len(tree.inotify._watches.wds()), 1)
        self.assertEqual((follower._leaving, follower._links), ({}, set()))
        self.assertEqual(len(follower._family.all()), 1)

    def test_open_and_close(self):
        os.makedirs(self.path("a", "b"))
        descriptors = self.descriptors()

        def instances():
            for _ in range(20):
                adapters.Inotify([self.dir]).close()
                tree = adapters.InotifyTree(self.dir, block_duration_s=0)
                next(tree.event_gen())
                del tree
                with self.assertRaises(OSError):
                    adapters.Inotify([self.dir, self.path("missing")])

        self.assertLess(self.grows(instances), 500)
        self.assertEqual(self.descriptors(), descriptors)


if __name__ == "__main__":
    unittest.main()
