# SPDX-License-Identifier: MIT
"""The records that inotify.Watcher tells."""

import os
import select
import shutil
import subprocess
import sys
import time
import unittest

import inotify
from watching import WatcherTest

MAX_QUEUED_EVENTS = "/proc/sys/fs/inotify/max_queued_events"


class Records(WatcherTest):
    def test_files(self):
        watcher = self.open(mask=inotify.IN_ALL_EVENTS & ~inotify.IN_CLOSE_NOWRITE)
        self.write("a")
        os.chmod(self.path("a"), 0o600)
        os.unlink(self.path("a"))
        events = ["create", "open", "modify", "close_write", "attrib", "delete"]
        self.assertEqual(self.told(watcher), [(event, "a") for event in events])

    def test_fields(self):
        watcher = self.open()
        before_ns = time.time_ns()
        os.mkdir(self.path("a"))
        (record,) = watcher.read()
        self.assertEqual(record.event, "create")
        self.assertEqual(record.path, self.path("a"))
        self.assertIs(type(record.path), str)
        self.assertIsNone(record.old_path)
        self.assertIs(record.is_dir, True)
        self.assertIs(record.synthetic, False)
        self.assertEqual(record.cookie, 0)
        self.assertLessEqual(before_ns, record.time_ns)
        self.assertLessEqual(record.time_ns, time.time_ns())
        self.assertIsNone(record.error)
        self.assertIsNone(record.message)
        self.assertIs(type(record.mask), inotify.Mask)
        self.assertEqual(record.mask, inotify.Mask.CREATE | inotify.Mask.ISDIR)
        self.assertEqual(str(record.mask), "CREATE|ISDIR")

    def test_move(self):
        watcher = self.open()
        self.make("a")
        os.rename(self.path("a"), self.path("b"))
        _, move = self.read(watcher)
        self.assertEqual((move.event, move.path), ("move", self.path("b")))
        self.assertEqual(move.old_path, self.path("a"))
        self.assertGreater(move.cookie, 0)
        self.assertEqual(move.mask, inotify.Mask.MOVE)

    def test_halves_of_a_move(self):
        watcher = self.open(pair_moves=False)
        self.make("a")
        os.rename(self.path("a"), self.path("b"))
        told = self.told(watcher)
        self.assertEqual(told, [("create", "a"), ("moved_out", "a"), ("moved_in", "b")])

    def test_move_out_of_sight(self):
        os.mkdir(self.path("seen"))
        self.make("seen/a")
        watcher = self.open(self.path("seen"))
        os.rename(self.path("seen/a"), self.path("b"))
        (record,) = watcher.read()  # although nothing more makes the kernel's queue ready
        self.assertEqual(record.event, "moved_out")

    def test_new_directories_miss_nothing(self):
        watcher = self.open(recursive=True, mask=inotify.IN_CREATE)
        for i in range(50):
            os.makedirs(self.path("d%d" % i, "x/y/z"))
            self.make("d%d/x/y/z/file" % i)
        told = {path for event, path in self.told(watcher) if event in ("create", "found")}
        for i in range(50):
            self.assertIn("d%d/x/y/z/file" % i, told)

    def test_renamed_directories_are_followed(self):
        os.makedirs(self.path("old/below"))
        watcher = self.open(recursive=True, mask=inotify.IN_CREATE)
        os.rename(self.path("old"), self.path("new"))
        self.make("new/below/a")
        self.assertEqual(self.told(watcher), [("create", "new/below/a")])

    def test_max_depth(self):
        os.makedirs(self.path("a/b"))
        watcher = self.open(recursive=True, max_depth=2, mask=inotify.IN_CREATE)
        self.make("1", "a/2", "a/b/3")
        self.assertEqual(self.told(watcher), [("create", "1"), ("create", "a/2")])

    def test_listed(self):
        os.mkdir(self.path("a"))
        self.make("a/b")
        watcher = self.open(recursive=True, listed=True)
        records = watcher.read(0)
        self.assertEqual(
            [(record.event, record.path) for record in records],
            [
                ("resync", self.dir),
                ("found", self.path("a")),
                ("found", self.path("a/b")),
                ("ready", None),
            ],
        )
        self.assertTrue(all(record.synthetic for record in records))

    def test_nothing_of_the_time_before(self):
        os.mkdir(self.path("a"))
        self.make("a/b")
        self.assertEqual(self.open(recursive=True).read(0), [])

    def test_overflow(self):
        with open(MAX_QUEUED_EVENTS, encoding="ascii") as file:
            limit = int(file.read())
        if limit > 100000:
            self.skipTest("%s is %d" % (MAX_QUEUED_EVENTS, limit))
        watcher = self.open(mask=inotify.IN_CREATE | inotify.IN_DELETE)
        for i in range(limit // 2 + 10):
            self.make(str(i % 2))
            os.unlink(self.path(str(i % 2)))
        self.make("left")
        records = self.read_until(watcher, lambda record: record.event == "synced")
        events = [record.event for record in records]
        at = events.index("overflow")
        self.assertEqual(events[at : at + 3], ["overflow", "resync", "found"])
        self.assertEqual(records[at].mask, inotify.Mask.Q_OVERFLOW)
        self.assertIsNone(records[at].path)
        self.assertFalse(records[at].synthetic)
        self.assertEqual(records[at + 2].path, self.path("left"))

    def test_replaced_file(self):
        self.write("a")
        watcher = self.open(self.path("a"))
        self.write("b")
        os.rename(self.path("b"), self.path("a"))
        self.read_until(watcher, lambda record: record.event == "found")
        self.write("a")
        self.read_until(watcher, lambda record: record.event == "close_write")

    def test_lost_directory(self):
        if os.geteuid() == 0:
            self.skipTest("root may read everything")
        os.mkdir(self.path("a"), 0)
        (record,) = self.open(recursive=True).read(0)
        self.assertEqual((record.event, record.path), ("lost", self.path("a")))
        self.assertEqual(record.error, 13)
        self.assertIn("permission", record.message)


class Names(WatcherTest):
    def test_bytes(self):
        watcher = self.open(os.fsencode(self.dir))
        name = os.fsencode(self.dir) + b"/a\xff\n\x1b"
        os.mknod(name)
        os.rename(name, os.fsencode(self.dir) + b"/b")
        create, move = self.read_until(watcher, lambda record: record.event == "move")
        self.assertEqual((create.path, move.old_path), (name, name))
        self.assertIs(type(move.path), bytes)

    def test_undecodable_str(self):
        watcher = self.open()
        name = os.fsencode(self.dir) + b"/\xff" + b"\xfe" * 200
        os.mknod(name)
        (record,) = watcher.read()
        self.assertIs(type(record.path), str)
        self.assertEqual(os.fsencode(record.path), name)

    def test_joined_as_given(self):
        os.mkdir(self.path("d"))
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        os.chdir(self.dir)
        for given, told in ("d", "d/a"), ("d/", "d/a"), ("d///", "d/a"), (".", "./a"):
            watcher = self.open(given)
            self.make("d/a", "a")
            self.assertEqual(watcher.read()[0].path, told)
            shutil.rmtree("d")
            os.mkdir("d")
            os.unlink("a")

    def test_paths_of_two_kinds(self):
        for paths in ((self.dir, os.fsencode(self.dir)), (None,), (1,), (self.dir, 1)):
            self.assertRaises(TypeError, inotify.Watcher, *paths)
        self.assertRaises(TypeError, self.open().add, os.fsencode(self.dir))
        self.assertRaises(TypeError, self.open(os.fsencode(self.dir)).remove, self.dir)


class Reading(WatcherTest):
    def test_timeout(self):
        watcher = self.open()
        began = time.monotonic()
        self.assertEqual(watcher.read(0), [])
        self.assertEqual(watcher.read(timeout=0.05), [])
        self.assertGreaterEqual(time.monotonic() - began, 0.05)
        self.make("a")
        for timeout in (0, 1e300, float("inf"), None):
            self.assertEqual(len(watcher.read(timeout)), 1)
            self.make("b%s" % timeout)
        for wrong, error in (-1, ValueError), (float("nan"), ValueError), ("1", TypeError):
            self.assertRaises(error, watcher.read, wrong)
        self.assertEqual(len(watcher.read(0)), 1)

    def test_iteration_goes_on(self):
        watcher = self.open()
        self.make("a", "b", "c")
        for record in watcher:
            break
        self.assertEqual(record.path, self.path("a"))
        self.assertEqual(next(watcher).path, self.path("b"))
        self.assertEqual(watcher.take().path, self.path("c"))
        self.assertIsNone(watcher.take())

    def test_one_and_all_share_the_order(self):
        watcher = self.open()
        self.make("a", "b", "c")
        self.assertEqual(next(watcher).path, self.path("a"))
        self.make("d")
        paths = [record.path for record in watcher.read() + watcher.read()]
        self.assertEqual(paths, [self.path(name) for name in "bcd"])

    def test_fileno(self):
        def is_readable():
            return bool(select.select([watcher], [], [], 0)[0])

        watcher = self.open()
        watcher.read(0)
        self.assertFalse(is_readable())
        self.make("a", "b")
        self.assertTrue(is_readable())
        next(watcher)
        self.assertTrue(is_readable())  # the other one waits in the Watcher
        next(watcher)
        self.assertEqual(watcher.read(0), [])
        self.assertFalse(is_readable())

    def test_fileno_knows_deadlines(self):
        os.mkdir(self.path("seen"))
        self.make("seen/a")
        watcher = self.open(self.path("seen"))
        os.rename(self.path("seen/a"), self.path("b"))
        records = []
        while not records:
            self.assertTrue(select.select([watcher], [], [], 10)[0])
            records = watcher.read(0)
        self.assertEqual([record.event for record in records], ["moved_out"])

    def test_closed(self):
        watcher = self.open()
        self.make("a")
        self.assertFalse(watcher.closed)
        watcher.close()
        watcher.close()
        self.assertTrue(watcher.closed)
        for call in (watcher.read, watcher.take, watcher.fileno):
            self.assertRaises(ValueError, call)
        self.assertRaises(ValueError, watcher.add, self.dir)
        self.assertEqual(list(watcher), [])
        self.assertIn("closed", repr(watcher))

    def test_context_manager(self):
        with inotify.Watcher(self.dir) as watcher:
            self.assertFalse(watcher.closed)
        self.assertTrue(watcher.closed)

    def test_wrong_options(self):
        for options, error in (
            ({"mask": 0}, ValueError),
            ({"mask": 2**32}, OverflowError),
            ({"mask": -1}, OverflowError),
            ({"mask": "1"}, TypeError),
            ({"max_depth": 0}, ValueError),
            ({"max_depth": 2**40}, OverflowError),
            ({"unknown": 1}, TypeError),
        ):
            with self.assertRaises(error, msg=options):
                inotify.Watcher(self.dir, **options)

    def test_opened_once(self):
        watcher = self.open()
        self.assertRaises(RuntimeError, watcher.__init__, self.dir)
        self.make("a")
        self.assertEqual(len(watcher.read()), 1)

    def test_hold(self):
        watcher = self.open()
        self.assertRaises(RuntimeError, watcher.let_go)
        fd = watcher.hold()
        self.assertEqual(fd, watcher.fileno())
        watcher.close()
        os.fstat(fd)  # it is still open
        self.assertRaises(ValueError, watcher.hold)
        watcher.let_go()
        self.assertRaises(OSError, os.fstat, fd)
        self.assertRaises(RuntimeError, watcher.let_go)

    def test_working_directory_stays(self):
        script = "import inotify, os; os.chdir('/'); inotify.Watcher('.').close(); print(os.getcwd())"
        done = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, check=True)
        self.assertEqual(done.stdout, b"/\n")


if __name__ == "__main__":
    unittest.main()
