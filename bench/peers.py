# SPDX-License-Identifier: MIT
"""
Who takes part: ourselves, the peers and the reference loops, each with its command line,
how it is seen to be ready, and how its output is read. To add a peer, add an entry.
"""

import dataclasses
import os
import re
import shutil
import subprocess
import sys
from typing import Callable, Optional

import interfaces
from interfaces import PEER, REFERENCE, US

HERE = os.path.dirname(os.path.abspath(__file__))

# Debian's packages are for Debian's interpreter; all use the same one where that is there.
PYTHONS = ("/usr/bin/python3", sys.executable)
# What "make stage" makes; the tests name it.
STAGE = os.environ.get("PYTHONPATH") or os.path.join(HERE, "..", "build", "stage", "python")

# How readiness is seen: a newline on a descriptor that was handed over, a text on standard
# error, or the first record of files that are made until one is told.
BY_FD, BY_PROBE = "fd", "probe"
INOTIFYWAIT_READY = b"Watches established."

TEXT_LINE = re.compile(rb"/d(?P<dir>\d\d)/ (?P<words>[A-Z_,]+) f(?P<file>\d{7})\n")
CSV_LINE = re.compile(rb'/d(?P<dir>\d\d)/,"?(?P<words>[A-Z_,]+)"?,f(?P<file>\d{7})\n')
JSON_LINE = re.compile(rb'"event":"(?P<words>\w+)","path":"[^"]*/d(?P<dir>\d\d)/'
                       rb'f(?P<file>\d{7})"')
FSWATCH_LINE = re.compile(rb"/d(?P<dir>\d\d)/f(?P<file>\d{7}) (?P<words>[A-Za-z,]+)\n")

TEXT_WORDS = {b"CREATE": "create", b"CLOSE_WRITE": "close_write", b"DELETE": "delete"}
JSON_WORDS = {word.lower(): name for word, name in TEXT_WORDS.items()}
FSWATCH_WORDS = {b"Created": "create", b"Updated": "close_write", b"Removed": "delete"}


@dataclasses.dataclass(frozen=True)
class Job:
    """What a contender is asked for."""
    root: str
    events: tuple  # words of interfaces.BITS
    ready_fd: int = -1

    @property
    def mask(self):
        """The same as a number."""
        return interfaces.mask_of(self.events)

    @property
    def comma_list(self):
        """The same as inotifywait and we take it."""
        return ",".join(self.events)


@dataclasses.dataclass(frozen=True)
class Contender:
    """One who takes part. pattern None: it merges, so its records cannot be counted."""
    name: str
    kind: str
    command: Callable[[Job], list]
    ready: object = BY_FD  # BY_FD, BY_PROBE, or the bytes to be seen on standard error
    pattern: Optional[re.Pattern] = TEXT_LINE
    words: dict = dataclasses.field(default_factory=lambda: TEXT_WORDS)
    environment: Optional[dict] = None  # default: ours
    version: str = ""
    is_server: bool = False


def ours(name, command, *options, pattern=TEXT_LINE, words=None):
    """Our program, or one of its formats."""
    return Contender(
        name, US, lambda job: [*command, "-q", "-r", "--ready-fd", str(job.ready_fd),
                               "-e", job.comma_list, *options, job.root],
        pattern=pattern, words=words or TEXT_WORDS)


def formats_of(us):
    """CSV and JSON of one of ours."""
    def with_option(option):
        return lambda job: [*us.command(job)[:-1], option, job.root]
    return [dataclasses.replace(us, name=us.name + " -c", command=with_option("-c"),
                                pattern=CSV_LINE),
            dataclasses.replace(us, name=us.name + " -j", command=with_option("-j"),
                                pattern=JSON_LINE, words=JSON_WORDS)]


def inotifywait(program):
    """inotify-tools."""
    return Contender(
        "inotifywait", PEER,
        lambda job: [program, "-m", "-r", "-e", job.comma_list, job.root],
        ready=INOTIFYWAIT_READY, version=first_line(program, "--help"))


def fswatch(program):
    """
    With the shortest latency it takes; it chooses its own mask. Without the option it ends
    itself at an overflow, which its own listing of large trees is enough for.
    """
    names = {"create": "Created", "delete": "Removed", "close_write": "Updated"}

    def command(job):
        chosen = [option for word in job.events if word in names
                  for option in ("--event", names[word])]
        return [program, "-r", "-l", "0.1", "--allow-overflow", "--format", "%p %f",
                *chosen, job.root]
    return Contender("fswatch", PEER, command, ready=BY_PROBE, pattern=FSWATCH_LINE,
                     words=FSWATCH_WORDS, version=first_line(program, "--version"))


def watchman(program):
    """A server; Watchman in watchman.py starts it. It tells states, not events."""
    return Contender("watchman", PEER, lambda job: [program], ready=BY_PROBE, pattern=None,
                     version="watchman " + first_line(program, "--version"),
                     is_server=True)


PROGRAMS = {"inotifywait": inotifywait, "fswatch": fswatch, "watchman": watchman}


def first_line(program, option):
    """The first line of what a program says about itself."""
    result = subprocess.run([program, option], stdin=subprocess.DEVNULL, check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return result.stdout.decode(errors="replace").partition("\n")[0].strip()


def python_program(name, python, version, mode="--print", stage=STAGE):
    """A few lines of Python around an interface, that print what inotifywait prints."""
    script = os.path.join(HERE, "watch.py")
    return Contender(
        name, interfaces.INTERFACES[name].kind,
        lambda job: [python, "-B", script, name, mode, str(job.ready_fd), job.comma_list,
                     job.root],
        environment=interfaces.environment(name, stage), version=version)


def find_python(name, mode="--print", pythons=PYTHONS, stage=STAGE):
    """One of Python's interfaces, or None."""
    python, version = interfaces.find(name, pythons, stage)
    return python and python_program(name, python, version, mode, stage)


def all_names():
    """What --peers may name."""
    return [*PROGRAMS, *(name for name, interface in interfaces.INTERFACES.items()
                         if interface.kind == PEER)]


def find_peers(names):
    """The peers among names that are installed, and the names of those that are not."""
    found, missing = [], []
    for name in names:
        program = shutil.which(name)
        if name not in PROGRAMS:
            peer = find_python(name)
        else:
            peer = program and PROGRAMS[name](program)
        if peer:
            found.append(peer)
        else:
            missing.append(name)
    return found, missing
