# SPDX-License-Identifier: MIT
"""inotify.adapters.InotifyTree follows what is made, renamed, moved and removed."""

import ctypes
import errno
import os
import shutil
import threading
import unittest
from unittest import mock

from inotify import adapters, calls, constants
from notifying import NO_LISTING, NotifierTest
from support import DEADLINE_S

RENAME_EXCHANGE = 2
AT_FDCWD = -100


class Follow(NotifierTest):
    def setUp(self):
        super().setUp()
        self.out = self.path("out")
        self.t = self.path("t")
        os.mkdir(self.out)
        os.mkdir(self.t)

    def start(self, mask=NO_LISTING):
        return self.tree(self.t, mask=mask)

    def in_t(self, *names):
        return os.path.join(self.t, *names)

    def assert_watched(self, tree, *names, mask=constants.IN_CREATE):
        """A file made there is told, and only that."""
        self.drain(tree)
        os.mknod(self.in_t(*names, "probe"))
        told = self.told(tree)
        os.unlink(self.in_t(*names, "probe"))
        self.drain(tree)
        self.assertEqual(told, ["CREATE " + os.path.join("t", *names, "probe")])

    def assert_watches(self, tree, count):
        self.drain(tree)
        self.assertEqual(self.watch_count(tree.inotify), count)


