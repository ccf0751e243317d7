# SPDX-License-Identifier: MIT
"""Contenders under strace and callgrind, where these are installed."""

import dataclasses
import functools
import os
import re
import shutil
import subprocess
import time

from peers import BY_FD, BY_PROBE

CALL = re.compile(r"^\d+ +(?:\w+)\(")
TIMED_CALL = re.compile(r"^\d+ +([0-9.]+) (?:\w+\(|<\.\.\. \w+ resumed>)")
LOADER_MAP = re.compile(r"mmap\(NULL, (\d+), PROT_READ, MAP_PRIVATE, (\d+), 0\) += (0x\w+)")
LOADER_OPEN = re.compile(r'"/etc/ld\.so\.cache".*= (\d+)$')
COLLECTED = re.compile(r"Collected : (\d+)")
LIMIT_S = 60


TRIALS = {"strace": ["strace", "-o", os.devnull, "true"],
          "valgrind": ["valgrind", "--tool=none", "-q", "true"]}


@functools.lru_cache(maxsize=None)
def why_not(program):
    """Why strace or valgrind cannot be used, or None."""
    if not shutil.which(program):
        return program + " is not installed"
    result = subprocess.run(TRIALS[program], stdin=subprocess.DEVNULL, check=False,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return program + " does not work here" if result.returncode else None


def wrapped(contender, *before):
    """The contender behind other words; its own process stays the one that was started."""
    return dataclasses.replace(contender, command=lambda job: [*before,
                                                               *contender.command(job)])


def under_strace(contender, log):
    """Traced by a grandchild (-D)."""
    return wrapped(contender, "strace", "-D", "-f", "-q", "-s", "200", "-o", log)


def under_callgrind(contender, log):
    """Counts instructions."""
    return wrapped(contender, "valgrind", "--tool=callgrind", "--log-file=" + log,
                   "--callgrind-out-file=/dev/null")


def wait_text(path, text):
    """The content of a file, once text is in it; the tracer may end after the traced."""
    end = time.monotonic() + LIMIT_S
    content = ""
    while text not in content:
        if time.monotonic() > end:
            raise OSError("%s did not end" % os.path.basename(path))
        if os.path.exists(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                content = file.read()
        time.sleep(0.002)
    return content


def is_ready_call(contender, line):
    """Is this line of strace the one that says that it is ready?"""
    if contender.ready == BY_FD:
        return re.search(r' write\(\d+, "\\n", 1\) += 1$', line) is not None
    return contender.ready.decode() in line


def loader_end(lines):
    """The index of the line in which the dynamic loader gives up its cache, or 0."""
    descriptor = address = None
    for index, line in enumerate(lines):
        opened = LOADER_OPEN.search(line)
        mapped = LOADER_MAP.search(line)
        if opened:
            descriptor = opened[1]
        elif mapped and mapped[2] == descriptor and not address:
            address = mapped[3]
        elif address and "munmap(%s," % address in line:
            return index
    return 0


def calls_until_ready(contender, content):
    """How many system calls strace has seen until it was ready: (all, after the loader)."""
    lines = []
    for line in content.splitlines():
        if CALL.match(line):
            lines.append(line)
        if is_ready_call(contender, line):
            return len(lines), len(lines) - 1 - loader_end(lines)
    return None, None


def calls_between(content, begin_s, end_s):
    """How many system calls "strace -ttt" has seen to begin or end there, and to end."""
    count = 0
    for line in content.splitlines():
        timed = TIMED_CALL.match(line)
        is_complete = "<detached" not in line and "<unfinished" not in line
        count += bool(timed) and begin_s <= float(timed[1]) <= end_s and is_complete
    return count


def can_be_counted(contender):
    """Only who says that it is ready does so in a system call that can be found."""
    return contender.ready != BY_PROBE
