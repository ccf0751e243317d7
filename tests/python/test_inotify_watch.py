# SPDX-License-Identifier: MIT
"""_inotify.create(), add(), remove(): arguments, results, errors."""

import errno
import functools
import os
import pathlib
import unittest

import _inotify
from support import HasFileno, QueueTest, run_python


class Create(QueueTest):
    def test_descriptor_is_not_inheritable(self):
        for fd in (self.fd, self.create(0), self.create(_inotify.CLOEXEC)):
            self.assertFalse(os.get_inheritable(fd))

    def test_descriptor_can_be_made_inheritable(self):
        os.set_inheritable(self.fd, True)
        self.assertTrue(os.get_inheritable(self.fd))

    def test_blocking_unless_asked(self):
        self.assertTrue(os.get_blocking(self.fd))
        self.assertFalse(os.get_blocking(self.create(_inotify.NONBLOCK)))
        fd = _inotify.create(flags=_inotify.NONBLOCK | _inotify.CLOSE_EXEC)
        self.addCleanup(os.close, fd)
        self.assertFalse(os.get_blocking(fd))

    def test_other_flags(self):
        for flags in (1, os.O_APPEND, 2**32 - 1):
            with self.assertRaises(OSError) as caught:
                _inotify.create(flags)
            self.assertEqual(caught.exception.errno, errno.EINVAL)
        for flags in (-1, 2**32, 2**64, 2**65):
            self.assertRaises(OverflowError, _inotify.create, flags)
        for wrong in ("1", 1.0, None):
            self.assertRaises(TypeError, _inotify.create, wrong)
        self.assertRaises(TypeError, _inotify.create, 0, 0)
        self.assertRaises(TypeError, _inotify.create, flag=0)


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Add(QueueTest):
    def assert_os_error(self, kind, number, path, mask=_inotify.CREATE):
        with self.assertRaises(kind) as caught:
            _inotify.add(self.fd, path, mask)
        self.assertEqual(caught.exception.errno, number)
        self.assertEqual(caught.exception.filename, path)

    def test_every_kind_of_path(self):
        wd = _inotify.add(self.fd, self.dir, _inotify.CREATE)
        self.assertIs(type(wd), int)
        for path in (os.fsencode(self.dir), pathlib.Path(self.dir)):
            self.assertEqual(_inotify.add(self.fd, path, _inotify.CREATE), wd)

    def test_undecodable_path(self):
        os.mkdir(self.path(b"\xff"))
        wd = _inotify.add(self.fd, self.path(b"\xff"), _inotify.CREATE)
        path = os.fsdecode(self.path(b"\xff"))
        self.assertEqual(_inotify.add(self.fd, path, _inotify.CREATE), wd)

    def test_keywords_and_fileno(self):
        wd = _inotify.add(mask=_inotify.CREATE, path=self.dir, fd=self.fd)
        self.make("a")
        events = []
        _inotify.read_event(callback=events.append, fd=HasFileno(self.fd))
        self.assertEqual([e["name"] for e in events], ["a"])
        self.assertIsNone(_inotify.remove(wd=wd, fd=HasFileno(self.fd)))

    def test_mask_range(self):
        for mask in (-1, 2**32, 2**40 + 1, 2**64, 2**65):
            with self.assertRaises(OverflowError):
                _inotify.add(self.fd, self.dir, mask)
        for mask in (1.0, "1", None):
            with self.assertRaises(TypeError):
                _inotify.add(self.fd, self.dir, mask)
        self.assert_os_error(OSError, errno.EINVAL, self.dir, 0)
        # Unknown bits: what comes of them is the kernel's business, not a wrapped mask.
        self.assert_os_error(OSError, errno.EINVAL, self.dir, 0x1000)
        high = _inotify.ONESHOT | _inotify.CREATE  # bit 31
        self.assertGreater(_inotify.add(self.fd, self.dir, Index(high)), 0)

    def test_errors_of_the_path(self):
        missing = self.path("missing")
        self.assert_os_error(FileNotFoundError, errno.ENOENT, missing)
        self.assert_os_error(FileNotFoundError, errno.ENOENT, os.fsencode(missing))
        self.assert_os_error(FileNotFoundError, errno.ENOENT, pathlib.Path(missing))
        self.assert_os_error(FileNotFoundError, errno.ENOENT, "")
        self.make("file")
        only_dir = _inotify.CREATE | _inotify.ONLYDIR
        self.assert_os_error(
            NotADirectoryError, errno.ENOTDIR, self.path("file"), only_dir
        )
        self.assert_os_error(OSError, errno.ENAMETOOLONG, self.path("x" * 256))
        os.symlink("loop", self.path("loop"))
        self.assert_os_error(OSError, errno.ELOOP, self.path("loop"))
        _inotify.add(self.fd, self.dir, _inotify.CREATE)
        create = _inotify.CREATE | _inotify.MASK_CREATE
        self.assert_os_error(FileExistsError, errno.EEXIST, self.dir, create)
        for wrong in (3, None, ["x"]):
            self.assertRaises(TypeError, _inotify.add, self.fd, wrong, 1)
        self.assertRaises(ValueError, _inotify.add, self.fd, "a\0b", 1)

    def test_permission(self):
        os.mkdir(self.path("closed"), 0)
        if os.geteuid() == 0:
            os.chmod(self.dir, 0o755)
            os.seteuid(65534)
            self.addCleanup(os.seteuid, 0)
        self.assert_os_error(PermissionError, errno.EACCES, self.path("closed"))

    def test_bad_descriptors(self):
        pipe = os.pipe()
        self.addCleanup(os.close, pipe[0])
        self.addCleanup(os.close, pipe[1])
        fd = _inotify.create()
        os.close(fd)
        for call in (
            functools.partial(_inotify.add, path=self.dir, mask=1),
            functools.partial(_inotify.remove, wd=1),
            functools.partial(_inotify.read_event, callback=print),
        ):
            with self.assertRaises(OSError) as caught:
                call(fd)
            self.assertEqual(caught.exception.errno, errno.EBADF)
            with self.assertRaises(ValueError):
                call(-1)
            for wrong in ("1", 1.5, None, HasFileno("1")):
                self.assertRaises(TypeError, call, wrong)
            self.assertRaises(OverflowError, call, 2**31)
        with self.assertRaises(OSError) as caught:
            _inotify.add(pipe[0], self.dir, 1)
        self.assertEqual(caught.exception.errno, errno.EINVAL)

    def test_audit_event(self):
        script = """
            import sys, _inotify
            seen = []
            def hook(name, args):
                if name == "inotify.add_watch":
                    seen.append(args)
                    if args[1] == b"/etc":
                        raise RuntimeError("forbidden")
            sys.addaudithook(hook)
            fd = _inotify.create()
            _inotify.add(fd, "/", 0x80000001)
            try:
                _inotify.add(fd, b"/etc", 1)
            except RuntimeError as error:
                print(error)
            assert seen == [(fd, "/", 0x80000001), (fd, b"/etc", 1)], seen
        """
        done = run_python(script)
        self.assertEqual((done.stderr, done.stdout), (b"", b"forbidden\n"))


class Remove(QueueTest):
    def test_what_is_queued_comes_first(self):
        wd = _inotify.add(self.fd, self.dir, _inotify.CREATE)
        self.make("a")
        self.assertIsNone(_inotify.remove(self.fd, wd))
        self.make("b")
        events = [(e["wd"], e["mask"], e["name"]) for e in self.read()]
        self.assertEqual(
            events, [(wd, _inotify.CREATE, "a"), (wd, _inotify.IGNORED, "")]
        )
        with self.assertRaises(OSError) as caught:
            _inotify.remove(self.fd, wd)
        self.assertEqual(caught.exception.errno, errno.EINVAL)

    def test_arguments(self):
        for wd in (2**31, -(2**31) - 1):
            self.assertRaises(OverflowError, _inotify.remove, self.fd, wd)
        for wd in ("1", 1.0, None):
            self.assertRaises(TypeError, _inotify.remove, self.fd, wd)


if __name__ == "__main__":
    unittest.main()
