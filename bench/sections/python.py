# SPDX-License-Identifier: MIT
"""CPU per event of each of Python's interfaces, on a backlog that is only counted."""

import re

from interfaces import INTERFACES
from peers import find_python
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


def contenders(bench):
    """Our interfaces and those of the peers that take part; and what is not there."""
    names = {peer.name for peer in bench.peers}
    wanted = [name for name, interface in INTERFACES.items()
              if interface.is_ours or name in names]
    found = [find_python(name, "--count") for name in wanted]
    return [one for one in found if one], [name for name, one in zip(wanted, found)
                                           if not one]


def measure(bench):
    """One table."""
    size = QUICK if bench.is_quick else FULL
    found, missing = contenders(bench)
    table = Table("python", "Python: a backlog, only counted", METRICS,
                  notes=[one.version for one in found]
                  + ["%s is not there: make -C build stage" % name for name in missing])
    bench.fill(table, found, lambda contender: sample(bench, contender, size))
    yield table