class NewDirectories(Follow):
    def test_content_is_told_once(self):
        for mask in (NO_LISTING, constants.IN_ALL_EVENTS, constants.IN_CREATE):
            name = str(mask)
            with adapters.InotifyTree(self.t, mask, 0) as tree:
                os.makedirs(self.in_t(name, "b", "c"))
                self.make("t", name, "f")
                self.make("t", name, "b", "c", "a name of 17 byt")
                events = [each for each in self.drain(tree) if "IN_CREATE" in each[1]]
                told = sorted(self.short(events))
                dirs = ["CREATE ISDIR t/" + name + each for each in ("", "/b", "/b/c")]
                files = ["CREATE t/" + name + "/b/c/a name of 17 byt"]
                files.append("CREATE t/" + name + "/f")
                self.assertEqual(told, dirs + files)
                # What is made up looks as the kernel would have told it.
                self.assertEqual(
                    {each[3]: each[0].len for each in events if each[3] != name},
                    {"b": 16, "c": 16, "f": 16, "a name of 17 byt": 32},
                )
                self.assertEqual(
                    {each[0].mask for each in events},
                    {constants.IN_CREATE, constants.IN_CREATE | constants.IN_ISDIR},
                )

    def test_made_between_watch_and_listing(self):
        tree = self.start()
        follower = tree._follower
        list_now = follower._list

        def make_and_list(path):
            os.mknod(os.path.join(path, "f"))
            os.mknod(os.path.join(path, "gone"))
            os.unlink(os.path.join(path, "gone"))
            os.unlink(os.path.join(path, "f"))
            os.mknod(os.path.join(path, "f"))
            entries = list_now(path)
            os.mknod(os.path.join(path, "late"))
            return entries

        with mock.patch.object(follower, "_list", make_and_list):
            os.mkdir(self.in_t("a"))
            told = self.told(tree)
        self.assertEqual(
            [line for line in told if line.endswith("/f")],
            ["CREATE t/a/f", "DELETE t/a/f", "CREATE t/a/f"],
        )
        self.assertEqual(
            told[-3:], ["DELETE t/a/f", "CREATE t/a/f", "CREATE t/a/late"]
        )
        # It is news again later.
        os.unlink(self.in_t("a", "f"))
        self.make("t", "a", "f")
        self.assertEqual(self.told(tree), ["DELETE t/a/f", "CREATE t/a/f"])
        self.assertEqual(follower._found._names, {})

    def test_storm(self):
        for mask in (NO_LISTING, constants.IN_ALL_EVENTS):
            tree = adapters.InotifyTree(self.t, mask, block_duration_s=1)
            self.addCleanup(tree.close)
            expected = []
            for i in range(200):
                names = [str(i), "a", "b", "f"]
                for depth in range(1, 5):
                    expected.append(self.in_t(*names[:depth]))
            expected.append(self.in_t("end"))

            def storm():
                for i in range(200):
                    os.makedirs(self.in_t(str(i), "a", "b"))
                    os.mknod(self.in_t(str(i), "a", "b", "f"))
                os.mknod(self.in_t("end"))

            thread = threading.Thread(target=storm)
            thread.start()
            seen = []
            for event in tree.event_gen(timeout_s=DEADLINE_S, yield_nones=False):
                if "IN_CREATE" in event[1]:
                    seen.append(os.path.join(event[2], event[3]))
                if event[3] == "end":
                    break
            thread.join(DEADLINE_S)
            self.assertEqual(sorted(seen), sorted(expected))
            tree.close()
            shutil.rmtree(self.t)
            os.mkdir(self.t)

    def test_moved_in(self):
        os.makedirs(os.path.join(self.out, "a", "b"))
        for mask in (NO_LISTING, constants.IN_CREATE):
            with adapters.InotifyTree(self.t, mask, 0) as tree:
                os.rename(os.path.join(self.out, "a"), self.in_t("a"))
                told = ["CREATE ISDIR t/a/b"]
                if mask == NO_LISTING:
                    told.insert(0, "MOVED_TO ISDIR t/a")
                self.assertEqual(self.told(tree), told)
                self.assert_watched(tree, "a", "b")
            os.rename(self.in_t("a"), os.path.join(self.out, "a"))

    def test_removed_and_made_anew(self):
        tree = self.start()
        for _ in range(3):
            os.makedirs(self.in_t("a", "b"))
            self.assert_watched(tree, "a", "b")
            shutil.rmtree(self.in_t("a"))
        self.assert_watches(tree, 1)
        for _ in range(3):
            os.mkdir(self.in_t("a"))
            os.rmdir(self.in_t("a"))
        os.mkdir(self.in_t("a"))
        self.assert_watched(tree, "a")
        self.assert_watches(tree, 2)

    def test_forbidden_directory(self):
        tree = self.start()
        add = tree.inotify._queue.add
        for number, kind in ((errno.EACCES, PermissionError), (errno.ENOSPC, OSError)):
            error = OSError(number, os.strerror(number))

            def fail(path, mask, error=error):
                if path.endswith("closed"):
                    raise calls.InotifyError("", error=error)
                return add(path, mask)

            os.makedirs(self.in_t("a", "closed"))
            os.mkdir(self.in_t("b"))
            with mock.patch.object(tree.inotify._queue, "add", fail):
                with self.assertRaises(kind) as caught:
                    self.drain(tree)
            self.assertEqual(caught.exception.errno, number)
            # The event that it came of, and the others, are told.
            self.assertEqual(
                self.told(tree),
                ["CREATE ISDIR t/a", "CREATE ISDIR t/a/closed", "CREATE ISDIR t/b"],
            )
            shutil.rmtree(self.in_t("a"))
            os.rmdir(self.in_t("b"))
            self.drain(tree)


