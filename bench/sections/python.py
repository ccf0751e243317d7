# SPDX-License-Identifier: MIT
"""CPU per event of each of Python's interfaces, on a backlog that is only counted."""

import os
import re

from interfaces import INTERFACES, REFERENCE, US
from loops import build_extension
from peers import STAGE, Job, find_python
from report import Metric, Table
from sections.throughput import backlog
from work import ASKED, Writer, folder, make_flat_tree

FULL = {"backlogs": 5, "queued": 30000}
QUICK = {"backlogs": 1, "queued": 3000}
COUNT = re.compile(rb"^count (\d+) ", re.MULTILINE)

METRICS = [Metric("cpu_ns", "CPU per event, ns", is_compared=True),
           Metric("lost", "lost", must_be_zero=True), Metric("events", "events")]


def sample(bench, contender, size):
    """One run: what was counted must be what was written."""
    with folder(bench.scratch) as place:
        root = place + "/tree"
        make_flat_tree(root)
        writer = Writer(bench.programs["writer"], root)
        with bench.watcher(contender, root, ASKED, place) as watcher:
            watcher.wait_ready()
            before_ns = watcher.cpu_ns()
            backlog(writer, watcher, size)
            cpu_ns = watcher.cpu_ns() - before_ns
            counted = int(COUNT.findall(watcher.output())[-1])
    return {"cpu_ns": cpu_ns / writer.events, "events": writer.events,
            "lost": writer.events - counted}


def references(bench, python):
    """The bare loops in C for the interpreter that has ours; empty without its headers."""
    if not build_extension(python, bench.scratch):
        return []
    stage = os.pathsep.join([STAGE, bench.scratch])
    return [find_python(name, "--count", [python], stage)
            for name, interface in INTERFACES.items() if interface.kind == REFERENCE]


def contenders(bench):
    """Our interfaces, those of the peers that take part, and references; who is missing."""
    names = {peer.name for peer in bench.peers}
    wanted = [name for name, interface in INTERFACES.items()
              if interface.kind == US or name in names]
    found = {name: find_python(name, "--count") for name in wanted}
    missing = ["%s is not there: make -C build stage" % name for name in wanted
               if not found[name]]
    present = [one for one in found.values() if one]
    if found["_inotify"]:
        bare = references(bench, found["_inotify"].command(Job("", ()))[0])
        present += bare
        if not bare:
            missing.append("the loops in C are not there: install the Python headers "
                           "(python3-dev)")
    return present, missing


def measure(bench):
    """One table."""
    size = QUICK if bench.is_quick else FULL
    found, missing = contenders(bench)
    table = Table("python", "Python: a backlog, only counted", METRICS, "C, named tuples",
                  notes=[one.version for one in found if one.kind != REFERENCE] + missing)
    bench.fill(table, found, lambda contender: sample(bench, contender, size))
    yield table
