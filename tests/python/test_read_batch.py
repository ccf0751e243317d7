# SPDX-License-Identifier: MIT
"""_inotify.read_batch(): the types it makes, and its arguments."""

import collections
import errno
import gc
import os
import struct
import unittest

import _inotify
from growth import count_objects
from support import HasFileno, QueueTest, run_python

Pair = collections.namedtuple("Pair", "one two")
Event = collections.namedtuple("Event", "wd mask cookie len name")


class WithDict(Event):
    pass


class WithNew(Event):
    __slots__ = ()

    def __new__(cls, *args):
        raise AssertionError("is not called")


class BatchTest(QueueTest):
    def create(self):
        return super().create(_inotify.NONBLOCK)

    def setUp(self):
        super().setUp()
        self.wd = _inotify.add(self.fd, self.dir, _inotify.CREATE | _inotify.DELETE)

    def read(self, event_type=tuple):
        return _inotify.read_batch(self.fd, event_type)


class Types(BatchTest):
    def test_every_kind_of_tuple(self):
        for event_type in (tuple, Event, Pair, WithDict, WithNew):
            self.make("a", "b")
            wanted = [(self.wd, 0x100, 0, 16, "a"), (self.wd, 0x100, 0, 16, "b")]
            events = self.read(event_type)
            self.assertIs(type(events), list)
            self.assertEqual(events, wanted)
            for event, values in zip(events, wanted):
                self.assertIs(type(event), event_type)
                self.assertEqual(hash(event), hash(values))
            for name in "ab":
                os.unlink(self.path(name))
            self.read()

    def test_dictionaries_work(self):
        self.make("a")
        [event] = self.read(WithDict)
        event.itself = event
        self.assertTrue(gc.is_tracked(event))
        self.assertEqual(event._replace(name="b").name, "b")

    def test_other_types_take_nothing(self):
        self.make("a")
        for wrong in (list, int, os.stat_result, type(os.times()), (), "tuple", None):
            self.assertRaises(TypeError, self.read, wrong)
        self.assertEqual(self.read(), [(self.wd, 0x100, 0, 16, "a")])

    def test_neighbours_are_told_apart(self):
        names = ["a", "b", "ab", "ba", "a" * 15, "a" * 16, "b" * 16, "\udcff", "a"]
        for name in names:
            self.make(name)
            os.unlink(self.path(name))
        pairs = [(mask, name) for name in names for mask in (0x100, 0x200)]
        self.assertEqual([(e.mask, e.name) for e in self.read(Event)], pairs)

    def test_descriptors_and_cookies_are_told_apart(self):
        folders = [self.path("one"), self.path("two")]
        for folder in folders:
            os.mkdir(folder)
        wds = [_inotify.add(self.fd, folder, _inotify.MOVE) for folder in folders]
        for number in range(2):
            os.mknod(self.path("one/x"))
            os.rename(self.path("one/x"), self.path("two/x"))
        events = self.read(Event)[2:]
        self.assertEqual([event.wd for event in events], wds * 2)
        self.assertEqual([event.mask for event in events], [0x40, 0x80] * 2)
        self.assertEqual([event.name for event in events], ["x"] * 4)
        cookies = [event.cookie for event in events]
        self.assertEqual(cookies, [cookies[0]] * 2 + [cookies[2]] * 2)
        self.assertNotEqual(cookies[0], cookies[2])

    def test_a_name_is_shared(self):
        self.make("abcdef")
        os.unlink(self.path("abcdef"))
        created, deleted = self.read(Event)
        self.assertIs(created.name, deleted.name)
        self.assertNotEqual(created.mask, deleted.mask)

    def test_the_collector_has_nothing_to_do(self):
        self.make("a", "b")
        self.assertEqual([gc.is_tracked(event) for event in self.read(Event)], [False] * 2)


