# SPDX-License-Identifier: MIT
"""How long after a file was closed the line about it can be read from a pipe."""

import subprocess

from loops import reading_loop
from measure import median, percentile
from report import Metric, Table
from watcher import Failed
from work import folder, make_flat_tree

FULL = {"count": 2000, "load_count": 400, "load": 20000, "limit_s": 10}
QUICK = {"count": 30, "load_count": 10, "load": 20000, "limit_s": 3}
WAIT_US = 1000

METRICS = [Metric("p50", "p50, µs", 1e3, 1, is_compared=True),
           Metric("p99", "p99, µs", 1e3, 1), Metric("max", "max, µs", 1e3, 1),
           Metric("count", "files"), Metric("lost", "lost", must_be_zero=True)]


def sample(bench, contender, count, load, limit_s):
    """One run: so many files, or as many as fit into the limit."""
    with folder(bench.scratch) as place:
        root = place + "/tree"
        make_flat_tree(root)
        with bench.watcher(contender, root, ("close_write",), place,
                           is_piped=True) as watcher:
            watcher.wait_ready()
            result = subprocess.run(
                [bench.programs["latency"], root, str(count), str(load), str(limit_s)],
                stdin=watcher.pipe, stdout=subprocess.PIPE, check=False)
            watcher.check_alive()
        if result.returncode != 0:
            raise Failed("the latency could not be taken")
    answers = result.stdout.decode().split()
    times = [int(answer) for answer in answers if answer != "lost"]
    if not times:
        raise Failed("no file was told")
    return {"p50": median(times), "p99": percentile(times, 99), "max": max(times),
            "count": len(answers), "lost": len(answers) - len(times)}


def measure(bench):
    """At rest, and under load."""
    size = QUICK if bench.is_quick else FULL
    bare = reading_loop(bench.programs)
    waiting = reading_loop(bench.programs, WAIT_US)
    works = [("Latency of a single event, at rest", size["count"], 0, bare),
             ("Latency of an event among %d/s" % size["load"], size["load_count"],
              size["load"], waiting)]
    for title, count, load, reference in works:
        table = Table("latency", title, METRICS, reference.name)
        bench.fill(table, [*bench.us, bare, waiting, *bench.peers],
                   lambda contender, count=count, load=load:
                   sample(bench, contender, count, load, size["limit_s"]))
        yield table
