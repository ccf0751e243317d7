# SPDX-License-Identifier: MIT
"""The events that _inotify.read_event() tells, and the names in the module."""

import errno
import functools
import inspect
import os
import select
import socket
import unittest

import _inotify
from support import QueueTest


class ReadEvent(QueueTest):
    def test_event(self):
        wd = _inotify.add(self.fd, self.dir, _inotify.ALL_EVENTS)
        self.make("a")
        os.rename(self.path("a"), self.path("b"))
        events = self.read()
        self.assertEqual(
            events[0],
            {"wd": wd, "mask": _inotify.CREATE, "cookie": 0, "len": 16, "name": "a"},
        )
        self.assertEqual(list(events[0]), ["wd", "mask", "cookie", "len", "name"])
        source, target = events[1:]
        self.assertEqual(source["mask"], _inotify.MOVED_FROM)
        self.assertEqual(target["mask"], _inotify.MOVED_TO)
        self.assertEqual(source["cookie"], target["cookie"])
        self.assertGreater(source["cookie"], 0)
        for event in events:
            self.assertIs(type(event), dict)

    def test_event_of_the_watched_path_has_no_name(self):
        self.make("a")
        _inotify.add(self.fd, self.path("a"), _inotify.ATTRIB)
        os.chmod(self.path("a"), 0o600)
        (event,) = self.read()
        self.assertEqual((event["name"], event["len"]), ("", 0))

    def test_names_of_every_length(self):
        _inotify.add(self.fd, self.dir, _inotify.CREATE)
        names = [chr(97 + i % 26) * (i % 255 + 1) for i in range(0, 2040, 7)]
        names = list(dict.fromkeys(names))
        names[1:1] = ["x" * 255, "y", "z" * 16, "z" * 15, "é" * 127]
        self.make(*names)
        events = self.read()
        self.assertEqual([e["name"] for e in events], names)
        for event in events:
            size = len(os.fsencode(event["name"])) + 1
            self.assertEqual(event["len"], (size + 15) // 16 * 16)
        self.assert_empty()

    def test_undecodable_names(self):
        _inotify.add(self.fd, self.dir, _inotify.CREATE)
        names = [b"\xff\xfe", b"\xff" * 255, b"a\n\x1b[1m", b"-x"]
        self.make(*names)
        self.assertEqual([os.fsencode(name) for name in self.names()], names)

    def test_empty_queue(self):
        self.assert_empty()
        with self.assertRaises(BlockingIOError) as caught:
            _inotify.read_event(self.create(_inotify.NONBLOCK), print)
        self.assertEqual(caught.exception.errno, errno.EAGAIN)

    def test_any_callable(self):
        class Receiver:
            def __call__(self, event):
                seen.append(event["name"])

            def method(self, event):
                seen.append(event["name"])

        seen = []
        callbacks = [
            lambda event: seen.append(event["name"]),
            Receiver(),
            Receiver().method,
            functools.partial(lambda prefix, event: seen.append(event["name"]), 1),
        ]
        _inotify.add(self.fd, self.dir, _inotify.CREATE)
        for i, callback in enumerate(callbacks):
            self.make(str(i))
            self.assertIsNone(_inotify.read_event(self.fd, callback))
        self.assertEqual(seen, ["0", "1", "2", "3"])

    def test_not_callable(self):
        _inotify.add(self.fd, self.dir, _inotify.CREATE)
        self.make("a")
        for wrong in (None, 1, "print", {}):
            with self.assertRaisesRegex(TypeError, "callback must be a function"):
                _inotify.read_event(self.fd, wrong)
        self.assertEqual(self.names(), ["a"])

    def test_exception_of_the_callback_loses_nothing(self):
        class Stop(BaseException):
            pass

        def callback(event):
            seen.append(event["name"])
            if len(event["name"]) % 3 == 0:
                raise stop

        stop, seen, stops = Stop("a reason"), [], 0
        _inotify.add(self.fd, self.dir, _inotify.CREATE)
        names = [str(i % 10) * (1 + i * 13 % 40) for i in range(40)]
        self.make(*names)
        while len(seen) < len(names):
            try:
                _inotify.read_event(self.fd, callback)
            except Stop as raised:
                self.assertIs(raised, stop)
                stops += 1
        self.assertEqual(seen, names)
        self.assertEqual(stops, sum(len(name) % 3 == 0 for name in names))
        self.assert_empty()

    def test_events_that_arrive_meanwhile_wait(self):
        def callback(event):
            seen.append(event["name"])
            self.make(event["name"] + "x")

        seen = []
        _inotify.add(self.fd, self.dir, _inotify.CREATE)
        self.make("a", "b")
        _inotify.read_event(self.fd, callback)
        self.assertEqual(seen, ["a", "b"])
        self.assertEqual(self.names(), ["ax", "bx"])

    def test_call_within_the_callback(self):
        def callback(event):
            seen.append(event["name"])
            try:
                _inotify.read_event(self.fd, callback)
            except BlockingIOError:
                seen.append(None)

        seen = []
        _inotify.add(self.fd, self.dir, _inotify.CREATE)
        self.make("a", "b", "c")
        _inotify.read_event(self.fd, callback)
        self.assertEqual(seen, ["a", "b", "c", None])

    def test_descriptor_closed_and_reused_by_the_callback(self):
        def callback(_event):
            os.dup2(other.fileno(), self.fd)

        other, peer = socket.socketpair()
        self.addCleanup(other.close)
        self.addCleanup(peer.close)
        peer.send(b"x" * 100)
        _inotify.add(self.fd, self.dir, _inotify.CREATE)
        self.make("a", "b")
        with self.assertRaises(OSError) as caught:
            _inotify.read_event(self.fd, callback)
        self.assertEqual(caught.exception.errno, errno.EINVAL)
        self.assertEqual(other.recv(1000), b"x" * 100)

    def test_descriptor_closed_by_the_callback(self):
        _inotify.add(self.fd, self.dir, _inotify.CREATE)
        self.make("a", "b")
        with self.assertRaises(OSError) as caught:
            _inotify.read_event(self.fd, lambda event: os.close(self.fd))
        self.assertEqual(caught.exception.errno, errno.EBADF)

    def test_takes_nothing_from_what_is_no_queue(self):
        read_end, write_end = os.pipe()
        self.addCleanup(os.close, read_end)
        self.addCleanup(os.close, write_end)
        os.write(write_end, b"\0" * 64)
        with self.assertRaises(OSError) as caught:
            _inotify.read_event(read_end, self.fail)
        self.assertEqual(caught.exception.errno, errno.EINVAL)
        self.assertEqual(os.read(read_end, 100), b"\0" * 64)

    def test_overflow(self):
        with open("/proc/sys/fs/inotify/max_queued_events", encoding="ascii") as file:
            limit = int(file.read())
        if limit > 100000:
            self.skipTest("fs.inotify.max_queued_events is %d" % limit)
        wd = _inotify.add(self.fd, self.dir, _inotify.CREATE | _inotify.DELETE)
        for _ in range(limit // 2 + 1):
            self.make("a")
            os.unlink(self.path("a"))
        events = self.read()
        self.assertEqual(len(events), limit + 1)
        self.assertEqual({e["wd"] for e in events[:-1]}, {wd})
        self.assertEqual((events[-1]["wd"], events[-1]["name"]), (-1, ""))
        self.assertEqual(events[-1]["mask"], _inotify.Q_OVERFLOW)

    def test_ready_for_select(self):
        _inotify.add(self.fd, self.dir, _inotify.CREATE)
        self.assertEqual(select.select([self.fd], [], [], 0)[0], [])
        self.make("a")
        self.assertEqual(select.select([self.fd], [], [], 0)[0], [self.fd])


class Names(unittest.TestCase):
    def test_constants(self):
        plain = {n for n in dir(_inotify) if n.isupper() and not n.startswith("IN_")}
        prefixed = {n[3:] for n in dir(_inotify) if n.startswith("IN_")}
        self.assertEqual(plain, prefixed)
        old = """ACCESS ATTRIB CLOSE_EXEC CLOSE_WRITE CLOSE_NOWRITE CREATE DELETE
            DELETE_SELF MODIFY MOVE_SELF MOVED_FROM MOVED_TO OPEN ALL_EVENTS CLOSE MOVE
            DONT_FOLLOW EXCL_UNLINK MASK_ADD ONESHOT ONLYDIR IGNORED ISDIR Q_OVERFLOW
            UNMOUNT"""
        new = "CLOEXEC NONBLOCK MASK_CREATE"
        self.assertEqual(plain, set(old.split()) | set(new.split()))
        for name in plain:
            value = getattr(_inotify, name)
            self.assertIs(type(value), int)
            self.assertEqual(value, getattr(_inotify, "IN_" + name))
            self.assertIn("\n  %s " % name, _inotify.__doc__)

    def test_values(self):
        # inotify(7): these are the kernel's interface and never change.
        self.assertEqual(_inotify.ONESHOT, 0x80000000)
        self.assertEqual(_inotify.ALL_EVENTS, 0xFFF)
        self.assertEqual(_inotify.CLOSE, 0x18)
        self.assertEqual(_inotify.MOVE, 0xC0)
        self.assertEqual(_inotify.CLOSE_EXEC, os.O_CLOEXEC)
        self.assertEqual(_inotify.NONBLOCK, os.O_NONBLOCK)

    def test_docstrings(self):
        for name in ("create", "add", "remove", "read_event"):
            function = getattr(_inotify, name)
            self.assertIn("Raises", function.__doc__)
            self.assertRegex(function.__doc__, r"See \w+\([27]\)")
            inspect.signature(function)


if __name__ == "__main__":
    unittest.main()
