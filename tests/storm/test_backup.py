# SPDX-License-Identifier: MIT
"""
Random work is backed up while it is done. At rest the newest versions are what the
source is, and each version ever stored is a content that a file once had.
BACKUP_STORMS=N makes N storms, SEED=S begins with that one.
"""

import json
import os
import random
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
import unittest

from generator import Plan, Worker, prepare
from limits import queue_limit, why_no_queue_limit
from noting import EMPTY, digest_of
from pool import TooLong, run_jobs
from program import Program, Silent
from stream import exact_bytes

PROGRAM = os.environ["INOWATCH"]
STORMS = int(os.environ.get("BACKUP_STORMS", "6"))
SEED = int(os.environ.get("SEED", "1"))
LIMIT_S = 180
SOON_S = 20.0
ASK_S = 0.02
OPERATIONS = 300
ROUNDS = 4
TIME = re.compile(rb"\A\d{8}T\d{6}\.\d{9}Z\Z")
AT_REST = re.compile(r"waiting 0, settling 0, running 0, compared")


class Wrong(Exception):
    """What the store has is not what it should have."""


class Live(Program):
    """inowatch --backup at work: what it told of which path, and whether it rests."""

    def __init__(self, arguments, stderr_path):
        self.told = set()
        super().__init__(arguments, None, stderr_path)

    def take(self, size=1 << 20):
        try:
            data = os.read(self.out, size)
        except BlockingIOError:
            return 0
        for line in self.cutter.feed(data):
            fields = json.loads(line)
            self.told.add((fields["event"], exact_bytes(fields, "path")))
        return len(data) or -1

    def wait_told(self, event, path):
        """Until that line came."""
        if not self.wait_for(lambda: (event, path) in self.told, SOON_S):
            raise Wrong("not %s: %r; %s" % (event, path, self.stderr_tail()))

    def said(self, start):
        """What it said on standard error from there on."""
        with open(self.stderr_path, encoding="utf-8", errors="replace") as file:
            file.seek(start)
            return file.read()

    def wait_rest(self):
        """Asks for its counters until nothing waits, settles, runs or is compared."""
        end = time.monotonic() + SOON_S
        while time.monotonic() < end:
            start = os.stat(self.stderr_path).st_size
            self.child.send_signal(signal.SIGUSR1)
            while "last success" not in self.said(start) and time.monotonic() < end:
                self.wait_readable((), ASK_S)
            if AT_REST.search(self.said(start)):
                return
        raise Wrong("it does not come to rest: " + self.stderr_tail())


def look(path):
    """What has to be the same: type, and of files and links content, mode and mtime."""
    status = os.lstat(path)
    kind = stat.S_IFMT(status.st_mode)
    if stat.S_ISLNK(status.st_mode):
        return kind, os.readlink(path), status.st_mtime_ns
    if stat.S_ISREG(status.st_mode):
        return kind, digest_of(path), stat.S_IMODE(status.st_mode), status.st_mtime_ns
    return kind, stat.S_IMODE(status.st_mode)


def list_all(top, left_out=()):
    """{path below top: what is there}; of inodes that are left out no more than type."""
    found = {}
    for folder, folders, files in os.walk(top):
        for name in folders + files:
            path = os.path.join(folder, name)
            status = os.lstat(path)
            if stat.S_ISFIFO(status.st_mode):
                continue
            seen = look(path)
            found[path[len(top) + 1:]] = \
                seen[:1] if status.st_ino in left_out else seen
    return found