class Arguments(BatchTest):
    def test_keywords(self):
        self.make("a", "b")
        fd = HasFileno(self.fd)
        events = _inotify.read_batch(max_bytes=32, event_type=tuple, fd=fd)
        self.assertEqual([event[4] for event in events], ["a"])
        self.assertEqual([event[4] for event in self.read()], ["b"])
        self.assertEqual(self.read(), [])

    def test_errors(self):
        read = _inotify.read_batch
        for args in ((), (self.fd,), (self.fd, tuple, 0, 0), ("1", tuple)):
            self.assertRaises(TypeError, read, *args)
        for limit in ("1", 1.0, None):
            self.assertRaises(TypeError, read, self.fd, tuple, limit)
        self.assertRaises(ValueError, read, -1, tuple)
        self.make("a")
        with self.assertRaises(OSError) as caught:
            read(self.fd, tuple, 31)
        self.assertEqual(caught.exception.errno, errno.EINVAL)
        self.assertEqual(len(read(self.fd, tuple, -(2**70))), 1)
        os.close(self.fd)
        with self.assertRaises(OSError) as caught:
            read(self.fd, tuple)
        self.assertEqual(caught.exception.errno, errno.EBADF)

    def test_single_events_keep_nothing(self):
        # Not even in the interpreter's caches.
        def read():
            os.write(write_end, struct.pack("=iIII", 1, 2, 3, 0))
            self.assertEqual(_inotify.read_batch(read_end, Event), [(1, 2, 3, 0, "")])

        read_end, write_end = os.pipe()
        self.addCleanup(os.close, read_end)
        self.addCleanup(os.close, write_end)
        read()
        objects = count_objects()
        for _ in range(5000):
            read()
        self.assertLess(count_objects() - objects, 100)

    def test_errors_keep_nothing(self):
        def provoke():
            os.write(write_end, struct.pack("=iIII", 300, 2**31, 7, 16) + b"\xff" * 15)
            for args in (
                (read_end, Event),
                (read_end, Event),
                (self.fd, list),
                (self.fd, os.stat_result),
                (self.fd, Event, "1"),
                ("x", Event),
            ):
                try:
                    self.assertEqual(_inotify.read_batch(*args), [])
                except (OSError, TypeError):
                    pass

        read_end, write_end = os.pipe()
        self.addCleanup(os.close, read_end)
        self.addCleanup(os.close, write_end)
        os.set_blocking(read_end, False)
        provoke()
        gc.collect()
        objects = count_objects()
        for _ in range(5000):
            provoke()
        gc.collect()
        self.assertLess(count_objects() - objects, 500)


class Leaks(BatchTest):
    # In a mode in which the interpreter checks each block of memory.
    SCRIPT = """
        import collections, os, struct, sys, _inotify
        from growth import count_objects, is_sanitized, resident_bytes

        Event = collections.namedtuple("Event", "wd mask cookie len name")

        def run_round(i):
            for event_type in (Event, tuple):
                os.write(write_end, batch(i))
                events = _inotify.read_batch(read_end, event_type)
                assert len(events) == 1000, len(events)
                assert events[-1] == (i, 1999, 999, 16, "name-999"), events[-1]

        def batch(i):
            return b"".join(
                struct.pack("=iIII16s", i, 1000 + n, n, 16, b"name-%d" % n)
                for n in range(1000)
            )

        read_end, write_end = os.pipe()
        run_round(1000)
        types, objects = sys.getrefcount(Event), count_objects()
        resident = resident_bytes()
        for i in range(100):
            run_round(1000 + i)
        assert sys.getrefcount(Event) == types
        assert count_objects() - objects < 500, count_objects() - objects
        grown = resident_bytes() - resident
        assert is_sanitized() or grown < 4 << 20, grown
    """

    def test_two_hundred_thousand_events(self):
        here = os.path.dirname(os.path.abspath(__file__))
        path = os.pathsep.join([here, os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONMALLOC": "debug", "PYTHONPATH": path}
        done = run_python(self.SCRIPT, env=environment)
        self.assertEqual((done.returncode, done.stderr), (0, b""))


if __name__ == "__main__":
    unittest.main()
