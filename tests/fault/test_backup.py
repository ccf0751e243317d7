# SPDX-License-Identifier: MIT
"""
Changes at the worst moment of a backup: while a copy is made and not yet in its place,
and before the directory is watched that a comparison has found.
"""

import errno
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "storm"))
sys.dont_write_bytecode = True

from faulty import environment, need_library, preloaded  # noqa: E402
from limits import MAX_QUEUED_EVENTS, queue_limit  # noqa: E402
from operations import exchange_paths  # noqa: E402

PROGRAM = os.environ["INOWATCH"]
SOON_S = 30.0
ASK_S = 0.01
AT_REST = "waiting 0, settling 0, running 0, compared"


def setUpModule():
    """Without the library nothing waits."""
    need_library()


def exchange(one, other):
    """Two names change places."""
    try:
        exchange_paths(os.fsencode(one), os.fsencode(other))
    except OSError as problem:
        if problem.errno not in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
            raise
        raise unittest.SkipTest("no RENAME_EXCHANGE here: %s" % problem) from problem


def look(top):
    """{path below top: its content; None: a directory}."""
    return {str(path.relative_to(top)): path.read_text() if path.is_file() else None
            for path in top.rglob("*")}


class GatedTest(unittest.TestCase):
    """A source d and a store in a private folder, and a backup that can be held."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="inowatch-gated-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.source = self.folder / "d"
        self.source.mkdir()
        self.current = pathlib.Path("%s/STORE/current%s" % (self.folder, self.source))
        self.gate = self.folder / "gate"
        self.late = self.folder / "late"
        self.told = []
        self.unread = b""

    def put(self, name, text="text"):
        """Makes a file below the source."""
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def start(self, *options):
        """Returns when all that is there is stored."""
        gates = preloaded({"GATE_SYNC": str(self.gate), "GATE_QUEUE": str(self.late)})
        with environment(**gates), queue_limit(0), \
                open(self.folder / "err", "wb") as errors:
            self.child = subprocess.Popen(
                [PROGRAM, "--backup", "STORE", "--settle", "1ms", "-v", *options, "d"],
                stdout=subprocess.PIPE, stderr=errors, cwd=self.folder)
        self.addCleanup(self.child.stdout.close)
        self.addCleanup(self.child.wait)
        self.addCleanup(self.child.kill)
        self.wait_for(lambda: "established" in self.said(), "it is not ready")
        self.wait_state(AT_REST)

    def said(self):
        """All of standard error."""
        return (self.folder / "err").read_text()

    def read(self, limit_s):
        """Takes lines that have come."""
        if not select.select([self.child.stdout], [], [], limit_s)[0]:
            return
        self.unread += os.read(self.child.stdout.fileno(), 1 << 16)
        *lines, self.unread = self.unread.split(b"\n")
        self.told += [line.decode() for line in lines]

    def wait_for(self, condition, what):
        """Reads until it holds."""
        end = time.monotonic() + SOON_S
        while not condition():
            if self.child.poll() is not None or time.monotonic() > end:
                self.fail("%s; told %s, said %s" % (what, self.told, self.said()))
            self.read(ASK_S)

    def wait_told(self, line):
        """Until that line has come."""
        self.wait_for(lambda: line in self.told, "nobody told: " + line)

    def wait_state(self, pattern):
        """Asks for the counters until they are so."""
        def ask():
            seen = len(self.said())
            self.child.send_signal(signal.SIGUSR1)
            self.wait_for(lambda: "last success" in self.said()[seen:], "no counters")
            return re.search(pattern, self.said()[seen:])

        self.wait_for(ask, "never: " + pattern)

    def shut_gate(self):
        """Who syncs from now on waits."""
        os.mkfifo(self.gate)

    def wait_met(self):
        """Until somebody waits."""
        self.wait_for(pathlib.Path(str(self.gate) + ".met").exists, "nobody syncs")

    def open_gate(self):
        """All who wait go on, and nobody has to wait any more."""
        opened = self.gate.rename(str(self.gate) + ".open")
        with open(opened, "wb"):
            pass

    def verify(self):
        """At rest the newest versions are what the source is."""
        self.wait_state(AT_REST)
        self.assertEqual(look(self.current), look(self.source))
        self.child.terminate()
        self.assertEqual(self.child.wait(), -signal.SIGTERM)


class CopyTest(GatedTest):
    """A copy is made, and not in its place yet."""

    def test_gone_while_events_were_lost(self):
        with open(MAX_QUEUED_EVENTS, encoding="ascii") as file:
            queue = int(file.read())
        if queue > 65536:
            self.skipTest("fs.inotify.max_queued_events is %d: too long to fill" % queue)
        self.start()
        self.shut_gate()
        path = self.put("new")
        self.wait_met()
        self.child.send_signal(signal.SIGSTOP)
        noise = self.source / "noise"
        for _ in range(queue // 2 + 100):
            noise.touch()
            noise.unlink()
        path.unlink()
        os.mkfifo(self.source / "fifo")
        self.child.send_signal(signal.SIGCONT)
        # It is found by comparing, which is over then.
        self.wait_told("skipped d/fifo")
        self.wait_state("settling 0, running [0-9], compared")
        self.open_gate()
        self.wait_told("stored d/new")
        self.wait_state(AT_REST)
        (self.source / "fifo").unlink()
        self.verify()
        self.assertIn("deleted d/new", self.told)

    def test_its_directory_is_another_one(self):
        self.put("x/old")
        self.put("z/other")
        self.start()
        self.shut_gate()
        self.put("x/new")
        self.wait_met()
        exchange(self.source / "x", self.source / "z")
        # Comparing now would find no copy, nor that it is of the other directory.
        self.wait_state("settling 0, running [0-9], compared")
        self.open_gate()
        self.verify()
        self.assertIn("deleted d/x/new", self.told)

    def test_its_directory_moves(self):
        self.put("x/old")
        self.start()
        self.shut_gate()
        self.put("x/new")
        self.wait_met()
        (self.source / "x").rename(self.source / "y")
        self.wait_state("settling 0, running [0-9], compared")
        self.open_gate()
        self.verify()

    def test_it_is_a_directory_now(self):
        self.start()
        self.shut_gate()
        path = self.put("new")
        self.put("other/below")
        self.wait_met()
        exchange(path, self.source / "other")
        self.wait_state("settling 0, running [0-9], compared")
        self.open_gate()
        self.verify()


class EndTest(GatedTest):
    """The disk does not answer."""

    def test_the_second_signal_ends_it(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            path = self.put("f", "old")
            self.start("--pid-file", "pid")
            self.shut_gate()
            path.write_text("new")
            self.wait_met()
            self.child.send_signal(number)
            self.wait_state("running 1")  # answered behind the first
            self.assertIsNone(self.child.poll())
            self.assertTrue((self.folder / "pid").exists())
            self.child.send_signal(number)
            self.assertEqual(self.child.wait(SOON_S), -number)
            self.assertFalse((self.folder / "pid").exists())
            self.assertEqual(look(self.current), {"f": "old"})
            temporary = self.folder / "STORE" / ".inowatch" / "temporary"
            self.assertNotEqual(list(temporary.iterdir()), [])
            self.gate.unlink()
            self.start()
            self.assertEqual(list(temporary.iterdir()), [])
            self.assertIn("stored d/f", self.told)
            self.verify()
            pathlib.Path(str(self.gate) + ".met").unlink()


class FoundTest(GatedTest):
    """What a comparison finds is not watched yet."""

    def test_gone_before_its_directory_is_watched(self):
        self.put("p/old")
        self.start()
        self.shut_gate()
        (self.source / "p").rename(self.source / "q")
        self.wait_met()
        self.late.touch()
        path = self.put("q/n/f")
        self.open_gate()
        self.wait_told("stored d/q/n/f")
        path.unlink()
        self.late.unlink()
        self.wait_told("deleted d/q/n/f")
        self.verify()


class ExchangeTest(GatedTest):
    """A file and a directory change places."""

    def test_at_rest(self):
        for name in ("f", "g/x", "g/sub/y", "h/deep/z"):
            self.put(name, name)
        self.start()
        for one, other in (("f", "g"), ("g", "h/deep"), ("f/sub/y", "h"), ("f", "g")):
            exchange(self.source / one, self.source / other)
            self.wait_for(lambda: len(self.told) > 4, "nothing is stored")
            self.wait_state(AT_REST)
            self.told = self.told[:4]
        self.verify()

    def test_at_once(self):
        for name in ("f", "g/x", "g/sub/y", "h/deep/z"):
            self.put(name, name)
        self.start()
        for _ in range(7):
            exchange(self.source / "f", self.source / "g")
            exchange(self.source / "g", self.source / "h")
            exchange(self.source / "f", self.source / "h")
            exchange(self.source / "h", self.source / "g")
        self.put("last")
        self.wait_told("stored d/last")
        self.verify()

    def test_while_it_is_away(self):
        for name in ("f", "g/x", "g/sub/y", "h/deep/z"):
            self.put(name, name)
        for one, other in (("f", "g"), ("g", "h/deep"), ("f/sub/y", "h"), ("f", "g")):
            self.start()
            self.verify()
            exchange(self.source / one, self.source / other)
        self.start()
        self.verify()


if __name__ == "__main__":
    unittest.main()
