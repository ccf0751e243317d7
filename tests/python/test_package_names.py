# SPDX-License-Identifier: MIT
"""The package inotify: its names, constants, types and documents."""

import inspect
import os
import unittest

import _inotify
import inotify
import inotify.loop
from support import run_python

# What programs for each of the older packages find.
STARTLOOP = "startloop stoploop watch unwatch event".split()
STARTLOOP_CONSTANTS = (
    "ACCESS ATTRIB CREATE DELETE MOVE MODIFY MOVE_SELF MOVED_TO OPEN MASK_ADD ONESHOT "
    "ONLYDIR IGNORED ISDIR UNMOUNT CLOSE CLOSE_WRITE CLOSE_NOWRITE DELETE_SELF "
    "MOVED_FROM ALL_EVENTS DONT_FOLLOW EXCL_UNLINK Q_OVERFLOW"
).split()
MODERN = "Watcher watch awatch Record Mask".split()
PY_INOTIFY = "init init1 add_watch rm_watch read_events Event".split()
PY_INOTIFY_CONSTANTS = (
    "ACCESS MODIFY ATTRIB CLOSE_WRITE CLOSE_NOWRITE OPEN MOVED_FROM MOVED_TO CREATE "
    "DELETE DELETE_SELF MOVE_SELF UNMOUNT Q_OVERFLOW IGNORED CLOSE MOVE ONLYDIR "
    "DONT_FOLLOW EXCL_UNLINK MASK_CREATE MASK_ADD ISDIR ONESHOT ALL_EVENTS CLOEXEC "
    "NONBLOCK"
).split()


class Names(unittest.TestCase):
    def test_functions_and_types(self):
        for name in STARTLOOP + PY_INOTIFY + MODERN:
            self.assertTrue(callable(getattr(inotify, name)), name)
            self.assertIn(name, inotify.__all__)

    def test_constants(self):
        for name in set(STARTLOOP_CONSTANTS + PY_INOTIFY_CONSTANTS):
            value = getattr(inotify, "IN_" + name)
            self.assertIs(type(value), int)
            self.assertEqual(value, getattr(_inotify, name))
        self.assertEqual(inotify.IN_ACCESS, 1)
        self.assertEqual(inotify.IN_ALL_EVENTS, 4095)
        self.assertEqual(inotify.IN_ONESHOT, 2**31)

    def test_every_constant_of_the_extension(self):
        there = {name for name in dir(_inotify) if name.startswith("IN_")}
        there.remove("IN_CLOSE_EXEC")  # only ever a name of the extension
        self.assertEqual({name for name in dir(inotify) if name.startswith("IN_")}, there)
        self.assertLessEqual(there, set(inotify.__all__))

    def test_import_of_all(self):
        names = {}
        exec("from inotify import *", names)  # pylint: disable=exec-used
        self.assertLessEqual(set(inotify.__all__), set(names))
        self.assertEqual(len(set(inotify.__all__)), len(inotify.__all__))

    def test_submodules_leave_the_functions(self):
        done = run_python("""
            import inotify.loop, inotify.lowlevel, inotify.instance
            import inotify.watcher, inotify.watching
            for name in inotify.__all__:
                assert type(getattr(inotify, name)).__name__ != "module", name
            """)
        self.assertEqual((done.stderr, done.returncode), (b"", 0))

    def test_import_is_light(self):
        # Those that this interpreter loads in any case do not count.
        done = run_python("""
            import sys
            before = set(sys.modules)
            import inotify
            heavy = {"asyncio", "ctypes", "logging", "inotify.adapters"}
            print(*sorted(heavy & (set(sys.modules) - before)))
            """)
        self.assertEqual((done.stderr, done.stdout.split()), (b"", []))


class TypesAndDocuments(unittest.TestCase):
    @staticmethod
    def functions():
        for name in STARTLOOP + PY_INOTIFY:
            # inotify.watch() passes on to this one what is meant for it.
            function = getattr(inotify if name != "watch" else inotify.loop, name)
            if inspect.isfunction(function):
                yield function

    def test_marker(self):
        folder = os.path.dirname(inotify.__file__)
        self.assertTrue(os.path.exists(os.path.join(folder, "py.typed")))

    def test_annotations(self):
        count = 0
        for function in self.functions():
            signature = inspect.signature(function)
            self.assertIsNot(signature.return_annotation, signature.empty, function)
            for parameter in signature.parameters.values():
                self.assertIsNot(parameter.annotation, parameter.empty, function)
                self.assertIs(parameter.kind, parameter.POSITIONAL_OR_KEYWORD)
            count += 1
        self.assertEqual(count, 9)

    def test_docstrings_name_every_parameter(self):
        for function in self.functions():
            for parameter in inspect.signature(function).parameters:
                self.assertRegex(function.__doc__, r"\b%s\b" % parameter, function)
        for kind in (inotify.event, inotify.Event):
            self.assertIn("cookie", kind.__doc__)


if __name__ == "__main__":
    unittest.main()
