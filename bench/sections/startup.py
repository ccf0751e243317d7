# SPDX-License-Identifier: MIT
"""From the start until one directory is watched: time, system calls, instructions."""

import os

from loops import reading_loop
from measure import median
from report import Metric, Table
from sections import tracing
from work import ASKED, folder

FULL = {"starts": 20}
QUICK = {"starts": 2}

METRICS = [Metric("wall_ns", "wall, ms", 1e6, 2, is_compared=True),
           Metric("cpu_ns", "CPU, ms", 1e6, 2),
           Metric("calls", "system calls"),
           Metric("calls_after", "after the loader"),
           Metric("instructions", "instructions, thousands", 1e3)]


# Some look at each file before they know that it is no directory.
WORKS = [("Start: until one empty directory is watched", 0),
         ("Start: until one directory with 20 files is watched", 20)]


def start(bench, contender, files):
    """One start. Returns wall and CPU nanoseconds."""
    with folder(bench.scratch) as place:
        root = os.path.join(place, "tree")
        os.mkdir(root)
        for number in range(files):
            os.mknod(os.path.join(root, "f%d" % number))
        with bench.watcher(contender, root, ASKED, place) as watcher:
            wall_ns = watcher.wait_ready()
            return wall_ns, watcher.cpu_ns()


def traced(bench, contender, files):
    """What does not vary: numbers of system calls and instructions."""
    numbers = {}
    if not tracing.can_be_counted(contender):
        return numbers
    with folder(bench.scratch) as place:
        log = os.path.join(place, "log")
        if not tracing.why_not("strace"):
            start(bench, tracing.under_strace(contender, log), files)
            numbers["calls"], numbers["calls_after"] = tracing.calls_until_ready(
                contender, tracing.wait_text(log, "+++ "))
    with folder(bench.scratch) as place:
        log = os.path.join(place, "log")
        if not tracing.why_not("valgrind"):
            start(bench, tracing.under_callgrind(contender, log), files)
            content = tracing.wait_text(log, "Collected")
            numbers["instructions"] = int(tracing.COLLECTED.search(content)[1])
    return numbers


def fill(bench, bare, title, files):
    """One table."""
    size = QUICK if bench.is_quick else FULL
    table = Table("startup", title, METRICS, bare.name)
    table.notes = [reason for reason in map(tracing.why_not, ("strace", "valgrind"))
                   if reason]
    counted = {}

    def sample(contender):
        starts = [start(bench, contender, files) for _ in range(size["starts"])]
        if contender.name not in counted:
            counted[contender.name] = traced(bench, contender, files)
        return {"wall_ns": median([wall_ns for wall_ns, _ in starts]),
                "cpu_ns": median([cpu_ns for _, cpu_ns in starts]),
                **counted[contender.name]}
    bench.fill(table, [*bench.us, bare, *bench.peers], sample)
    return table


def measure(bench):
    """Two tables."""
    bare = reading_loop(bench.programs)
    for title, files in WORKS:
        yield fill(bench, bare, title, files)
