# SPDX-License-Identifier: MIT
"""What the tests of _inotify share: a queue on a private folder, scripts run apart."""

import os
import subprocess
import sys
import tempfile
import textwrap
import unittest

import _inotify

DEADLINE_S = 60  # for what must end at once; only a failure waits that long


class QueueTest(unittest.TestCase):
    """Has an inotify instance self.fd and an empty folder self.dir."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = os.path.realpath(folder.name)
        self.fd = self.create()

    def create(self, *args):
        fd = _inotify.create(*args)
        self.addCleanup(self.close, fd)
        return fd

    @staticmethod
    def close(fd):
        try:
            os.close(fd)
        except OSError:
            pass  # the test has closed it

    def path(self, name):
        if isinstance(name, bytes):
            return os.path.join(os.fsencode(self.dir), name)
        return os.path.join(self.dir, name)

    def make(self, *names):
        """Makes empty files: each one a single CREATE event for a watch with CREATE."""
        for name in names:
            os.mknod(self.path(name))

    def read(self, fd=None):
        events = []
        _inotify.read_event(self.fd if fd is None else fd, events.append)
        return events

    def names(self):
        return [event["name"] for event in self.read()]

    def assert_empty(self):
        with self.assertRaises(BlockingIOError):
            _inotify.read_event(self.fd, self.fail)


class HasFileno:
    def __init__(self, fd):
        self.fd = fd

    def fileno(self):
        return self.fd


def run_python(script, *args, **kwargs):
    """Runs a script in its own interpreter, with every warning an error."""
    return subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", textwrap.dedent(script)]
        + [str(arg) for arg in args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=DEADLINE_S,
        check=False,
        **kwargs,
    )
