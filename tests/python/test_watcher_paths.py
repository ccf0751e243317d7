# SPDX-License-Identifier: MIT
"""Paths of an inotify.Watcher: missing, added, removed, overlapping."""

import errno
import os
import select
import shutil
import unittest

import inotify
from watching import WatcherTest


def count_watches():
    """How many watches this process has."""
    count = 0
    for fd in os.listdir("/proc/self/fdinfo"):
        try:
            with open("/proc/self/fdinfo/" + fd, encoding="ascii") as file:
                count += sum(line.startswith("inotify ") for line in file)
        except FileNotFoundError:
            pass  # that of the listing
    return count


class Missing(WatcherTest):
    def test_raised(self):
        missing = self.path("missing")
        for path in (missing, os.fsencode(missing)):
            with self.assertRaises(FileNotFoundError) as caught:
                inotify.Watcher(path)
            self.assertEqual(caught.exception.filename, path)
            self.assertEqual(caught.exception.errno, errno.ENOENT)
        self.assertRaises(FileNotFoundError, inotify.Watcher, self.dir, missing)
        self.assertRaises(ValueError, inotify.Watcher, "a\0b")
        self.assertRaises(ValueError, inotify.Watcher, "")
        self.make("file")
        self.assertRaises(NotADirectoryError, inotify.Watcher, self.path("file/x"))

    def test_nothing_is_left_open(self):
        before = len(os.listdir("/proc/self/fd"))
        self.assertRaises(FileNotFoundError, inotify.Watcher, self.path("missing"))
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)

    def test_made_later(self):
        watcher = self.open(self.path("later/file"), missing_ok=True)
        (lost,) = watcher.read(0)
        self.assertEqual((lost.event, lost.path), ("lost", self.path("later/file")))
        self.assertEqual(lost.error, errno.ENOENT)
        os.mkdir(self.path("later"))
        self.write("later/file")
        self.read_until(watcher, lambda record: record.event == "found")
        self.write("later/file")
        self.read_until(watcher, lambda record: record.event == "close_write")

    def test_removed_and_made_again(self):
        os.mkdir(self.path("a"))
        watcher = self.open(self.path("a"))
        os.rmdir(self.path("a"))
        self.read_until(watcher, lambda record: record.event == "lost")
        os.mkdir(self.path("a"))
        self.make("a/b")
        self.read_until(watcher, lambda record: record.path == self.path("a/b"))


class Adding(WatcherTest):
    def setUp(self):
        super().setUp()
        for name in ("a", "b", "a/below"):
            os.mkdir(self.path(name))

    def test_everything_later_is_told(self):
        watcher = self.open(self.path("a"))
        watcher.add(self.path("b"))
        self.make("b/x")
        self.read_until(watcher, lambda record: record.path == self.path("b/x"))

    def test_what_is_there(self):
        self.make("b/x")
        watcher = self.open(self.path("a"), mask=inotify.IN_CREATE)
        watcher.add(self.path("b"))
        told = [(record.event, record.path) for record in watcher.read(0)]
        b = self.path("b")
        expected = [("resync", b), ("found", b + "/x"), ("synced", None)]
        self.assertEqual(told, expected)

    def test_without_any_first(self):
        with inotify.Watcher() as watcher:
            self.assertEqual(watcher.read(0), [])
            watcher.add(self.path("a"))
            self.make("a/x")
            self.read_until(watcher, lambda record: record.path == self.path("a/x"))

    def test_missing(self):
        watcher = self.open(self.path("a"))
        with self.assertRaises(FileNotFoundError) as caught:
            watcher.add(self.path("missing"))
        self.assertEqual(caught.exception.filename, self.path("missing"))
        self.assertEqual(watcher.read(0), [])
        os.mkdir(self.path("missing"))
        self.make("missing/x", "a/last")
        paths = {record.path for record in self.read(watcher, self.path("a"))}
        self.assertEqual(paths, {self.path("a/last")})

    def test_missing_ok(self):
        watcher = self.open(self.path("a"))
        watcher.add(self.path("later"), missing_ok=True)
        os.mkdir(self.path("later"))
        self.make("later/x")
        self.read_until(watcher, lambda record: record.path == self.path("later/x"))

    def test_wakes_who_waits_elsewhere(self):
        watcher = self.open(self.path("a"))
        self.assertEqual(watcher.read(0), [])
        watcher.add(self.path("b"))
        self.assertTrue(select.select([watcher], [], [], 0)[0])


