# SPDX-License-Identifier: MIT
"""inotify.Record and inotify.Mask by themselves."""

import copy
import gc
import pickle
import unittest

import _inotify
import inotify
from inotify import Mask, Record

MOVE = Record("move", "b", old_path="a", mask=Mask.MOVE | Mask.ISDIR, is_dir=True,
              cookie=7, time_ns=1700000000000000000)
LOST = Record("lost", b"a\xff", synthetic=True, error=28, message="raise it")


class Records(unittest.TestCase):
    def test_frozen(self):
        for name in ("event", "path", "mask", "is_dir", "time_ns", "new"):
            with self.assertRaises(AttributeError):
                setattr(MOVE, name, 1)
            with self.assertRaises(AttributeError):
                delattr(MOVE, name)

    def test_equal(self):
        self.assertEqual(MOVE, copy.copy(MOVE))
        self.assertEqual(hash(MOVE), hash(copy.copy(MOVE)))
        self.assertNotEqual(MOVE, LOST)
        self.assertNotEqual(MOVE, ("move", "b"))
        self.assertNotEqual(MOVE, Record("move", "b"))
        self.assertEqual(len({MOVE, LOST, copy.copy(LOST)}), 2)
        with self.assertRaises(TypeError):
            sorted([MOVE, LOST])

    def test_repr(self):
        for record in (MOVE, LOST, Record("ready")):
            self.assertEqual(eval(repr(record)), record)  # pylint: disable=eval-used
        self.assertEqual(repr(Record("ready")), "inotify.Record(event='ready')")

    def test_pickle(self):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            for record in (MOVE, LOST):
                self.assertEqual(pickle.loads(pickle.dumps(record, protocol)), record)
        self.assertEqual(copy.deepcopy(MOVE), MOVE)

    def test_wrong_arguments(self):
        for args in ((), (1,), ("a", None, None, "x"), ("a",) * 11):
            self.assertRaises(TypeError, Record, *args)

    def test_no_part_in_garbage_collection(self):
        self.assertFalse(gc.is_tracked(MOVE))

    def test_one_type(self):
        self.assertIs(_inotify.Record, Record)
        self.assertEqual((Record.__module__, Record.__qualname__), ("inotify", "Record"))
        with self.assertRaises(TypeError):
            type("Sub", (Record,), {})
        self.assertIs(Record[str].__origin__, Record)


class Masks(unittest.TestCase):
    def test_names(self):
        self.assertEqual(str(MOVE.mask), "MOVED_FROM|MOVED_TO|ISDIR")
        self.assertEqual(str(Mask.CLOSE), "CLOSE_WRITE|CLOSE_NOWRITE")
        self.assertEqual(str(Mask(0)), "0x0")
        self.assertEqual(str(Mask(0x10000 | Mask.OPEN)), "OPEN|0x10000")
        self.assertIn("CREATE", repr(Mask.CREATE))

    def test_values(self):
        for name, member in Mask.__members__.items():
            self.assertEqual(member, getattr(inotify, "IN_" + name))

    def test_made_when_looked_at(self):
        self.assertIs(MOVE.mask, MOVE.mask)
        self.assertIs(type(LOST.mask), Mask)


if __name__ == "__main__":
    unittest.main()
