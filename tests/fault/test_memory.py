# SPDX-License-Identifier: MIT
"""
Memory, descriptors and watches stay where they are however much is created, renamed and
deleted. FAULT_ROUNDS=1000000 makes as many rounds; the criterion is the same.
"""

import os
import queue
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "storm"))
sys.dont_write_bytecode = True

from limits import queue_limit  # noqa: E402

PROGRAM = os.environ["INOWATCH"]
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "20000"))
BATCH = 100
BURST = 8 * BATCH
LIMIT_S = 60
LOOKS = 50
GROWTH_KB = 512
MOST_RISES = 5

# A sanitizer keeps freed memory for a while, and that is what grows.
IS_SANITIZED = bool(os.environ.get("IW_SANITIZE_PRELOAD"))


class Watched:
    """inowatch, all of whose output is read and searched for signs only."""

    def __init__(self, folder, *arguments):
        self.folder = folder
        self.number = 0
        ready, child_ready = os.pipe()
        with queue_limit(0):
            self.child = subprocess.Popen(
                [PROGRAM, "--ready-fd", str(child_ready), "-qj", *arguments], cwd=folder,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, pass_fds=[child_ready])
            os.close(child_ready)
            try:
                select.select([ready], [], [], LIMIT_S)
                if os.read(ready, 1) != b"\n":
                    raise RuntimeError("inowatch was not ready")
            finally:
                os.close(ready)
        self.states = queue.Queue()
        self.reader = threading.Thread(target=self.read_errors)
        self.reader.start()

    def await_text(self, text):
        """Reads until the text was told."""
        fd = self.child.stdout.fileno()
        end = time.monotonic() + LIMIT_S
        last = b""
        while text not in last:
            if not select.select([fd], [], [], max(0, end - time.monotonic()))[0]:
                raise RuntimeError("%r was not told" % text)
            data = os.read(fd, 1 << 16)
            if not data:
                raise RuntimeError("inowatch ended")
            last = last[-len(text):] + data

    def sync(self):
        """All that was done so far was told."""
        self.number += 1
        name = "sync-%d" % self.number
        os.mkdir(os.path.join(self.folder, "signs", name))
        self.await_text(b"signs/" + name.encode() + b'"')
        os.rmdir(os.path.join(self.folder, "signs", name))
        self.await_text(b'"delete","path":"signs/' + name.encode() + b'"')

    def burst(self, work, numbers):
        """Makes its buffers as large as they ever get: more at once than between syncs."""
        self.child.send_signal(signal.SIGSTOP)
        for number in numbers:
            work(number)
        self.child.send_signal(signal.SIGCONT)
        self.sync()

    def read_errors(self):
        """In a thread: keeps what it says of its state, so that it never waits for us."""
        for line in self.child.stderr:
            found = re.search(rb"to be visited ([0-9]+),", line)
            if found:
                self.states.put(int(found.group(1)))

    def to_be_visited(self):
        """How many directories it says that it has to visit."""
        self.child.send_signal(signal.SIGUSR1)
        return self.states.get(timeout=LIMIT_S)

    def measure(self):
        """What is there at least: a turn that is not over yet has a descriptor more."""
        return tuple(min(each) for each in zip(*(self.look() for _ in range(LOOKS))))

    def look(self):
        """Kilobytes of memory of its own, open descriptors, watches."""
        process = "/proc/%d/" % self.child.pid
        with open(process + "status", encoding="ascii", errors="replace") as file:
            lines = file.read().splitlines()
        memory = next(int(line.split()[1]) for line in lines if line.startswith("RssAnon:"))
        fds = os.listdir(process + "fdinfo")
        watches = 0
        for fd in fds:
            try:
                with open(process + "fdinfo/" + fd, encoding="ascii") as file:
                    watches += sum(line.startswith("inotify ") for line in file)
            except FileNotFoundError:
                continue  # closed meanwhile
        return memory, len(fds), watches

    def close(self):
        """Leaves nothing behind."""
        self.child.kill()
        self.child.wait()
        self.child.stdout.close()
        self.reader.join()
        self.child.stderr.close()


class MemoryTest(unittest.TestCase):
    """One kind of work each."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="inowatch-memory-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        for name in ("d", "signs"):
            os.mkdir(os.path.join(self.folder, name))

    def path(self, name):
        """In the folder d."""
        return os.path.join(self.folder, "d", name)

    def rounds(self, work, *arguments):
        """
        Measures after each tenth of the rounds. Buffers grow by steps, when there is more
        at once than ever before; what leaks, if only two bytes a round, grows each time.
        """
        watched = Watched(self.folder, *arguments, "signs")
        self.addCleanup(watched.close)
        measured = []
        for number in range(ROUNDS):
            work(number)
            if number % BATCH == BATCH - 1:
                watched.sync()
            if number % (ROUNDS // 10) == ROUNDS // 10 - 1:
                watched.sync()
                if not measured:
                    watched.burst(work, range(ROUNDS, ROUNDS + BURST))
                measured.append(watched.measure())
        self.assertEqual({each[1:] for each in measured}, {measured[0][1:]},
                         "descriptors, watches")
        # Some of the last may wait for a further event, but none of those before.
        self.assertLessEqual(watched.to_be_visited(), BATCH)
        if IS_SANITIZED:
            return
        memory = [each[0] for each in measured]
        rises = sum(memory[i] > max(memory[:i]) for i in range(1, len(memory)))
        self.assertLessEqual(rises, MOST_RISES, memory)
        self.assertLessEqual(memory[-1], memory[0] + GROWTH_KB, memory)

    def test_files(self):
        def work(number):
            one, other = self.path("f%d" % number), self.path("g%d" % number)
            os.close(os.open(one, os.O_WRONLY | os.O_CREAT, 0o600))
            os.rename(one, other)
            os.unlink(other)

        self.rounds(work, "-r", "d")

    def test_directories(self):
        def work(number):
            one, other = self.path("name-%d" % number), self.path("a-longer-name-%d" % number)
            os.makedirs(one + "/below/it")
            os.rename(one, other)
            for name in ("/below/it", "/below", ""):
                os.rmdir(other + name)

        self.rounds(work, "-r", "d")

    def test_directories_moved_out_and_in(self):
        outside = os.path.join(self.folder, "outside")
        os.makedirs(outside + "/a/b")

        def work(number):
            os.rename(outside + "/a", self.path("a%d" % number))
            os.rename(self.path("a%d" % number), outside + "/a")

        self.rounds(work, "-r", "d")

    def test_file_that_is_replaced(self):
        file, new = self.path("file"), self.path("new")

        def work(number):
            with open(new, "w", encoding="ascii") as out:
                out.write(str(number))
            if number % 3 == 0:
                os.unlink(file)
            os.rename(new, file)

        with open(file, "w", encoding="ascii"):
            pass
        self.rounds(work, "d/file")


if __name__ == "__main__":
    unittest.main()
