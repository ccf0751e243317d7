# SPDX-License-Identifier: MIT
"""
Random work at the worst moments: while a directory is being listed, just before, and when
the queue was just found empty. PAUSED_SEED is the seed of the first run (default: the
time), FAULT_RACES=10 makes ten times as many.
"""

import os
import random
import signal
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from faulty import exchange_paths, need_library, put_file  # noqa: E402
from paused import PausedTest, await_stop  # noqa: E402

RUNS = 25 * int(os.environ.get("FAULT_RACES", "1"))
FEWER_EVENTS = ("-e", "create,delete,move,close_write,modify")
DIRECTORIES = (b"/n", b"/n/s", b"/n/s/t", b"/d", b"/e", b"/a", b"/a/b", b"/a/b/c")
NAMES = (b"marked", b"other", b"s", b"t", b"f", b"x", b"b", b"old", b"c")
TWO_PATHS = (os.rename, os.rename, os.rename, exchange_paths, exchange_paths)
TRIES = 20


def setUpModule():
    """Without the library nothing stops."""
    need_library()


def create(path):
    """A file where nothing was."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


ONE_PATH = (os.unlink, os.mkdir, os.rmdir, create)


class Work:
    """Whatever can be done to a few names, in and out of the watched tree."""

    def __init__(self, run, rng):
        self.run = run
        self.rng = rng
        self.done = []

    def path(self):
        """A path that may be there."""
        kind = self.rng.random()
        if kind < 0.12:
            return self.run.outside + self.rng.choice((b"/o", b"/p", b"/t", b"/t/u"))
        if kind < 0.3:
            return self.run.root + self.rng.choice((b"/n", b"/d", b"/e", b"/a", b"/q"))
        return (self.run.root + self.rng.choice(DIRECTORIES) + b"/" +
                self.rng.choice(NAMES))

    def is_inside(self, *paths):
        """All of them are in the watched tree."""
        return all(path.startswith(self.run.root) for path in paths)

    def separate(self):
        """
        Of two equal events in a row the kernel queues one, whatever their cookies: after
        an exchange with the outside, moving the same name on would go untold.
        """
        create(self.run.root + b"/gone/between")
        os.unlink(self.run.root + b"/gone/between")

    def do(self, count):
        """So many operations that succeed, if that many can be found."""
        for _ in range(count):
            for _ in range(TRIES):
                if self.try_one():
                    break

    def try_one(self):
        """Returns whether it succeeded."""
        operation = self.rng.choice(TWO_PATHS + ONE_PATH)
        paths = [self.path() for _ in range(2 if operation in TWO_PATHS else 1)]
        try:
            operation(*paths)
        except OSError:
            return False
        if operation is exchange_paths and not self.is_inside(*paths):
            self.separate()
        self.done.append("%s %r" % (operation.__name__, paths))
        return True


def put_content(top):
    """What the names stand for at the beginning."""
    os.makedirs(top + b"/s/t")
    for name in (b"/marked", b"/other", b"/s/f", b"/s/t/f"):
        put_file(top + name)


def move_in(work):
    """A directory that has to be listed."""
    put_content(work.run.outside + b"/n")
    os.rename(work.run.outside + b"/n", work.run.root + b"/n")
    await_stop(work.run)


class RandomTest(PausedTest):
    """What was done is shown when it goes wrong."""

    def play(self, variables, begin):
        """Runs in which begin(work) returns when the program has stopped."""
        first = int(os.environ.get("PAUSED_SEED", time.time_ns() // 1000000))
        for seed in range(first, first + RUNS):
            with self.subTest(seed=seed):
                self.play_one(random.Random(seed), variables, begin)

    def play_one(self, rng, variables, begin):
        """One run; variables(rng) says when it stops."""
        done = []

        def step(run):
            work = Work(run, rng)
            work.done = done
            begin(work)
            done.append("(stopped)")
            work.do(rng.randrange(1, 9))
            run.program.child.send_signal(signal.SIGCONT)

        try:
            options = FEWER_EVENTS if rng.random() < 0.5 else ()
            self.run_paused(variables(rng), step, options=options)
        except Exception as problem:
            raise AssertionError("%s\nafter: %s" % (problem, "; ".join(done))) from problem

    def test_after_the_first_read_of_a_listing(self):
        self.play(lambda rng: {"PAUSE_AT": "marked"}, move_in)

    def test_before_a_listing(self):
        self.play(lambda rng: {"PAUSE_IN": rng.choice("nst")}, move_in)

    def test_when_all_is_read(self):
        def begin(work):
            run = work.run
            put_content(run.root + b"/n")
            run.sync()
            run.program.child.send_signal(signal.SIGSTOP)
            await_stop(run)
            os.rename(run.root + b"/n/other", run.outside + b"/o")
            os.unlink(run.root + b"/n/marked")
            work.do(work.rng.randrange(4))
            put_file(sign)
            run.program.child.send_signal(signal.SIGCONT)
            await_stop(run)

        with tempfile.TemporaryDirectory(prefix="inowatch-paused-") as folder:
            sign = os.path.join(folder, "sign")
            self.play(lambda rng: {"PAUSE_DRY": sign}, begin)


if __name__ == "__main__":
    unittest.main()
