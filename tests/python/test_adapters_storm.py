# SPDX-License-Identifier: MIT
"""InotifyTree under random work of which it reads the events late: what is watched in the
end is what is there, under the names it has."""

import contextlib
import os
import random
import shutil
import unittest

from inotify import constants
from notifying import NO_LISTING, NotifierTest

STORMS = 60


class Storm(NotifierTest):
    def somewhere(self, base):
        path = self.path(base)
        while self.random.random() < 0.6:
            path = os.path.join(path, self.random.choice("abcd"))
        return os.path.join(path, self.random.choice("abcd"))

    def work(self):
        one = self.somewhere("t")
        other = self.somewhere(self.random.choice(["t", "t", "t", "out"]))
        there, back = self.random.sample([one, other], 2)
        what = self.random.random()
        with contextlib.suppress(OSError):  # much of it makes no sense
            if what < 0.4:
                os.makedirs(one)
            elif what < 0.5:
                os.mknod(one)
            elif what < 0.8:
                os.rename(there, back)
            elif what < 0.9:
                shutil.rmtree(one)
            elif what < 0.95:
                os.rmdir(one)
            else:
                os.unlink(one)

    def assert_watches_what_is_there(self, tree):
        there = [folder for folder, _, _ in os.walk(self.path("t"))]
        queue, watches = tree.inotify._queue, tree.inotify._watches
        probe = constants.IN_ISDIR | constants.IN_MASK_ADD
        labels = [watches.path(queue.add(folder, probe)) for folder in there]
        self.assertEqual(labels, there)
        self.assertEqual(sorted(map(watches.path, watches.wds())), sorted(there))
        self.assertEqual(self.watch_count(tree.inotify), len(there))

    def storm(self, seed):
        self.random = random.Random(seed)
        for name in ("t", "out"):
            os.mkdir(self.path(name))
        for _ in range(self.random.randrange(20)):
            self.work()
        mask = self.random.choice([NO_LISTING, constants.IN_ALL_EVENTS])
        tree = self.tree(self.path("t"), mask=mask)
        for _ in range(self.random.choice([1, 5, 20])):
            for _ in range(self.random.choice([1, 3, 10, 30])):
                self.work()
            self.take(tree)
        self.drain(tree)
        self.assert_watches_what_is_there(tree)
        tree.close()
        for name in ("t", "out"):
            shutil.rmtree(self.path(name))

    def test_storms(self):
        for seed in range(STORMS):
            with self.subTest(seed=seed):
                self.storm(seed)


if __name__ == "__main__":
    unittest.main()
