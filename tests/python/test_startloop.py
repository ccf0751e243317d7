# SPDX-License-Identifier: MIT
"""inotify.watch(), unwatch(), startloop(), stoploop(), event, in one thread."""

import errno
import inspect
import os
import pathlib
import pickle
import resource
import unittest
from unittest import mock

import inotify
from startloop import LONG_MS, LoopTest
from support import run_python


class Watch(LoopTest):
    def test_watch_descriptors(self):
        self.assertEqual(self.watch(), 1)
        os.mkdir(self.path("a"))
        self.assertEqual(inotify.watch(self.path("a"), inotify.IN_CREATE), 2)
        self.assertEqual(inotify.watch(mask=inotify.IN_DELETE, path=self.dir), 1)

    def test_every_kind_of_path(self):
        for path in (self.dir, os.fsencode(self.dir), pathlib.Path(self.dir)):
            self.assertEqual(inotify.watch(path, inotify.IN_CREATE), 1)

    def test_errors(self):
        missing = self.path("missing")
        with self.assertRaises(FileNotFoundError) as caught:
            inotify.watch(missing, inotify.IN_CREATE)
        self.assertEqual(caught.exception.filename, missing)
        with self.assertRaises(OSError) as caught:
            inotify.watch(self.dir, 0)
        self.assertEqual(caught.exception.errno, errno.EINVAL)
        for path in (3, None, ["x"]):
            self.assertRaises(TypeError, inotify.watch, path, inotify.IN_CREATE)
        for mask in (1.0, None):  # a str is another path, as for Watcher
            self.assertRaises(TypeError, inotify.watch, self.dir, mask)
        self.assertRaises(OverflowError, inotify.watch, self.dir, 2**32)
        self.assertRaises(ValueError, inotify.watch, "a\0b", inotify.IN_CREATE)

    def test_unwatch(self):
        wd = self.watch()
        self.make("a")
        self.assertIs(inotify.unwatch(wd), True)
        self.make("b")
        self.assertEqual(
            [(event.wd, event.mask, event.name) for event in self.turn()],
            [(wd, inotify.IN_CREATE, "a"), (wd, inotify.IN_IGNORED, "")],
        )
        with self.assertRaises(OSError) as caught:
            inotify.unwatch(wd)
        self.assertEqual(caught.exception.errno, errno.EINVAL)

    def test_unwatch_before_any_watch(self):
        with self.assertRaises(OSError) as caught:
            inotify.unwatch(1)
        self.assertEqual(caught.exception.errno, errno.EINVAL)
        for wd in ("1", 1.0, None):
            self.assertRaises(TypeError, inotify.unwatch, wd)

    def test_no_descriptor_left(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        before = self.descriptors()
        first = self.fd  # closed in setUp: the lowest that is free
        for more in range(3):
            resource.setrlimit(resource.RLIMIT_NOFILE, (first + more, hard))
            with self.assertRaises(OSError) as caught:
                self.watch()
            self.assertEqual(caught.exception.errno, errno.EMFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            self.assertEqual(self.descriptors(), before)
        self.assertEqual(self.watch(), 1)

    def test_descriptors_are_not_inherited(self):
        before = set(self.descriptors())
        self.watch()
        for fd in set(self.descriptors()) - before:
            if os.path.exists("/proc/self/fd/" + fd):
                self.assertFalse(os.get_inheritable(int(fd)))


class Event(LoopTest):
    def test_made_without_arguments(self):
        event = inotify.event()
        values = (event.wd, event.mask, event.cookie, event.length, event.len)
        self.assertEqual((*values, event.name), (0, 0, 0, 0, 0, ""))

    def test_delivered(self):
        wd = self.watch()
        self.make("a", "b" * 16)
        events = self.turn()
        for event, name, length in zip(events, ("a", "b" * 16), (16, 32)):
            self.assertIs(type(event), inotify.event)
            self.assertEqual(event.wd, wd)
            self.assertEqual(event.mask, inotify.IN_CREATE)
            self.assertEqual(event.cookie, 0)
            self.assertEqual((event.length, event.len), (length, length))
            self.assertEqual(event.name, name)
        self.assertEqual(
            repr(events[0]),
            "inotify.event(wd=1, mask=256, cookie=0, length=16, name='a')",
        )

    def test_pickle(self):
        event = inotify.event(1, 2, 3, 4, "a\udcff")
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            again = pickle.loads(pickle.dumps(event, protocol))
            self.assertIs(type(again), inotify.event)
            self.assertEqual((again.wd, again.len, again.name), (1, 4, "a\udcff"))
        self.assertEqual(repr(inotify.event), "<class 'inotify.event'>")

    def test_read_only(self):
        event = inotify.event()
        for name in ("wd", "mask", "cookie", "length", "len", "name", "other"):
            with self.assertRaises(AttributeError):
                setattr(event, name, 1)

    def test_no_name_after_a_name(self):
        os.mkdir(self.path("watched"))
        inotify.watch(self.path("watched"), inotify.IN_ALL_EVENTS)
        self.make("watched/long-name-that-must-not-stay")
        self.turn()
        os.unlink(self.path("watched/long-name-that-must-not-stay"))
        os.rmdir(self.path("watched"))
        events = [(event.mask, event.name) for event in self.turn()]
        self.assertEqual(
            events,
            [
                (inotify.IN_DELETE, "long-name-that-must-not-stay"),
                (inotify.IN_DELETE_SELF, ""),
                (inotify.IN_IGNORED, ""),
            ],
        )

    def test_names_of_any_bytes(self):
        self.watch()
        names = [b"\xff\xfe", "\u20ac".encode(), b"\n", b"x" * 255]
        self.make(*names)
        self.assertEqual([os.fsencode(name) for name in self.names()], names)

    def test_cookies(self):
        self.watch(inotify.IN_MOVE)
        self.make("a")
        os.rename(self.path("a"), self.path("b"))
        old, new = self.turn()
        self.assertEqual((old.mask, old.name), (inotify.IN_MOVED_FROM, "a"))
        self.assertEqual((new.mask, new.name), (inotify.IN_MOVED_TO, "b"))
        self.assertEqual(old.cookie, new.cookie)
        self.assertNotEqual(old.cookie, 0)


class OneTurn(LoopTest):
    def test_signature(self):
        given = inspect.signature(inotify.startloop).parameters.values()
        self.assertEqual(
            [(parameter.name, parameter.default) for parameter in given],
            [
                ("callback", inspect.Parameter.empty),
                ("extra", None),
                ("timeout", 100),
                ("block", True),
            ],
        )

    def test_every_event_of_a_batch_in_order(self):
        self.watch()
        names = ["%03d%s" % (i, "x" * (i % 250)) for i in range(500)]
        self.make(*names)
        self.assertEqual(self.names(), names)

    def test_nothing_watched_nothing_happened(self):
        self.assertIsNone(inotify.startloop(self.fail, block=False, timeout=1))
        self.watch()
        self.assertIsNone(inotify.startloop(self.fail, block=False, timeout=0))
        inotify.startloop(callback=self.fail, extra=None, timeout=1, block=False)

    def test_timeouts_without_end(self):
        self.watch()
        for timeout in (-1, -(2**40), 2**31, 2**40):
            self.make(str(timeout))
            self.assertEqual(len(self.turn(timeout=timeout)), 1)

    def test_milliseconds(self):
        timeouts = []
        poll = mock.Mock(register=mock.Mock(), poll=timeouts.append)
        with mock.patch("inotify.instance.select.poll", lambda: poll):
            for timeout in ({}, {"timeout": 7}, {"timeout": -1}, {"timeout": 2**31}):
                inotify.startloop(self.fail, block=False, **timeout)
        self.assertEqual(timeouts, [100, 7, None, None])

    def test_one_turn_after_the_other(self):
        self.watch()
        for name in ("a", "b", "c"):
            self.make(name)
            self.assertEqual(self.names(), [name])

    def test_wrong_arguments(self):
        for args in ((None,), (3,), (print, 3), (print, None, 1.0), (print, None, "1")):
            self.assertRaises(TypeError, inotify.startloop, *args)
        for block in (0, 1, None, "no"):
            with self.assertRaises(TypeError):
                inotify.startloop(print, block=block)
        self.assertRaises(TypeError, inotify.startloop)

    def test_extra_comes_last_and_also_without_events(self):
        calls = []

        def extra():
            calls.append("extra")
            return "ignored"

        self.watch()
        self.make("a", "b")
        self.turn(lambda event: calls.append(event.name), extra=extra)
        self.assertEqual(calls, ["a", "b", "extra"])
        self.turn(timeout=1, extra=extra)
        self.assertEqual(calls, ["a", "b", "extra", "extra"])

    def test_exceptions_of_extra(self):
        def extra():
            raise KeyError("extra")

        self.watch()
        self.make("a")
        names = []
        for block in (False, True):
            with self.assertRaisesRegex(KeyError, "extra"):
                inotify.startloop(lambda e: names.append(e.name), extra, 1, block)
        self.assertEqual(names, ["a"])

    def test_exceptions_of_the_callback(self):
        def callback(event):
            names.append(event.name)
            if event.name in "bd":
                raise KeyError(event.name)

        names = []
        self.watch()
        self.make(*"abcde")
        for block in (False, True):
            with self.assertRaises(KeyError):
                inotify.startloop(callback, self.fail, LONG_MS, block)
        self.make("f")
        # What is left comes first and without waiting, and what is newer after it.
        while names[-1] != "f":
            self.turn(callback)
        self.assertEqual(names, list("abcdef"))


class Loop(LoopTest):
    def run_until(self, last, callback=None):
        """Runs a loop and stops it at the event of that name; what it was told."""

        def stopping(event):
            names.append(event.name)
            if callback:
                callback(event)
            if event.name == last:
                inotify.stoploop()

        names = []
        self.assertIsNone(inotify.startloop(stopping, timeout=LONG_MS))
        return names

    def test_callback_stops_it(self):
        before = self.descriptors()
        self.watch()
        self.make("a", "b", "c")
        self.assertEqual(self.run_until("c"), ["a", "b", "c"])
        self.assertEqual(self.descriptors(), before)

    def test_no_callback_after_stoploop(self):
        self.watch()
        self.make("a", "b", "c")
        calls = []
        self.assertEqual(self.run_until("b"), ["a", "b"])
        self.watch()
        self.make("d", "e")

        def stop(event):
            calls.append(event.name)
            inotify.stoploop()

        inotify.startloop(stop, lambda: calls.append("extra"), LONG_MS)
        self.assertEqual(calls, ["d", "extra"])

    def test_many_turns(self):
        def callback(event):
            if event.name != "9":
                self.make(str(int(event.name) + 1))

        self.watch()
        self.make("0")
        self.assertEqual(self.run_until("9", callback), list("0123456789"))

    def test_stopped_within_one_turn(self):
        self.watch()
        self.make("a", "b")
        calls = []

        def stop(event):
            calls.append(event.name)
            inotify.stoploop()

        self.turn(stop, extra=lambda: calls.append("extra"))
        self.assertEqual(calls, ["a", "extra"])
        self.assertEqual(self.watch(), 1)

    def test_extra_stops_it(self):
        turns = []

        def extra():
            turns.append(1)
            if len(turns) == 3:
                inotify.stoploop()

        self.watch()
        inotify.startloop(self.fail, extra, timeout=1)
        self.assertEqual(len(turns), 3)

    def test_callback_watches_and_unwatches(self):
        def callback(event):
            if event.name == "dir":
                wds.append(inotify.watch(self.path("dir"), inotify.IN_CREATE))
                self.make("dir/a")
                inotify.unwatch(event.wd)
            elif event.mask & inotify.IN_IGNORED:
                self.make("last", "dir/last")

        wds = []
        self.watch()
        os.mkdir(self.path("dir"))
        self.assertEqual(self.run_until("last", callback), ["dir", "a", "", "last"])
        self.assertEqual(wds, [2])

    def test_everything_begins_anew(self):
        before = self.descriptors()
        self.watch()
        os.mkdir(self.path("a"))
        self.assertEqual(inotify.watch(self.path("a"), inotify.IN_CREATE), 2)
        self.assertIsNone(inotify.stoploop())
        self.assertEqual(self.descriptors(), before)
        self.make("lost")
        self.assertEqual(inotify.watch(self.path("a"), inotify.IN_CREATE), 1)
        self.make("a/b", "lost too")
        self.assertEqual(self.run_until("b"), ["b"])

    def test_callback_begins_anew(self):
        def callback(event):
            inotify.stoploop()
            self.watch()
            self.make("new")

        self.watch()
        self.make("a", "forgotten")
        self.assertIsNone(inotify.startloop(callback, timeout=LONG_MS))
        self.assertEqual(self.names(), ["new"])

    def test_stoploop_twice(self):
        before = self.descriptors()
        for _ in range(3):
            self.assertIsNone(inotify.stoploop())
        self.watch()
        for _ in range(3):
            self.assertIsNone(inotify.stoploop())
        self.assertEqual(self.descriptors(), before)

    def test_stoploop_leaves_stdin_open(self):
        script = """
            import inotify, sys
            inotify.stoploop()
            inotify.watch("/", inotify.IN_CREATE)
            inotify.stoploop()
            inotify.stoploop()
            print(sys.stdin.read())
        """
        done = run_python(script, input=b"still open")
        self.assertEqual((done.stderr, done.stdout), (b"", b"still open\n"))

    def test_never_stopped(self):
        script = """
            import inotify
            inotify.watch("/", inotify.IN_CREATE)
            inotify.startloop(print, timeout=1, block=False)
        """
        done = run_python(script)
        self.assertEqual((done.stderr, done.returncode), (b"", 0))


if __name__ == "__main__":
    unittest.main()