class Removing(WatcherTest):
    def setUp(self):
        super().setUp()
        for name in ("a", "a/below", "a/below/deep", "b"):
            os.mkdir(self.path(name))

    def test_nothing_more_is_told(self):
        watcher = self.open(self.path("a"), self.path("b"), recursive=True)
        with_both = count_watches()
        watcher.remove(self.path("a") + "//")
        # Those of a, below and deep; those above are on the way to b, too.
        self.assertEqual(count_watches(), with_both - 3)
        self.make("a/x", "a/below/x", "a/below/deep/x")
        os.rename(self.path("a/below"), self.path("a/other"))
        self.assertEqual(self.read(watcher, self.path("b")), [])

    def test_all_watches_go(self):
        watcher = self.open(self.dir, recursive=True)
        self.assertGreater(count_watches(), 4)
        watcher.remove(self.dir)
        self.assertEqual(count_watches(), 0)
        watcher.add(self.path("a"))
        self.make("a/x")
        self.read_until(watcher, lambda record: record.path == self.path("a/x"))

    def test_no_such_path(self):
        watcher = self.open(self.path("a"))
        for path in (self.path("b"), self.path("a/below"), self.path("missing")):
            self.assertRaises(KeyError, watcher.remove, path)
        watcher.remove(self.path("a"))
        self.assertRaises(KeyError, watcher.remove, self.path("a"))

    def test_overlapping_keeps_its_own(self):
        for first, second in (("a", "a/below"), ("a/below", "a")):
            for removed, kept in (("a", "a/below"), ("a/below", "a")):
                watcher = self.open(self.path(first), self.path(second), recursive=True)
                watcher.remove(self.path(removed))
                name = "-".join((first, removed)).replace("/", "")
                self.make("a/below/deep/" + name)
                told = self.read(watcher, self.path(kept))
                paths = [record.path for record in told]
                self.assertIn(self.path("a/below/deep", name), paths)
                watcher.close()

    def test_awaited(self):
        watcher = self.open(self.path("b"))
        watcher.add(self.path("later"), missing_ok=True)
        watcher.remove(self.path("later"))
        watcher.read(0)
        os.mkdir(self.path("later"))
        self.make("later/x")
        self.assertEqual(self.read(watcher, self.path("b")), [])

    def test_in_the_middle_of_a_move(self):
        watcher = self.open(self.path("a"), self.path("b"), recursive=True)
        for i in range(100):
            name = "%d" % i
            self.make("a/" + name)
            os.rename(self.path("a", name), self.path("b", name))
            watcher.read(0)
            os.rename(self.path("a/below"), self.path("b/below"))
            watcher.remove(self.path("a"))
            watcher.read(0)
            os.rename(self.path("b/below"), self.path("a/below"))
            watcher.add(self.path("a"))
        self.make("a/last")
        self.read_until(watcher, lambda record: record.path == self.path("a/last"))

    def test_large_tree(self):
        for i in range(1100):
            os.mkdir(self.path("a", str(i)))
        watcher = self.open(self.path("a"), self.path("b"), recursive=True)
        watcher.remove(self.path("a"))
        shutil.rmtree(self.path("a"))
        paths = {record.path for record in self.read(watcher, self.path("b"))}
        # A queue made small by others overflows: that is told, but nothing of a.
        self.assertLessEqual(paths, {None, self.path("b")})


if __name__ == "__main__":
    unittest.main()
