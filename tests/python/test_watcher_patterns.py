# SPDX-License-Identifier: MIT
"""What hides and prunes records of inotify.Watcher, and what goes wrong in it."""

import os
import re
import tempfile
import threading
import unittest

import inotify
from support import DEADLINE_S
from watching import WatcherTest

CREATE = inotify.IN_CREATE


class Patterns(WatcherTest):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("d"))
        end = tempfile.TemporaryDirectory()
        self.addCleanup(end.cleanup)
        self.end = os.path.realpath(end.name)

    def shown(self, **options):
        watcher = self.open(recursive=True, mask=CREATE, **options)
        self.make("a.c", "a.o", "d/b.c", "d/b.o")
        # Hidden by the pattern or not, the sentinel of another PATH comes last.
        watcher.add(self.end)
        return {
            os.path.relpath(record.path, self.dir)
            for record in self.read(watcher, self.end)
            if record.event == "create"
        }

    def test_exclude(self):
        self.assertEqual(self.shown(exclude=re.compile(r"\.o$")), {"a.c", "d/b.c"})

    def test_include(self):
        shown = self.shown(include=re.compile(r"\.o$|sentinel"))
        self.assertEqual(shown, {"a.o", "d/b.o"})

    def test_several(self):
        shown = self.shown(
            include=(re.compile(r"\.o$"), lambda path: "sentinel" in path),
            exclude=[re.compile("/a"), re.compile(rb"/b\.c")],
        )
        self.assertEqual(shown, {"d/b.o"})

    def test_ignore(self):
        shown = self.shown(ignore=lambda path: path == self.path("d"))
        self.assertEqual(shown, {"a.c", "a.o"})

    def test_functions_get_paths_of_records(self):
        seen = []
        self.shown(exclude=seen.append)
        self.assertIn(self.path("d/b.o"), seen)
        seen = []
        watcher = self.open(os.fsencode(self.dir), exclude=seen.append)
        self.make("new")
        self.assertEqual(len(watcher.read()), 1)
        self.assertIn(os.fsencode(self.path("new")), seen)

    def test_own_path_has_no_slash(self):
        seen = []
        watcher = self.open(self.path("d") + "/", exclude=seen.append)
        os.chmod(self.path("d"), 0o700)
        self.assertEqual(watcher.read()[0].path, self.path("d"))
        self.assertEqual(set(seen), {self.path("d")})

    def test_from_hidden_to_shown(self):
        watcher = self.open(exclude=re.compile(r"\.tmp$"))
        self.make("a.tmp")
        os.rename(self.path("a.tmp"), self.path("a"))
        (record,) = watcher.read()
        self.assertEqual((record.event, record.path), ("moved_in", self.path("a")))

    def test_wrong_patterns(self):
        for wrong in ("x", b"x", 1, [1], ["x"]):
            for kind in ("include", "exclude", "ignore"):
                with self.assertRaises(TypeError, msg=(kind, wrong)):
                    inotify.Watcher(self.dir, **{kind: wrong})


class Exceptions(WatcherTest):
    def test_what_cannot_be_judged_is_told_later(self):
        def fail(path):
            failed.append(path)
            raise KeyError(path)

        for option in ("exclude", "include", "ignore"):
            failed = []
            watcher = self.open(**{option: fail})
            self.make(option + "1", option + "2")
            with self.assertRaises(KeyError) as caught:
                watcher.read()
            self.assertEqual(caught.exception.args, (failed[0],))
            records = watcher.read(0)
            self.assertEqual([record.path for record in records], failed)
            self.assertEqual(len(failed), 2)

    def test_errors_of_truth(self):
        class Unsure:
            def __bool__(self):
                raise ValueError("unsure")

        watcher = self.open(exclude=lambda path: Unsure())
        self.make("a")
        with self.assertRaisesRegex(ValueError, "unsure"):
            next(watcher)  # although ValueError is what ends an iteration
        self.assertEqual(next(watcher).path, self.path("a"))

    def test_while_opening(self):
        def fail(path):
            raise KeyError(path)

        os.mkdir(self.path("a"))
        before = os.listdir("/proc/self/fd")
        with self.assertRaises(KeyError):
            inotify.Watcher(self.dir, recursive=True, ignore=fail)
        self.assertEqual(len(os.listdir("/proc/self/fd")), len(before))

    def test_while_adding(self):
        def fail(path):
            if fail.is_on:
                raise KeyError(path)

        fail.is_on = False
        os.mkdir(self.path("a"))
        os.mkdir(self.path("b"))
        self.make("a/x")
        watcher = self.open(self.path("b"), exclude=fail)
        fail.is_on = True
        self.assertRaises(KeyError, watcher.add, self.path("a"))
        fail.is_on = False
        self.assertRaises(KeyError, watcher.remove, self.path("a"))  # it is none

    def test_watcher_in_its_own_pattern(self):
        def use(path):
            for call in (watcher.read, watcher.take, lambda: watcher.add(self.dir)):
                with self.assertRaises(RuntimeError):
                    call()
            used.append(path)

        used = []
        watcher = self.open(exclude=use)
        self.make("a")
        self.assertEqual(len(watcher.read()), 1)
        self.assertEqual(used, [self.path("a")])

    def test_closed_in_its_own_pattern(self):
        watcher = self.open(exclude=lambda path: watcher.close())
        self.make("a", "b")
        try:
            watcher.read()
        except ValueError:
            pass
        self.assertTrue(watcher.closed)
        self.assertRaises(ValueError, watcher.read)

    def test_other_threads_run_meanwhile(self):
        def wait(path):
            entered.set()
            self.assertTrue(go_on.wait(DEADLINE_S))

        entered, go_on = threading.Event(), threading.Event()
        watcher = self.open(exclude=wait)
        reader = threading.Thread(target=watcher.read)
        reader.start()
        self.make("a")
        self.assertTrue(entered.wait(DEADLINE_S))
        other = threading.Thread(target=watcher.read, args=(0,))
        other.start()  # has to wait for the turn, without the interpreter
        go_on.set()
        reader.join(DEADLINE_S)
        other.join(DEADLINE_S)
        self.assertFalse(reader.is_alive() or other.is_alive())


if __name__ == "__main__":
    unittest.main()
