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
    program: tuple = ()  # ours: what its options are put behind


@dataclasses.dataclass(frozen=True)
class Runner:
    """One who runs a command for each change in a directory; command(root, command)."""
    name: str
    kind: str
    command: Callable[[str, str], list]


def ours(name, command, *options, pattern=TEXT_LINE, words=None):
    """Our program, or one of its formats."""
    return Contender(
        name, US, lambda job: [*command, "-q", "-r", "--ready-fd", str(job.ready_fd),
                               "-e", job.comma_list, *options, job.root],
        pattern=pattern, words=words or TEXT_WORDS, program=tuple(command))


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


def shell_loop(shell):
    """inotifywait and a loop of a shell; root and command are its arguments."""
    text = 'inotifywait -m -q -e close_write "$0" | while read -r line; do "$1"; done'
    return lambda root, command: [shell, "-c", text, root, command]


def entr_runner(root, command):
    """It gets the names of files to watch; the one that is there is called "file"."""
    return ["sh", "-c", 'printf "%s/file\\n" "$0" | entr -n -p "$1"', root, command]


def fswatch_runner(root, command):
    """With the shortest latency it takes."""
    text = 'fswatch -0 -l 0.1 --event Updated "$0" | xargs -0 -n 1 "$1"'
    return ["sh", "-c", text, root, command]


# The peer, the programs it needs beside, how it is called, and how it is run.
RUNNERS = [("entr", (), "entr", entr_runner),
           ("inotifywait", ("dash",), "inotifywait, dash", shell_loop("dash")),
           ("inotifywait", ("bash",), "inotifywait, bash", shell_loop("bash")),
           ("fswatch", ("xargs",), "fswatch, xargs", fswatch_runner)]
# Those that do nothing else.
ONLY_RUNNERS = ("entr",)


def find_runners(names):
    """Those of the peers among names that run commands and are installed."""
    return [Runner(name, PEER, command) for peer, needed, name, command in RUNNERS
            if peer in names and all(map(shutil.which, (peer, *needed)))]


def all_names():
    """What --peers may name."""
    return [*PROGRAMS, *ONLY_RUNNERS, *(name for name, interface in interfaces.INTERFACES.items()
                         if interface.kind == PEER)]


def find_peers(names):
    """The peers among names that are installed, and the names of those that are not."""
    found, missing = [], []
    for name in names:
        program = shutil.which(name)
        if name in ONLY_RUNNERS:
            if not program:
                missing.append(name)
            continue
        if name not in PROGRAMS:
            peer = find_python(name)
        else:
            peer = program and PROGRAMS[name](program)
        if peer:
            found.append(peer)
        else:
            missing.append(name)
    return found, missing
