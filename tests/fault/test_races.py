# SPDX-License-Identifier: MIT
"""
Races as fast as the machine can run them. FAULT_RACES multiplies how often (default 1;
10 makes 10,000 times mkdir -p and 20,000 directories to be listed again).
"""

import collections
import os
import random
import signal
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "storm"))
sys.dont_write_bytecode = True

from checker import Sentinels, check  # noqa: E402
from faulty import time_limit  # noqa: E402
from limits import MAX_QUEUED_EVENTS, queue_limit  # noqa: E402
from listing import list_tree  # noqa: E402
from modes import Setup  # noqa: E402
from program import Program  # noqa: E402

PROGRAM = os.environ["INOWATCH"]
TIMES = int(os.environ.get("FAULT_RACES", "1"))
LIMIT_S = 60 * TIMES
READS = ("open", "access", "close_nowrite")


class RacesTest(unittest.TestCase):
    """A folder with root and outside, one run of inowatch, a comparison at the end."""

    def setUp(self):
        self.folder = os.fsencode(tempfile.mkdtemp(prefix="inowatch-races-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.setup = Setup(self.folder, random.Random(0))
        self.root = self.setup.inside
        self.setup.roots = [(self.root, self.root)]
        limit = time_limit(LIMIT_S)
        limit.__enter__()
        self.addCleanup(limit.__exit__, None, None, None)

    def start(self, *options):
        """Returns when it is ready."""
        replayer = self.setup.replayer(self.setup.told_roots())
        with queue_limit(0):
            self.program = Program([PROGRAM, "-j", *options, self.root], replayer,
                                   os.fsdecode(self.folder) + "/stderr")
        self.addCleanup(self.program.close)
        if "--list" in options:
            replayer.reach(self.root).type = "dir"
        self.program.wait_ready()
        if "--list" not in options:
            replayer.load(list_tree(self.root), 1 << 62)
        self.sentinels = Sentinels(self.program, [self.root])

    def verify(self, set_of_links=frozenset()):
        """What was told is what is there, and watched."""
        check(self.program, self.sentinels, self.setup, set_of_links)
        self.assertIsNone(self.program.end())

    def events(self):
        """How often each event, by kind."""
        return collections.Counter(record.event for record in self.program.records)

    def told(self, *kinds):
        """How often each path was told with one of the kinds."""
        return collections.Counter(record.path for record in self.program.records
                                   if record.event in kinds)

    def take_whatever(self):
        """So that the pipe does not fill."""
        while self.program.take() > 0:
            pass

    def test_mkdir_p_with_a_file(self):
        self.start("-r", "-e", "create,delete,move,close_write")
        leaves = []
        for number in range(1000 * TIMES):
            below = self.root + b"/a%d/b/c/d" % number
            os.makedirs(below)
            os.close(os.open(below + b"/f", os.O_CREAT | os.O_WRONLY, 0o600))
            leaves.append(below + b"/f")
            if number % 100 == 0:
                self.sentinels.send()
        self.verify()
        told = self.told("create", "found", "moved_in")
        if not self.events()["overflow"]:
            self.assertEqual({leaf: told[leaf] for leaf in leaves},
                             {leaf: 1 for leaf in leaves})

    def test_one_overflow_of_many_directories(self):
        with open(MAX_QUEUED_EVENTS, encoding="ascii") as file:
            queue = int(file.read())
        if queue > 65536:
            self.skipTest("fs.inotify.max_queued_events is %d: too long to fill" % queue)
        for number in range(2000 * TIMES):
            os.makedirs(self.root + b"/%d/%d" % (number % 40, number))
        self.start("-r")
        self.program.child.send_signal(signal.SIGSTOP)
        for number in range(queue // 2 + 100):
            path = self.root + b"/0/f%d" % (number % 2)
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
            os.unlink(path)
        self.program.child.send_signal(signal.SIGCONT)
        self.assertTrue(self.program.wait_for(lambda: self.events()["synced"], LIMIT_S))
        events = self.events()
        self.assertEqual((events["overflow"], events["synced"]), (1, 1))
        kinds = [record.event for record in self.program.records]
        behind = self.program.records[kinds.index("overflow"):]
        self.assertEqual([r.line for r in behind
                          if r.event in READS and r.type == "dir"], [])
        self.sentinels.send()
        self.assertEqual(self.events()["overflow"], 1)

    def test_pairs_of_two_processes(self):
        script = ("import os, sys\n"
                  "for i in range(int(sys.argv[2])):\n"
                  "    os.rename('%s%d' % (sys.argv[1], i), '%s%d' % (sys.argv[1], i + 1))")
        for name in (b"/p0", b"/q0"):
            os.mkdir(self.root + name)
        self.start("-r", "-e", "move,create,delete")
        workers = [subprocess.Popen([sys.executable, "-c", script, name,
                                     str(5000 * TIMES)], cwd=self.root)
                   for name in ("p", "q")]
        while any(worker.poll() is None for worker in workers):
            self.program.wait_readable((), 0.01)
        self.verify()
        for record in self.program.records:
            if record.event == "move":
                one, other = (path.rpartition(b"/")[2]
                              for path in (record.source, record.path))
                self.assertEqual((one[:1], int(one[1:]) + 1), (other[:1], int(other[1:])))
        if not self.events()["overflow"]:
            self.assertEqual(self.events()["move"], 10000 * TIMES)

    def test_the_same_name_again(self):
        self.start("-r", "-e", "create,delete,move,close_write")
        top = self.root + b"/again"
        for number in range(2000 * TIMES):
            os.mkdir(top)
            file = top + b"/f%d" % number
            os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
            if number % 10 == 0:
                self.assertTrue(self.program.wait_for(
                    lambda name=file: self.told("create", "found")[name] or
                    self.events()["overflow"], LIMIT_S)
                    if number % 500 == 0 else True)
            os.unlink(file)
            os.rmdir(top)
            self.take_whatever()
        os.mkdir(top)
        os.close(os.open(top + b"/last", os.O_CREAT | os.O_WRONLY, 0o600))
        self.verify()
        told = self.told("create", "found")
        self.assertEqual(told[top + b"/last"], 1)
        self.assertLessEqual(max(n for path, n in told.items()
                                 if path.startswith(top + b"/f")), 1)

    def test_a_path_of_20_kilobytes(self):
        name = b"n" * 250
        fd = os.open(self.root, os.O_RDONLY)
        for _ in range(80):
            os.mkdir(name, dir_fd=fd)
            below = os.open(name, os.O_RDONLY, dir_fd=fd)
            os.close(fd)
            fd = below
        self.addCleanup(subprocess.run, ["rm", "-rf", self.folder], check=False)
        deep = self.root + (b"/" + name) * 80
        self.start("-r", "--list")
        self.assertTrue(self.program.wait_for(lambda: self.told("found")[deep], LIMIT_S))
        os.close(os.open("leaf", os.O_CREAT | os.O_WRONLY, 0o600, dir_fd=fd))
        os.close(fd)
        self.assertTrue(self.program.wait_for(
            lambda: self.told("create")[deep + b"/leaf"], LIMIT_S))
        self.assertGreaterEqual(len(self.program.watched_inodes()), 81)
        self.assertIsNone(self.program.end())

    def test_what_is_no_directory(self):
        special = self.root + b"/special"
        os.mkdir(special)
        for name, target in ((b"self", b"self"), (b"up", b".."), (b"top", self.root),
                             (b"nowhere", b"not/there"), (b"out", self.setup.outside)):
            os.symlink(target, special + b"/" + name)
        os.mkfifo(special + b"/fifo")
        with socket.socket(socket.AF_UNIX) as listener:
            # Its name has to be short.
            with tempfile.TemporaryDirectory() as place:
                listener.bind(place + "/socket")
                os.rename(place + "/socket", special + b"/socket")
            self.start("-r", "--list")
            os.mkfifo(special + b"/fifo2")
            os.symlink(b".", self.root + b"/loop")
            self.sentinels.send()
            reads = [r.line for r in self.program.records
                     if r.event in READS and r.path.startswith(special + b"/")]
            self.assertEqual(reads, [])
            self.verify()

    def test_starts_in_churn(self):
        script = ("import os, shutil\n"
                  "while True:\n"
                  "    os.makedirs('x/y/z'); os.makedirs('v/w'); os.rename('v', 'x/v')\n"
                  "    shutil.rmtree('x')")
        churn = subprocess.Popen([sys.executable, "-c", script], cwd=self.root)
        self.addCleanup(churn.wait)
        self.addCleanup(churn.kill)
        for _ in range(15 * TIMES):
            self.start("-r", "--list")
            self.assertIsNone(self.program.end())


if __name__ == "__main__":
    unittest.main()
