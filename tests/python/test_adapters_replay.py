# SPDX-License-Identifier: MIT
"""InotifyTree's events, read late: applied to what was there, they give what is there."""

import contextlib
import os
import random
import unittest

from inotify import constants
from notifying import NO_LISTING, NotifierTest
import test_adapters_storm

STORMS = 60


class Model:
    """Paths below a folder, and what is there: True for directories."""

    def __init__(self, root):
        self.root = root
        self.paths = {}
        self._held = {}  # by cookie: what has left, until it is told where to
        for folder, folders, files in os.walk(root):
            self.paths.update({os.path.join(folder, name): True for name in folders})
            self.paths.update({os.path.join(folder, name): False for name in files})

    def _take(self, path):
        below = [each for each in self.paths if (each + "/").startswith(path + "/")]
        return {each[len(path) :]: self.paths.pop(each) for each in below}

    def apply(self, event):
        header, type_names, folder, name = event
        path = os.path.join(folder, name)
        is_dir = "IN_ISDIR" in type_names
        if not name:
            return
        if "IN_CREATE" in type_names and self.paths.get(path) is not is_dir:
            self._take(path)  # what comes twice changes nothing
            self.paths[path] = is_dir
        elif "IN_DELETE" in type_names:
            self._take(path)
        elif "IN_MOVED_FROM" in type_names:
            self._held[header.cookie] = self._take(path)
        elif "IN_MOVED_TO" in type_names:
            self._take(path)
            moved = self._held.pop(header.cookie, None) or {"": is_dir}
            self.paths.update({path + rest: kind for rest, kind in moved.items()})


class ReplayTest(NotifierTest):
    def start(self, mask=NO_LISTING):
        self.notifier = self.tree(self.path("t"), mask=mask)
        self.model = Model(self.path("t"))

    def turn(self):
        events = self.take(self.notifier)
        for event in events:
            self.model.apply(event)
        return len(events)

    def assert_adds_up(self):
        while self.turn():
            pass
        self.assertEqual(self.model.paths, Model(self.path("t")).paths)


class Few(ReplayTest):
    """Each a name that stands for several directories before anybody reads that."""

    def make_dirs(self, *paths):
        for path in paths:
            os.makedirs(self.path(path), exist_ok=True)

    def rename(self, old, new):
        os.rename(self.path(old), self.path(new))

    @contextlib.contextmanager
    def adds_up(self, *before):
        """What is done in the block is told so that it does."""
        self.make_dirs("t", "out", *before)
        self.start()
        yield
        self.assert_adds_up()

    def test_made_out_and_made_anew(self):
        with self.adds_up():
            self.make_dirs("t/b")
            self.rename("t/b", "out/b")
            self.make_dirs("t/b/d/e")

    def test_made_moved_and_made_anew(self):
        with self.adds_up():
            self.make_dirs("t/a/d")
            self.rename("t/a", "t/d")
            self.make_dirs("t/a/d/b/c")

    def test_made_moved_into_a_new_one_and_made_anew(self):
        with self.adds_up():
            self.make_dirs("t/d/b/b", "t/a/a")
            self.rename("t/d", "t/a/a/d")
            self.make_dirs("t/d/a")

    def test_made_and_replaced(self):
        with self.adds_up():
            self.make_dirs("t/b", "t/a")
            self.rename("t/b", "t/a")
            self.make_dirs("t/a/c/d")

    def test_made_and_replaced_by_what_was_in_it(self):
        with self.adds_up():
            self.make_dirs("t/c/c")
            self.rename("t/c/c", "t/a")
            self.rename("t/a", "t/c")
            self.make_dirs("t/c/c/c/d")

    def test_moved_into_what_was_moved(self):
        with self.adds_up("t/d/c/b"):
            self.rename("t/d/c", "t/c")
            self.make_dirs("t/b/c/a")
            self.rename("t/b", "t/c/b/a")

    def test_moved_into_what_was_in_it(self):
        with self.adds_up():
            self.make_dirs("t/d/d/c")
            self.rename("t/d/d", "t/c")
            self.turn()
            self.make_dirs("t/a/c")
            self.rename("t/c/c", "t/a/c")
            self.rename("t/c", "t/a/c/d")


class Many(ReplayTest, test_adapters_storm.Storm):
    """The same at random."""

    test_storms = None  # is Storm's own test

    def storm(self, seed):
        self.random = random.Random(seed)
        for name in ("t", "out"):
            os.mkdir(self.path(name))
        for _ in range(self.random.randrange(20)):
            self.work()
        self.start(self.random.choice([NO_LISTING, constants.IN_ALL_EVENTS]))
        for _ in range(self.random.choice([1, 5, 20])):
            for _ in range(self.random.choice([1, 3, 10, 30])):
                self.work()
            self.turn()
        self.assert_adds_up()

    def test_replay(self):
        for seed in range(STORMS):
            with self.subTest(seed=seed):
                try:
                    self.storm(seed)
                finally:
                    self.doCleanups()
                    self.setUp()


if __name__ == "__main__":
    unittest.main()
