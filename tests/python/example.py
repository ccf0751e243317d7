# SPDX-License-Identifier: MIT
"""Runs a program of examples/, waits for what it says and how it ends."""

import os
import re
import select
import subprocess
import sys
import tempfile
import time
import unittest

from support import DEADLINE_S

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(HERE, "..", "..", "examples")


class Example(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = os.path.realpath(folder.name)
        self.process = None
        self.seen = ""

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def write(self, path, text):
        with open(path, "w", encoding="ascii") as file:
            file.write(text)

    def content(self, path):
        with open(path, encoding="ascii") as file:
            return file.read()

    def start(self, name, *args, ready=True):
        """Starts an example, and waits until it says by --ready-fd that it is ready."""
        read_end, write_end = os.pipe()
        self.addCleanup(os.close, read_end)
        command = [sys.executable, "-X", "dev", "-W", "error"]
        command += [os.path.join(EXAMPLES, name), "--ready-fd", str(write_end), *args]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[write_end],
            cwd=self.dir,
        )
        os.close(write_end)
        self.addCleanup(self.end, self.process)
        if ready:
            self.wait_readable(read_end)
            self.assertEqual(os.read(read_end, 1), b"\n", self.rest())

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()

    def rest(self):
        """What a program that has ended said; nothing if it still runs."""
        fd = self.process.stdout.fileno()
        while select.select([fd], [], [], 0)[0]:
            chunk = os.read(fd, 65536)
            if not chunk:
                break
            self.seen += chunk.decode()
        return self.seen

    def wait_readable(self, fd):
        if not select.select([fd], [], [], DEADLINE_S)[0]:
            self.fail("nothing came; so far:\n" + self.seen)

    def wait_for(self, pattern):
        """Waits until the program has said this; forgets what it said until then."""
        end = time.monotonic() + DEADLINE_S
        fd = self.process.stdout.fileno()
        while True:
            match = re.search(pattern, self.seen, re.MULTILINE)
            if match:
                self.seen = self.seen[match.end() :]
                return
            if time.monotonic() > end:
                self.fail("no %r in:\n%s" % (pattern, self.seen))
            self.wait_readable(fd)
            chunk = os.read(fd, 65536)
            self.assertTrue(chunk, "no %r in:\n%s" % (pattern, self.seen))
            self.seen += chunk.decode()

    def wait_end(self, status):
        self.assertEqual(self.process.wait(DEADLINE_S), status, self.rest())
