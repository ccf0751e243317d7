# SPDX-License-Identifier: MIT
"""Workers: processes that do a seeded number of operations, in bursts and pauses."""

import os
import pickle
import random
import select
import shutil
import signal
import sys
import time
import traceback

from operations import WEIGHTS, Operations
from fileroots import FileOperations
from noting import NotingOperations

LOGGED = frozenset("""open os.rename os.mkdir os.rmdir os.remove os.link os.symlink
    os.truncate os.chmod shutil.rmtree storm.exchange""".split())


class Worker:
    """One process; the parent waits on .fd until it can be read to its end."""

    def __init__(self, plan, seed, log_path):
        self.fd, writer = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                os.close(self.fd)
                linked = do_work(plan, random.Random(seed), log_path)
                with os.fdopen(writer, "wb") as out:
                    pickle.dump(linked, out)
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(status)
        os.close(writer)

    def join(self):
        """Waits for its end. Returns the inodes that had a second name."""
        with os.fdopen(self.fd, "rb") as result:
            data = result.read()
        self.fd = -1
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        if status != 0:
            raise RuntimeError("a worker failed: its message is above")
        return pickle.loads(data)

    def stop(self):
        """When the storm is given up."""
        if self.pid:
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)
        if self.fd >= 0:
            os.close(self.fd)


class Plan:
    """What the workers of a storm do, and where."""

    notes_path = None  # where each content is noted

    def __init__(self, inside, outside, count, without=(), protected=(), files=()):
        self.inside = inside
        self.outside = outside
        self.count = count
        self.without = without
        self.protected = protected
        self.files = files

    def hands(self, rng):
        """The operations and their weights."""
        if self.files:
            return FileOperations(rng, self.files), dict(FileOperations.WEIGHTS)
        if self.notes_path:
            return (NotingOperations(rng, self.inside, self.outside, self.notes_path),
                    NotingOperations.WEIGHTS)
        weights = {name: weight for name, weight in WEIGHTS.items()
                   if name not in self.without}
        return Operations(rng, self.inside, self.outside, self.protected), weights


def do_work(plan, rng, log_path):
    """Does the plan's operations. Returns the inodes that had a second name."""
    hands, weights = plan.hands(rng)
    names = list(weights)
    chances = list(weights.values())
    quiet, writer = os.pipe()
    burst = rng.randrange(1, 60)
    calls = []
    sys.addaudithook(lambda event, arguments: note_call(calls, event, arguments))
    with open(log_path, "w", encoding="utf-8", errors="backslashreplace") as log:
        for _ in range(plan.count):
            name = rng.choices(names, chances)[0]
            began_ns = time.time_ns()
            outcome = "ok"
            try:
                getattr(hands, name)()
            except (OSError, ValueError, shutil.Error) as problem:
                outcome = "%s: %s" % (type(problem).__name__, problem)
            log.write("%d %s %s %r\n" % (began_ns, name, outcome, calls))
            calls.clear()
            burst -= 1
            if burst == 0:
                # Nobody writes into that pipe: the pause ends with its time.
                select.select([quiet], [], [], rng.random() * 0.006)
                burst = rng.randrange(1, 60)
        hands.close()
    os.close(quiet)
    os.close(writer)
    return hands.linked_inodes


def note_call(calls, event, arguments):
    """Python tells of each system call that it makes, with its paths."""
    if event in LOGGED:
        calls.append((event, *(a for a in arguments[:2] if isinstance(a, bytes))))


def prepare(plan, rng, count):
    """What is there before the storm: a tree of some size, inside and outside."""
    hands, weights = plan.hands(rng)
    names = [name for name in ("make", "make_deep", "create", "write") if name in weights]
    for _ in range(count if names else 0):
        try:
            getattr(hands, rng.choice(names))()
        except OSError:
            continue
    hands.close()
