# SPDX-License-Identifier: MIT
"""Runs inowatch over a scripted piece of work while something fails, and compares."""

import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "storm"))
sys.dont_write_bytecode = True

from checker import Sentinels, Wrong, check  # noqa: E402
from limits import queue_limit  # noqa: E402
from listing import list_tree  # noqa: E402
from modes import Setup  # noqa: E402
from operations import exchange_paths, stamp  # noqa: E402
from pool import TooLong  # noqa: E402
from stream import BadStream  # noqa: E402,F401
from program import Program, Silent  # noqa: E402

PROGRAM = os.environ.get("INOWATCH", "")
IS_SANITIZED = bool(os.environ.get("IW_SANITIZE_PRELOAD"))
RUN_LIMIT_S = 60
SECOND_TRY_S = 0.5


def library():
    """The library to be preloaded, as the build made it."""
    named = os.environ.get("FAULT_LIBRARY")
    built = os.path.join(os.environ.get("top_builddir", "."), "tests", "fault", ".libs",
                         "fault.so")
    return named or built


def need_library():
    """Without it nothing would fail, and all seem to be well."""
    if not PROGRAM:
        raise RuntimeError("INOWATCH is not set: it names the program to test")
    if not os.access(library(), os.R_OK):
        raise RuntimeError("%s is not there: make check builds it" % library())


@contextlib.contextmanager
def environment(**variables):
    """Sets variables for programs that are started meanwhile; None removes one."""
    before = {name: os.environ.get(name) for name in variables}
    try:
        put(variables)
        yield
    finally:
        put(before)


def put(variables):
    """Changes the environment."""
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def preloaded(faults):
    """The environment of a program under faults; a sanitizer's library goes first."""
    options = os.environ.get("ASAN_OPTIONS")
    if options:
        options = options.replace("detect_leaks=0", "detect_leaks=1")
    before = os.environ.get("LD_PRELOAD") or os.environ.get("IW_SANITIZE_PRELOAD")
    return dict(faults, ASAN_OPTIONS=options,
                LD_PRELOAD=" ".join(filter(None, (before, library()))))


@contextlib.contextmanager
def time_limit(seconds):
    """Raises TooLong in whatever hangs."""
    def raise_too_long(*_):
        raise TooLong("it hung for %d s" % seconds)

    before = signal.signal(signal.SIGALRM, raise_too_long)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Watching(Program):
    """Does not wait for what cannot come because the PATH itself was lost."""

    root = b""

    def wait_for(self, condition, limit_s):
        """As Program's; Silent once the PATH is lost."""
        if super().wait_for(lambda: condition() or self.is_lost(), limit_s):
            if not super().wait_for(condition, min(limit_s, SECOND_TRY_S)):
                raise Silent("the PATH was lost")
        return condition()

    def is_lost(self):
        """The PATH was told to be lost, and nothing since."""
        node = self.replayer.find(self.root)
        return bool(node and node.is_lost)


