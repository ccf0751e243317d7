# SPDX-License-Identifier: MIT
"""inotify.adapters.InotifyTree and InotifyTrees: what PyInotify's users count on."""

import os
import unittest

from inotify import adapters, constants
from notifying import NotifierTest


class Setup(NotifierTest):
    def test_numbers_are_breadth_first_in_the_order_of_listing(self):
        for names in (("a", "x"), ("b", "y"), ("c", "z")):
            os.makedirs(self.path(*names))
        tree = self.tree()
        order = os.listdir(self.dir)
        below = [os.path.join(name, os.listdir(self.path(name))[0]) for name in order]
        self.drain(tree)
        for wd, name in enumerate([""] + order + below, 1):
            os.mknod(os.path.join(self.dir, name, "f"))
            header = self.take(tree)[0][0]
            self.assertEqual((header.wd, header.mask), (wd, constants.IN_CREATE))

    def test_says_nothing_of_its_own_listing(self):
        os.makedirs(self.path("a", "b"))
        self.assertEqual(self.told(self.tree()), [])

    def test_is_the_same_for_one_path(self):
        os.mkdir(self.path("d"))
        with adapters.InotifyTree(self.dir, block_duration_s=0) as tree:
            self.make("d", "a")
            self.assertEqual(self.told(tree), ["CREATE d/a"])
            self.assertIsInstance(tree.inotify, adapters.Inotify)

    def test_paths_are_left_alone(self):
        for name in "ab":
            os.mkdir(self.path(name))
        paths = [self.path("a"), self.path("b")]
        with adapters.InotifyTrees(paths, block_duration_s=0) as trees:
            self.make("a", "x")
            self.make("b", "y")
            self.assertEqual(self.told(trees), ["CREATE a/x", "CREATE b/y"])
        self.assertEqual(paths, [self.path("a"), self.path("b")])

    def test_missing_root(self):
        tree = self.tree(self.path("missing"))
        self.assertEqual(len(self.warnings()), 1)
        self.assertEqual(self.told(tree), [])

    def test_file_root(self):
        self.make("file")
        self.assertRaises(NotADirectoryError, adapters.InotifyTree, self.path("file"))

    def test_links_are_followed(self):
        os.makedirs(self.path("elsewhere", "d"))
        os.mkdir(self.path("t"))
        os.symlink("../elsewhere", self.path("t", "link"))
        os.symlink("nowhere", self.path("t", "dangling"))
        tree = self.tree(self.path("t"))
        self.make("elsewhere", "d", "a")
        self.assertEqual(self.told(tree), ["CREATE t/link/d/a"])

    def test_arguments_of_the_generator(self):
        tree = self.tree()
        self.make("a")
        self.make("b")
        events = self.take(
            tree,
            filter_predicate=lambda type_name, event: event[3] != "b",
        )
        self.assertEqual(self.short(events), ["CREATE a"])
        self.assertEqual(tree.inotify.last_success_return[1][3], "b")
        self.assertEqual(list(tree.event_gen(timeout_s=0, yield_nones=True)), [])
        self.assertIsNone(next(tree.event_gen()))
        self.make("c")
        with self.assertRaises(adapters.TerminalEventException):
            self.take(tree, terminal_events=["IN_CREATE"])


class Lists(NotifierTest):
    def test_new_directory(self):
        tree = self.tree()
        os.mkdir(self.path("a"))
        self.assertEqual(
            self.told(tree),
            ["CREATE ISDIR a", "OPEN ISDIR a", "ACCESS ISDIR a", "CLOSE_NOWRITE ISDIR a"],
        )
        fd = os.open(self.path("a", "f"), os.O_CREAT | os.O_WRONLY)
        os.close(fd)
        self.assertEqual(
            self.told(tree), ["CREATE a/f", "OPEN a/f", "CLOSE_WRITE a/f"]
        )

    def test_renamed_directory_tells_its_listing_too(self):
        os.mkdir(self.path("a"))
        tree = self.tree()
        os.rename(self.path("a"), self.path("z"))
        self.assertEqual(
            self.told(tree),
            ["MOVED_FROM ISDIR a", "MOVED_TO ISDIR z", "MOVE_SELF z/"]
            + ["OPEN ISDIR z", "OPEN ISDIR z/", "ACCESS ISDIR z", "ACCESS ISDIR z/"]
            + ["ACCESS ISDIR z", "ACCESS ISDIR z/"]
            + ["CLOSE_NOWRITE ISDIR z", "CLOSE_NOWRITE ISDIR z/"],
        )

    def test_removed_directory(self):
        os.mkdir(self.path("a"))
        tree = self.tree()
        os.rmdir(self.path("a"))
        told = self.told(tree)
        # Kernels differ in the order; what comes after DELETE is not told.
        self.assertEqual(told[-1], "DELETE ISDIR a")
        self.assertLessEqual(set(told[:-1]), {"DELETE_SELF a/", "IGNORED a/"})
        self.assertEqual(self.told(tree), [])

    def test_restrictive_mask(self):
        os.mkdir(self.path("a"))
        tree = self.tree(mask=constants.IN_CLOSE_WRITE)
        self.make("f")
        os.rename(self.path("f"), self.path("g"))
        os.rename(self.path("a"), self.path("b"))
        with open(self.path("b", "h"), "w", encoding="ascii"):
            pass
        os.unlink(self.path("g"))
        self.assertEqual(
            self.told(tree), ["CREATE f", "CREATE b/h", "CLOSE_WRITE b/h", "DELETE g"]
        )

    def test_new_directory_that_has_gone(self):
        tree = self.tree()
        for flag in (True, False):
            os.mkdir(self.path("a"))
            os.rmdir(self.path("a"))
            self.assertEqual(
                self.told(tree, ignore_missing_new_folders=flag),
                ["CREATE ISDIR a", "DELETE ISDIR a"],
            )
            self.assertEqual(len(self.warnings()), 0 if flag else 1)


if __name__ == "__main__":
    unittest.main()
