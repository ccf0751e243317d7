# SPDX-License-Identifier: MIT
"""inotify.init(), init1(), add_watch(), rm_watch(): arguments, results, errors."""

import errno
import inspect
import os
import pathlib
import resource
import subprocess
import sys
import unittest

import inotify
from support import HasFileno, QueueTest


class LowlevelTest(QueueTest):
    def init1(self, *args, **kwargs):
        fd = inotify.init1(*args, **kwargs)
        self.addCleanup(self.close, fd)
        return fd

    def assert_errno(self, number, call, *args):
        with self.assertRaises(OSError) as caught:
            call(*args)
        self.assertEqual(caught.exception.errno, number)
        return caught.exception


class Init(LowlevelTest):
    def test_init(self):
        fd = inotify.init()
        self.addCleanup(os.close, fd)
        self.assertTrue(os.get_blocking(fd))
        self.assertTrue(os.get_inheritable(fd))
        self.assertEqual(os.readlink("/proc/self/fd/%d" % fd), "anon_inode:inotify")
        self.assertRaises(TypeError, inotify.init, 0)

    def test_flags(self):
        nonblock, cloexec = inotify.IN_NONBLOCK, inotify.IN_CLOEXEC
        self.assertEqual((nonblock, cloexec), (os.O_NONBLOCK, os.O_CLOEXEC))
        for fd, blocks, inherits in (
            (self.init1(), True, True),
            (self.init1(0), True, True),
            (self.init1(nonblock), False, True),
            (self.init1(cloexec), True, False),
            (self.init1(flags=nonblock | cloexec), False, False),
        ):
            self.assertEqual(os.get_blocking(fd), blocks)
            self.assertEqual(os.get_inheritable(fd), inherits)

    def test_programs_inherit_it(self):
        script = "import os, sys; print(os.readlink('/proc/self/fd/' + sys.argv[1]))"
        for fd, status in ((self.init1(), 0), (self.init1(inotify.IN_CLOEXEC), 1)):
            done = subprocess.run(
                [sys.executable, "-c", script, str(fd)],
                close_fds=False,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            self.assertEqual(done.returncode, status)

    def test_errors(self):
        self.assert_errno(errno.EINVAL, inotify.init1, 1)
        for flags in (-1, 2**32):
            self.assertRaises(OverflowError, inotify.init1, flags)
        for flags in ("1", 1.0, None):
            self.assertRaises(TypeError, inotify.init1, flags)

    def test_no_descriptor_left(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE, (self.fd, hard))
        self.assert_errno(errno.EMFILE, inotify.init)
        self.assert_errno(errno.EMFILE, inotify.init1, inotify.IN_NONBLOCK)


class AddWatch(LowlevelTest):
    def test_every_kind_of_path(self):
        wd = inotify.add_watch(self.fd, self.dir, inotify.IN_CREATE)
        self.assertEqual(wd, 1)
        for path in (os.fsencode(self.dir), pathlib.Path(self.dir)):
            self.assertEqual(inotify.add_watch(self.fd, path, inotify.IN_CREATE), wd)
        os.mkdir(self.path(b"\xff"))
        path = os.fsdecode(self.path(b"\xff"))
        self.assertEqual(inotify.add_watch(self.fd, path, inotify.IN_CREATE), 2)

    def test_keywords_and_fileno(self):
        add, remove = inotify.add_watch, inotify.rm_watch
        wd = add(mask=inotify.IN_CREATE, pathname=self.dir, fd=HasFileno(self.fd))
        self.make("a")
        events = inotify.read_events(max_bytes=0, fd=HasFileno(self.fd))
        self.assertEqual([event.name for event in events], ["a"])
        self.assertEqual(remove(wd=wd, fd=HasFileno(self.fd)), 0)

    def test_signatures(self):
        for function, parameters in (
            (inotify.init, "()"),
            (inotify.init1, "(flags=0)"),
            (inotify.add_watch, "(fd, pathname, mask)"),
            (inotify.rm_watch, "(fd, wd)"),
            (inotify.read_events, "(fd, max_bytes=0)"),
        ):
            given = inspect.signature(function).parameters.values()
            plain = [p.replace(annotation=inspect.Parameter.empty) for p in given]
            self.assertEqual(str(inspect.Signature(plain)), parameters)

    def test_errors_of_the_path(self):
        missing = self.path("missing")
        error = self.assert_errno(errno.ENOENT, inotify.add_watch, self.fd, missing, 1)
        self.assertIs(type(error), FileNotFoundError)
        self.assertEqual(error.filename, missing)
        self.assertRaises(ValueError, inotify.add_watch, self.fd, "a\0b", 1)
        for wrong in (3, None, ["x"]):
            self.assertRaises(TypeError, inotify.add_watch, self.fd, wrong, 1)

    def test_masks(self):
        add = inotify.add_watch
        self.assert_errno(errno.EINVAL, add, self.fd, self.dir, 0)
        self.assert_errno(errno.EINVAL, add, self.fd, self.dir, 0x1000)
        for mask in (-1, 2**32, 2**40 + 1):
            self.assertRaises(OverflowError, add, self.fd, self.dir, mask)
        for mask in ("1", 1.0, None):
            self.assertRaises(TypeError, add, self.fd, self.dir, mask)
        mask = inotify.IN_ONESHOT | inotify.IN_CREATE
        self.assertEqual(add(self.fd, self.dir, mask), 1)
        mask = inotify.IN_MASK_CREATE | inotify.IN_CREATE
        self.assert_errno(errno.EEXIST, add, self.fd, self.dir, mask)

    def test_mask_add(self):
        for mask in (inotify.IN_CREATE, inotify.IN_DELETE | inotify.IN_MASK_ADD):
            inotify.add_watch(self.fd, self.dir, mask)
        self.make("a")
        os.unlink(self.path("a"))
        inotify.add_watch(self.fd, self.dir, inotify.IN_DELETE)
        self.make("b")
        os.unlink(self.path("b"))
        self.assertEqual(
            [(event.mask, event.name) for event in inotify.read_events(self.fd)],
            [
                (inotify.IN_CREATE, "a"),
                (inotify.IN_DELETE, "a"),
                (inotify.IN_DELETE, "b"),
            ],
        )


class BadDescriptors(LowlevelTest):
    CALLS = (
        lambda fd: inotify.add_watch(fd, "/", inotify.IN_CREATE),
        lambda fd: inotify.rm_watch(fd, 1),
        inotify.read_events,
    )

    def test_closed_and_wrong(self):
        os.close(self.fd)
        for call in self.CALLS:
            for fd in (-1, self.fd, HasFileno(-1)):
                self.assert_errno(errno.EBADF, call, fd)
            for fd in (2**31, 2**64):
                self.assertRaises(OverflowError, call, fd)
            for fd in ("1", 1.0, None, HasFileno("1")):
                self.assertRaises(TypeError, call, fd)

    def test_pipe(self):
        read_end, write_end = os.pipe()
        self.addCleanup(os.close, read_end)
        self.addCleanup(os.close, write_end)
        for content in (b"x", bytes(15), bytes(12) + b"\1\0\0\0"):
            os.write(write_end, content)
            for call in self.CALLS:
                self.assert_errno(errno.EINVAL, call, read_end)


class RmWatch(LowlevelTest):
    def test_what_is_queued_comes_first(self):
        wd = inotify.add_watch(self.fd, self.dir, inotify.IN_CREATE)
        self.make("a")
        self.assertEqual(inotify.rm_watch(self.fd, wd), 0)
        self.make("b")
        self.assertEqual(
            [(e.wd, e.mask, e.name) for e in inotify.read_events(self.fd)],
            [(wd, inotify.IN_CREATE, "a"), (wd, inotify.IN_IGNORED, "")],
        )
        self.assert_errno(errno.EINVAL, inotify.rm_watch, self.fd, wd)

    def test_arguments(self):
        for wd in (2**31, -(2**31) - 1):
            self.assertRaises(OverflowError, inotify.rm_watch, self.fd, wd)
        for wd in ("1", 1.0, None):
            self.assertRaises(TypeError, inotify.rm_watch, self.fd, wd)


if __name__ == "__main__":
    unittest.main()
