# SPDX-License-Identifier: MIT
"""inotify.calls, constants, library and test_support."""

import copy
import ctypes
import errno
import os
import pickle
import tempfile
import unittest

import _inotify
from inotify import calls, constants, test_support
from support import run_python


class Calls(unittest.TestCase):
    def test_round(self):
        fd = calls.inotify_init()
        self.addCleanup(os.close, fd)
        with test_support.temp_path() as path:
            wd = calls.inotify_add_watch(fd, os.fsencode(path), constants.IN_CREATE)
            self.assertEqual(wd, 1)
            self.assertEqual(calls.inotify_add_watch(fd, path, constants.IN_CREATE), wd)
            calls.inotify_rm_watch(fd, wd)
            with self.assertRaises(calls.InotifyError) as caught:
                calls.inotify_rm_watch(fd, wd)
            self.assertEqual(caught.exception.errno, errno.EINVAL)

    def test_error(self):
        fd = calls.inotify_init()
        self.addCleanup(os.close, fd)
        with self.assertRaises(calls.InotifyError) as caught:
            calls.inotify_add_watch(fd, b"/nonexistent", constants.IN_CREATE)
        error = caught.exception
        self.assertIsInstance(error, OSError)
        for each in (error, copy.copy(error), pickle.loads(pickle.dumps(error))):
            self.assertIs(type(each), calls.InotifyError)
            self.assertEqual(each.errno, errno.ENOENT)
            self.assertEqual(each.errmsg, "No such file or directory")
            self.assertEqual(each.filename, b"/nonexistent")
            self.assertEqual(
                str(each),
                "Call failed (should not be -1): (-1) "
                "ERRNO=(2) [No such file or directory]",
            )
        self.assertIsInstance(error.__cause__, FileNotFoundError)

    def test_error_of_who_uses_ctypes(self):
        ctypes.set_errno(errno.EMFILE)
        error = calls.InotifyError("said by me", "more")
        self.assertEqual((error.errno, error.args), (errno.EMFILE, ("said by me", "more")))
        self.assertTrue(str(error).startswith("said by me ERRNO=(%d) [" % errno.EMFILE))
        ctypes.set_errno(0)
        self.assertEqual(calls.InotifyError("x").errno, 0)

    def test_checks(self):
        for check, good, bad in (
            (calls._check_zero, 0, 1),
            (calls._check_nonzero, 1, 0),
            (calls._check_nonnegative, 0, -1),
        ):
            self.assertEqual(check(good), good)
            self.assertRaises(calls.InotifyError, check, bad)

    def test_library(self):
        from inotify import library

        self.assertIs(calls._LIB, library.instance)
        ctypes.set_errno(0)
        self.assertEqual(library.instance.inotify_rm_watch(-1, 1), -1)
        self.assertEqual(ctypes.get_errno(), errno.EBADF)
        self.assertRaises(AttributeError, getattr, calls, "missing")

    def test_is_light(self):
        script = """
            import sys, inotify.adapters
            print(sorted({"ctypes", "asyncio", "subprocess"} & set(sys.modules)))
        """
        self.assertEqual(run_python(script).stdout, b"[]\n")


class Constants(unittest.TestCase):
    def test_values(self):
        for name in constants.__all__:
            if name != "MASK_LOOKUP":
                self.assertEqual(getattr(constants, name), getattr(_inotify, name))
        self.assertEqual(constants.IN_CLOEXEC, 0o2000000)
        self.assertEqual(constants.IN_NONBLOCK, 0o4000)
        self.assertEqual(constants.IN_ALL_EVENTS, 0xFFF)

    def test_order_of_names(self):
        names = (
            "CLOEXEC MOVE_SELF ACCESS MODIFY ATTRIB CLOSE_WRITE CLOSE_NOWRITE OPEN "
            "MOVED_FROM MOVED_TO CREATE DELETE DELETE_SELF UNMOUNT Q_OVERFLOW IGNORED "
            "ONLYDIR DONT_FOLLOW MASK_ADD ISDIR ONESHOT EXCL_UNLINK MASK_CREATE"
        ).split()
        self.assertEqual(
            list(constants.MASK_LOOKUP.values()), ["IN_" + name for name in names]
        )
        for bit, name in constants.MASK_LOOKUP.items():
            self.assertEqual(bit, getattr(constants, name))


class Support(unittest.TestCase):
    def test_temp_path(self):
        before = os.getcwd()
        with test_support.temp_path() as path:
            self.assertEqual(os.path.realpath(os.getcwd()), os.path.realpath(path))
            self.assertEqual(os.listdir(path), [])
            os.makedirs(os.path.join("a", "b"))
        self.assertEqual(os.getcwd(), before)
        self.assertFalse(os.path.exists(path))

    def test_after_an_error_or_removed(self):
        before = os.getcwd()
        with self.assertRaises(KeyError):
            with test_support.temp_path() as path:
                raise KeyError
        self.assertFalse(os.path.exists(path))
        with test_support.temp_path() as path:
            os.rename(path, path + ".moved")
        os.rmdir(path + ".moved")
        self.assertEqual(os.getcwd(), before)
        self.assertTrue(path.startswith(tempfile.gettempdir()))


if __name__ == "__main__":
    unittest.main()