class Moves(Follow):
    def test_rename(self):
        os.makedirs(self.in_t("a", "b"))
        tree = self.start()
        os.rename(self.in_t("a"), self.in_t("z"))
        self.assertEqual(
            self.told(tree), ["MOVED_FROM ISDIR t/a", "MOVED_TO ISDIR t/z", "MOVE_SELF t/z/"]
        )
        self.assert_watched(tree, "z")
        self.assert_watched(tree, "z", "b")
        os.makedirs(self.in_t("a", "b"))
        self.assert_watched(tree, "a", "b")
        self.assert_watched(tree, "z", "b")
        self.assertEqual(self.warnings(), [])
        self.assert_watches(tree, 5)

    def test_unread_renames(self):
        os.makedirs(self.in_t("a", "b"))
        tree = self.start()
        os.rename(self.in_t("a"), self.in_t("x"))
        os.mkdir(self.in_t("a"))
        os.rename(self.in_t("x"), self.in_t("a", "y"))
        os.mkdir(self.in_t("x"))
        self.drain(tree)
        for names in (("a",), ("a", "y"), ("a", "y", "b"), ("x",)):
            self.assert_watched(tree, *names)
        self.assert_watches(tree, 5)

    def test_unread_rename_of_a_new_directory(self):
        tree = self.start()
        os.mkdir(self.in_t("a"))
        os.rename(self.in_t("a"), self.in_t("b"))
        os.makedirs(self.in_t("a", "c"))
        self.drain(tree)
        for names in (("a",), ("a", "c"), ("b",)):
            self.assert_watched(tree, *names)
        self.assert_watches(tree, 4)

    def test_into_a_new_directory(self):
        os.makedirs(self.in_t("a", "b"))
        tree = self.start()
        os.mkdir(self.in_t("d"))
        os.rename(self.in_t("a"), self.in_t("d", "a"))
        os.mkdir(self.in_t("a"))
        for names in (("a",), ("d",), ("d", "a"), ("d", "a", "b")):
            self.assert_watched(tree, *names)
        self.assert_watches(tree, 5)

    def test_over_an_empty_directory(self):
        os.makedirs(self.in_t("a", "b"))
        os.mkdir(self.in_t("z"))
        tree = self.start()
        os.rename(self.in_t("a"), self.in_t("z"))
        self.assert_watched(tree, "z", "b")
        self.assert_watched(tree, "z")
        self.assert_watches(tree, 3)

    def test_there_and_back(self):
        os.makedirs(self.in_t("a", "b"))
        os.mkdir(self.in_t("z"))
        tree = self.start()
        os.rename(self.in_t("a"), self.in_t("z"))
        os.rename(self.in_t("z"), self.in_t("a"))
        self.assert_watched(tree, "a", "b")
        self.assert_watches(tree, 3)

    def test_exchange(self):
        os.makedirs(self.in_t("a", "in_a"))
        os.makedirs(self.in_t("b", "in_b"))
        self.make("t", "file")
        tree = self.start()
        rename = ctypes.CDLL(None, use_errno=True).renameat2
        for one, other in (("a", "b"), ("a", "file")):
            paths = [os.fsencode(self.in_t(name)) for name in (one, other)]
            if rename(AT_FDCWD, paths[0], AT_FDCWD, paths[1], RENAME_EXCHANGE):
                self.skipTest("renameat2: " + os.strerror(ctypes.get_errno()))
            self.drain(tree)
        for names in (("b",), ("b", "in_a"), ("file",), ("file", "in_b")):
            self.assert_watched(tree, *names)
        self.assert_watches(tree, 5)

    def test_out(self):
        os.makedirs(self.in_t("a", "b"))
        for mask in (NO_LISTING, constants.IN_CREATE):
            with adapters.InotifyTree(self.t, mask, 0) as tree:
                os.rename(self.in_t("a"), os.path.join(self.out, "a"))
                self.make("out", "a", "b", str(mask))
                told = ["MOVED_FROM ISDIR t/a"] if mask == NO_LISTING else []
                self.assertEqual(self.told(tree), told)
                self.make("out", "a", "b", str(mask) + "later")
                self.assertEqual(self.told(tree), [])
                self.assert_watches(tree, 1)
                os.rename(os.path.join(self.out, "a"), self.in_t("a"))
                self.assert_watched(tree, "a", "b")

    def test_out_and_in_again_unread(self):
        os.makedirs(self.in_t("a", "b"))
        tree = self.start()
        os.rename(self.in_t("a"), os.path.join(self.out, "a"))
        os.rename(os.path.join(self.out, "a"), self.in_t("c"))
        self.assert_watched(tree, "c", "b")
        self.assert_watches(tree, 3)

    def test_overflow(self):
        for name in ("kept", "moved", "gone"):
            os.makedirs(self.in_t(name, "x"))
        tree = self.start(constants.IN_ALL_EVENTS)
        queue = tree.inotify._queue
        os.rename(self.in_t("moved"), self.in_t("new"))
        os.rename(self.in_t("gone"), os.path.join(self.out, "gone"))
        os.mkdir(self.in_t("made"))
        queue.take()
        end = queue.end()
        while queue.pop():
            pass  # this is what was lost
        overflow = calls_overflow(end)
        queue.push_front([overflow])
        with self.assertRaises(adapters.TerminalEventException) as caught:
            self.drain(tree)
        self.assertEqual(caught.exception.args, ("IN_Q_OVERFLOW",))
        # Looking at all again makes no events: they could overflow the queue again.
        self.assertEqual(self.told(tree), [])
        for names in (("kept", "x"), ("new",), ("new", "x"), ("made",)):
            self.assert_watched(tree, *names)
        self.assert_watches(tree, 6)
        os.listdir(self.in_t("kept"))
        self.assertIn("OPEN ISDIR t/kept/", self.told(tree))