class BackupStorm:
    """Owns the folder, the program and the workers of one storm."""

    def __init__(self, seed):
        self.seed = seed
        self.rng = random.Random("backup %d" % seed)
        self.folder = os.fsencode(tempfile.mkdtemp(prefix="inowatch-backup-"))
        self.source, self.outside = self.folder + b"/root", self.folder + b"/outside"
        self.store = self.folder + b"/store"
        for path in (self.source, self.outside):
            os.mkdir(path)
        self.plan = Plan(self.source, self.outside, OPERATIONS)
        self.plan.notes_path = self.folder + b"/notes"
        self.program = None
        self.linked = set()
        self.is_late = False

    def run(self):
        """Returns what was wrong, or None; and whether it was late."""
        try:
            prepare(self.plan, self.rng, self.rng.choice((0, 20, 60)))
            self.storm()
            self.verify()
        except (Wrong, Silent, TooLong) as problem:
            return "seed %d: %s" % (self.seed, problem), self.is_late
        finally:
            if self.program:
                self.program.close()
            shutil.rmtree(self.folder, ignore_errors=True)
        return None, self.is_late

    def start(self):
        """A small queue overflows, and makes it compare."""
        limit = 0 if why_no_queue_limit() else self.rng.choice((0, 0, 32, 128))
        command = [PROGRAM, "-j", "--settle", self.rng.choice(("1ms", "20ms")),
                   "--backup", self.store, self.source]
        with queue_limit(limit):
            self.program = Live(command, os.fsdecode(self.folder + b"/stderr"))
            self.program.wait_ready()

    def storm(self):
        """One to three workers, started before or after the program."""
        is_first = self.rng.random() < 0.5
        if is_first:
            self.start()
        workers = []
        try:
            count = self.rng.choice((1, 1, 2, 3))
            self.plan.count = OPERATIONS // count
            for number in range(count):
                log = os.fsdecode(self.folder) + "/operations.%d" % number
                workers.append(Worker(self.plan, "%d %d" % (self.seed, number), log))
            if not is_first:
                self.start()
            while workers:
                for fd in self.program.wait_readable([w.fd for w in workers]):
                    worker = next(w for w in workers if w.fd == fd)
                    workers.remove(worker)
                    self.linked |= worker.join()
        finally:
            for worker in workers:
                worker.stop()

    def wait_rest(self, number):
        """What was told before this file was told too."""
        path = self.source + b"/sentinel-%d" % number
        with open(path, "wb") as file:
            file.write(path)
        with open(self.plan.notes_path, "ab") as notes:
            notes.write(digest_of(path))
        self.program.wait_told("stored", path)
        self.program.wait_rest()

    def difference(self):
        """The first path that is not stored as it is, or None."""
        real = list_all(self.source, self.linked)
        current = self.store + b"/current" + self.source
        stored = list_all(current)
        for path in sorted(set(real) | set(stored)):
            one, other = real.get(path), stored.get(path)
            if one and other and len(one) == 1:
                one, other = one[:1], other[:1]
            if one != other:
                return "%r is %r, stored is %r" % (path, one, other)
        return None

    def verify(self):
        """Raises Wrong if a version is torn, or the newest are not the source."""
        difference = None
        for number in range(ROUNDS):
            self.wait_rest(number)
            difference = self.difference()
            if not difference:
                break
            self.is_late = True
        if difference:
            raise Wrong(difference)
        problem = self.program.end()
        if problem:
            raise Wrong(problem)
        self.check_versions()

    def check_versions(self):
        """Each content that was ever stored is one that a file had."""
        with open(self.plan.notes_path, "rb") as file:
            notes = file.read()
        had = {notes[at:at + len(EMPTY)] for at in range(0, len(notes), len(EMPTY))}
        had.add(EMPTY)
        for top in (b"/current", b"/versions"):
            for path, seen in list_all(self.store + top).items():
                if stat.S_ISREG(seen[0]) and seen[1] not in had:
                    raise Wrong("nothing ever had this content: %r" % (top + b"/" + path))
        done = subprocess.run([PROGRAM, "--check", self.store, "--verify"], check=False,
                              stdout=subprocess.DEVNULL, timeout=LIMIT_S)
        if done.returncode != 0:
            raise Wrong("--check --verify: status %d" % done.returncode)


def run_storm(seed):
    """For pools of processes."""
    return BackupStorm(seed).run()


class Truth(unittest.TestCase):
    """The storms."""

    def test_the_store_is_the_source_at_rest(self):
        seeds = [(SEED + number,) for number in range(STORMS)]
        results = list(run_jobs(run_storm, seeds, 2, LIMIT_S))
        wrong = [problem for problem, _ in results if problem]
        print("# %d storms, %d wrong, %d late"
              % (len(results), len(wrong), sum(late for _, late in results)), flush=True)
        self.assertEqual(wrong, [])
        self.assertEqual(len(results), STORMS)


if __name__ == "__main__":
    unittest.main()
