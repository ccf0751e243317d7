# SPDX-License-Identifier: MIT
"""One storm from the first operation to the last comparison."""

import os
import random
import select
import shutil
import tempfile
import time

from checker import Sentinels, Wrong, check
from generator import Plan, Worker, prepare
from limits import queue_limit
from listing import list_tree
from modes import MODES, PEERS, Setup
from peer import Peer
from pool import TooLong
from program import Program, Silent
from stream import BadStream

TAIL = 40
TRICKLE_BYTES = 700
TRICKLE_S = 0.001
SMALL_PIPE = 4096


class Result:
    """What a storm came to; sent between processes."""

    def __init__(self, mode, seed):
        self.mode = mode
        self.seed = seed
        self.wrong = None
        self.details = []
        self.counts = {}
        self.is_late = False
        self.kept = None


class Storm:
    """Owns the folder, the program and the workers of one storm."""

    def __init__(self, mode, seed, options):
        self.result = Result(mode, seed)
        self.options = options
        self.rng = random.Random("%s %d" % (mode, seed))
        parent = options.directory or tempfile.gettempdir()
        self.folder = os.fsencode(tempfile.mkdtemp(prefix="inowatch-storm-", dir=parent))
        self.work = self.folder + b"/work"
        os.mkdir(self.work)
        self.setup = Setup(self.work, self.rng)
        (MODES.get(mode) or PEERS[mode])(self.setup)
        setup = self.setup
        self.plan = Plan(setup.inside, setup.outside, options.operations,
                         tuple(setup.without) + tuple(options.without),
                         setup.protected, setup.files)
        self.program = None
        self.workers = []

    def run(self):
        """Returns the result; what goes wrong in the machinery itself is raised."""
        try:
            prepare(self.plan, self.rng, self.rng.choice((0, 20, 60)))
            self.storm()
            self.verify()
        except (Wrong, Silent, BadStream, TooLong) as problem:
            self.result.wrong = str(problem)
            self.result.details = self.explain(getattr(problem, "path", None))
        finally:
            self.finish()
        return self.result

    def storm(self):
        """Starts program and workers in the mode's order, and reads till they end."""
        if self.setup.is_listed:
            self.start_workers()
            self.start_program()
        else:
            self.start_program()
            began_ns = time.time_ns()
            listing = {}
            for top in self.setup.tops:
                listing.update(list_tree(top))
            self.program.replayer.load(listing, began_ns)
            self.start_workers()
        linked = set()
        while self.workers:
            for fd in self.wait():
                worker = next(w for w in self.workers if w.fd == fd)
                linked |= worker.join()
                self.workers.remove(worker)
        self.result.linked = linked

    def start_workers(self):
        """One to three, each with a seed of its own."""
        count = self.options.workers or self.rng.choice((1, 1, 2, 3))
        each = max(1, self.options.operations // count)
        self.plan.count = each
        for number in range(count):
            log = os.fsdecode(self.folder) + "/operations.%d" % number
            seed = "%s %d %d" % (self.result.mode, self.result.seed, number)
            self.workers.append(Worker(self.plan, seed, log))

    def start_program(self):
        """Returns when it is ready."""
        setup = self.setup
        replayer = setup.replayer(setup.told_roots())
        if setup.is_listed:
            for _, real in setup.roots:
                if not setup.files:
                    replayer.reach(real).type = "dir"
        with queue_limit(setup.queue_limit):
            stderr = os.fsdecode(self.folder) + "/stderr"
            if setup.is_peer:
                self.program = Peer(setup.tops, replayer, stderr)
            else:
                self.program = Program(setup.arguments(self.options.program), replayer,
                                       stderr, setup.watch_limit, setup.directory)
            if setup.is_slow:
                self.program.narrow_pipe(SMALL_PIPE)
            self.program.wait_ready()

    def wait(self):
        """Reads, as fast as the mode allows. Returns the workers' ends that are here."""
        fds = [worker.fd for worker in self.workers]
        if not self.setup.is_slow:
            return self.program.wait_readable(fds)
        ended, _, _ = select.select(fds, [], [], TRICKLE_S)
        self.program.take(TRICKLE_BYTES)
        return ended

    def verify(self):
        """Raises Wrong if the stream did not tell the truth."""
        setup = self.setup
        sentinels = Sentinels(self.program, setup.sentinel_roots, setup.written_file)
        self.result.is_late = check(self.program, sentinels, setup,
                                    self.result.linked)
        if setup.files:
            self.check_neighbours()
        problem = self.program.end()
        if problem:
            raise Wrong(problem)

    def check_neighbours(self):
        """Only what was named is told."""
        spellings = {told for told, _ in self.setup.told_roots()}
        for record in self.program.records:
            if record.path and record.path not in spellings:
                raise Wrong("told, but not named: %r" % record.path, record.path)

    def explain(self, path):
        """The last records about the path, its ancestors or what is below it."""
        if not self.program:
            return []
        normalise = self.program.replayer.normalise
        lines = []
        for record in reversed(self.program.records):
            told = [normalise(p) for p in (record.path, record.source) if p]
            if path is None or not told or any(is_related(p, path) for p in told):
                lines.append(record.line.decode("utf-8", "replace"))
            if len(lines) == TAIL:
                break
        return lines[::-1]

    def finish(self):
        """Ends what runs; keeps what was asked for, removes the rest."""
        for worker in self.workers:
            worker.stop()
        if self.program:
            self.program.close()
            self.result.counts = self.program.replayer.counts
            if self.options.keep and self.result.wrong:
                with open(self.folder + b"/stream", "wb") as file:
                    for record in self.program.records:
                        file.write(record.line + b"\n")
        if self.options.keep and self.result.wrong:
            self.result.kept = os.fsdecode(self.folder)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)


def is_related(told, path):
    """The same, above it, or below it."""
    return told == path or path.startswith(told + b"/") or told.startswith(path + b"/")


def run_storm(mode, seed, options):
    """For pools of processes."""
    return Storm(mode, seed, options).run()