def calls_overflow(end):
    """The event that the kernel puts at the end of a full queue."""
    from inotify._event_queue import RawEvent

    return RawEvent(-1, constants.IN_Q_OVERFLOW, 0, 0, "", end)


class Links(Follow):
    def test_circle(self):
        os.makedirs(self.in_t("a", "b"))
        os.symlink("..", self.in_t("a", "up"))
        tree = self.start()
        self.assert_watched(tree, "a")
        self.assert_watched(tree, "a", "b")
        self.assert_watched(tree)
        self.assert_watches(tree, 3)

    def test_link_goes(self):
        os.makedirs(os.path.join(self.out, "d"))
        os.symlink(self.out, self.in_t("link"))
        tree = self.start()
        self.assert_watched(tree, "link", "d")
        os.rename(self.in_t("link"), self.in_t("renamed"))
        self.assert_watched(tree, "renamed", "d")
        os.unlink(self.in_t("renamed"))
        self.drain(tree)
        self.make("out", "d", "f")
        self.assertEqual(self.told(tree), [])
        self.assert_watches(tree, 1)

    def test_the_other_way_stays(self):
        # Whichever is listed first, the directory is found when the link has gone.
        os.mkdir(self.in_t("real"))
        for i in range(20):
            os.symlink("real", self.in_t("link%d" % i))
        tree = self.start(constants.IN_ALL_EVENTS)
        for i in range(20):
            os.unlink(self.in_t("link%d" % i))
        self.assert_watched(tree, "real")
        self.assert_watches(tree, 2)

    def test_not_followed_if_asked(self):
        os.symlink(self.out, self.in_t("link"))
        tree = self.start(NO_LISTING | constants.IN_DONT_FOLLOW)
        self.make("out", "f")
        self.assertEqual((self.told(tree), self.warnings()), ([], []))


class Overtaken(NotifierTest):
    """Events are read when the names they tell of stand for something else already."""

    def test_a_directory_that_replaced_a_new_one(self):
        os.mkdir(self.path("a"))
        tree = self.tree(mask=NO_LISTING)
        os.mkdir(self.path("d"))
        os.makedirs(self.path("a", "b", "c"))
        os.rename(self.path("a"), self.path("d"))
        told = [
            (os.path.relpath(os.path.join(path, name), self.dir), names[0])
            for _, names, path, name in self.drain(tree)
            if name
        ]
        self.assertEqual(told[:4], [
            ("d", "IN_CREATE"),
            ("a/b", "IN_CREATE"),
            ("a", "IN_MOVED_FROM"),
            ("d", "IN_MOVED_TO"),
        ])
        # What is in it is told by its new path, and what it is in first.
        self.assertEqual(told[4:], [("d/b", "IN_CREATE"), ("d/b/c", "IN_CREATE")])


if __name__ == "__main__":
    unittest.main()