class Run:
    """
    One run of inowatch in a folder of its own: root and outside. Afterwards is_met says
    if the fault happened, status how it ended (None: it was in sync until it was told to
    end), stderr what it said. meanwhile(run) is called before it is ready, if it is set;
    inner has further PATHs, relative to the folder, that lie in root.
    """

    def __init__(self, faults, *options):
        self.folder = os.fsencode(tempfile.mkdtemp(prefix="inowatch-fault-"))
        self.log = self.folder + b"/met"
        self.faults = dict(faults, FAULT_LOG=os.fsdecode(self.log))
        self.setup = Setup(self.folder, random.Random(0))
        self.setup.directory = self.folder
        self.setup.roots = [(b"root", self.setup.inside)]
        self.options = options
        self.meanwhile = None
        self.inner = ()
        self.root = self.setup.inside
        self.outside = self.setup.outside
        self.program = None
        self.sentinels = None
        self.is_ready = False
        self.is_met = False
        self.status = None
        self.stderr = ""

    def start(self):
        """Returns when it is ready."""
        self.setup.roots += [(path, self.folder + b"/" + path) for path in self.inner]
        arguments = [PROGRAM, "-r", "-j", *self.options, "root", *self.inner]
        replayer = self.setup.replayer(self.setup.told_roots())
        with queue_limit(0), environment(**preloaded(self.faults)):
            self.program = Watching(arguments, replayer,
                                   os.fsdecode(self.folder) + "/stderr", 0, self.folder)
        self.program.root = self.root
        if self.meanwhile:
            self.meanwhile(self)
        if "--list" in self.options:
            replayer.reach(self.root).type = "dir"
        else:
            replayer.load(list_tree(self.root), time.time_ns())
        self.sentinels = Sentinels(self.program, [self.root])
        self.program.wait_ready()
        self.is_ready = True

    def sync(self):
        """All work done so far was told, if the PATH is watched."""
        if not self.program.is_lost():
            self.sentinels.send()

    def verify(self):
        """Raises Wrong if the stream did not tell the truth."""
        check(self.program, self.sentinels, self.setup, set())
        problem = self.program.end()
        if problem:
            raise Wrong(problem)

    def is_root_lost(self):
        """The PATH itself was told to be lost: nothing is promised."""
        return bool(self.program and self.program.is_lost())

    def work(self, *steps):
        """Prepares, starts, works, compares. Raises Wrong, Silent, BadStream, TooLong."""
        with time_limit(RUN_LIMIT_S):
            try:
                prepare(self)
                self.start()
                for step in steps:
                    step(self)
                    self.sync()
                self.verify()
            except (Silent, Wrong):
                if not self.has_ended() and not self.is_root_lost():
                    raise
        return self

    def has_ended(self):
        """The program has ended by itself; its status is kept."""
        if not self.program:
            return False
        try:
            while self.program.take() > 0:
                pass
            self.status = self.program.child.wait(1)
        except Exception:  # it is running
            return False
        return True

    def close(self):
        """Leaves nothing behind."""
        self.is_met = os.path.exists(self.log)
        if self.program:
            self.stderr = self.program.stderr_tail()
            self.program.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def events(self):
        """All records so far, as pairs of event and path."""
        return [(record.event, record.path) for record in self.program.records]


# ---- The work ----------------------------------------------------------------------

def put_file(path):
    """A file with the time of its content in it."""
    with open(path, "wb") as file:
        file.write(stamp())


def prepare(run):
    """What is there before the program starts."""
    for path in (b"/a/b/c", b"/d", b"/e", b"/gone/x/y"):
        os.makedirs(run.root + path)
    os.makedirs(run.outside + b"/t/u/v")
    for path in (run.root + b"/a/b/c/old", run.root + b"/d/f", run.root + b"/gone/x/f",
                 run.outside + b"/t/u/g"):
        put_file(path)


def make_tree(run):
    """New directories faster than they can be watched."""
    os.makedirs(run.root + b"/n1/n2/n3/n4")
    put_file(run.root + b"/n1/n2/n3/n4/leaf")


def rename_tree(run):
    """A directory with all below, then something new in it."""
    os.rename(run.root + b"/a", run.root + b"/z")
    put_file(run.root + b"/z/b/c/new")


def rename_file(run):
    """From one directory to the other, over what is there."""
    put_file(run.root + b"/e/g")
    os.rename(run.root + b"/d/f", run.root + b"/e/g")


def move_out(run):
    """A tree that is watched no more."""
    os.rename(run.root + b"/z/b", run.outside + b"/b")
    put_file(run.outside + b"/b/c/unseen")


def move_in(run):
    """A tree with content."""
    os.rename(run.outside + b"/t", run.root + b"/e/t")
    put_file(run.root + b"/e/t/u/v/late")


def remove_tree(run):
    """Watches go with their directories."""
    shutil.rmtree(run.root + b"/n1", ignore_errors=True)
    shutil.rmtree(run.root + b"/gone")


def remake(run):
    """The same names and often the same inode numbers again."""
    os.rmdir(run.root + b"/d")
    os.makedirs(run.root + b"/d/again")
    put_file(run.root + b"/d/again/f")


def exchange(run):
    """Two trees swap places."""
    exchange_paths(run.root + b"/d", run.root + b"/e")
    put_file(run.root + b"/d/behind")


ALL_STEPS = (make_tree, rename_tree, rename_file, move_out, move_in, remove_tree, remake,
             exchange)
