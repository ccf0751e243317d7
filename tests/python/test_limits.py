# SPDX-License-Identifier: MIT
"""Errors of limits tell how to raise them, whichever interface meets them."""

import contextlib
import errno
import os
import resource
import subprocess
import sys
import textwrap
import unittest

import _inotify
from growth import count_objects
from inotify import calls
from support import DEADLINE_S, QueueTest

WATCHES = (
    r"No space left on device: raise fs\.inotify\.max_user_watches \(now \d+\): "
    r"sysctl fs\.inotify\.max_user_watches=\d+"
)
INSTANCES = (
    r"Too many open files: raise fs\.inotify\.max_user_instances( \(now \d+\))? or "
    r"the limit of open files \(ulimit -n, now \d+\)"
)

# What is lowered ends with the namespace that the script runs in.
LOWER = 'echo "$1" >"/proc/sys/user/$2" || exit 77; shift 2; exec "$@"'

EVERY_ADD = """
    import pickle, sys
    import _inotify, inotify, inotify.adapters, inotify.calls
    fd = _inotify.create()
    _inotify.add(fd, "/", 1)
    instance = inotify.adapters.Inotify()
    for add in (
        lambda: _inotify.add(fd, "/tmp", 1),
        lambda: inotify.add_watch(fd, "/tmp", 1),
        lambda: inotify.calls.inotify_add_watch(fd, "/tmp", 1),
        lambda: instance.add_watch("/tmp"),
        lambda: inotify.watch("/tmp", 1),
    ):
        try:
            add()
        except OSError as error:
            again = pickle.loads(pickle.dumps(error))
            assert str(again) == str(error) and again.strerror == error.strerror
            print(error.errno, error.filename, error.strerror)
"""

EVERY_CREATE = """
    import _inotify, inotify, inotify.adapters, inotify.calls
    for create in (
        _inotify.create,
        inotify.init,
        inotify.calls.inotify_init,
        inotify.adapters.Inotify,
        lambda: inotify.watch("/tmp", 1),
    ):
        try:
            create()
        except OSError as error:
            print(error.errno, error.filename, error.strerror)
"""


class Limits(QueueTest):
    def run_lowered(self, limit, value, script):
        """The lines that a script prints for which a limit of user namespaces is low."""
        command = ["unshare", "-Ur", "sh", "-c", LOWER, "sh", str(value), limit]
        python = [sys.executable, "-X", "dev", "-W", "error", "-c"]
        try:
            done = subprocess.run(
                command + python + [textwrap.dedent(script)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                timeout=DEADLINE_S,
                universal_newlines=True,
                check=False,
            )
        except FileNotFoundError:
            self.skipTest("no unshare(1)")
        if done.returncode in (1, 77) and "Traceback" not in done.stderr:
            self.skipTest("no user namespace: " + done.stderr.strip())
        self.assertEqual((done.stderr, done.returncode), ("", 0))
        return done.stdout.splitlines()

    def test_no_watch_left(self):
        lines = self.run_lowered("max_inotify_watches", 1, EVERY_ADD)
        self.assertEqual(len(lines), 5)
        for line in lines:
            self.assertRegex(line, r"^%d /tmp %s$" % (errno.ENOSPC, WATCHES))

    def test_no_instance_left(self):
        lines = self.run_lowered("max_inotify_instances", 0, EVERY_CREATE)
        self.assertEqual(len(lines), 5)
        for line in lines:
            self.assertRegex(line, r"^%d None %s$" % (errno.EMFILE, INSTANCES))

    def allow_no_descriptor(self):
        """The limit of open files is as low as it can be; returns it."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        lowest_free = os.dup(self.fd)
        os.close(lowest_free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, hard))
        return lowest_free

    def test_no_descriptor_left(self):
        limit = self.allow_no_descriptor()
        for create in (_inotify.create, calls.inotify_init):
            with self.assertRaises(OSError) as caught:
                create()
            self.assertEqual(caught.exception.errno, errno.EMFILE)
            self.assertRegex(caught.exception.strerror, "^" + INSTANCES + "$")
            self.assertIn("now %d)" % limit, str(caught.exception))

    def test_nothing_is_kept(self):
        def provoke():
            for _ in range(1000):
                with contextlib.suppress(OSError):
                    _inotify.create()

        count_objects()
        self.allow_no_descriptor()
        provoke()
        before = count_objects()
        provoke()
        self.assertLess(count_objects() - before, 100)

    def test_others_have_no_advice(self):
        with self.assertRaises(FileNotFoundError) as caught:
            _inotify.add(self.fd, "/nonexistent", 1)
        self.assertEqual(caught.exception.strerror, os.strerror(errno.ENOENT))


if __name__ == "__main__":
    unittest.main()
