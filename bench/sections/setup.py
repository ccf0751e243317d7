# SPDX-License-Identifier: MIT
"""Recursive set-up of many directories: from the start until all are watched."""

import os

import limits
from loops import setup_loop
from report import Metric, Table
from work import ASKED, folder, make_deep_tree

ALL = ("all_events",)
# How many directories, how many files in each, and the events that are asked for.
FULL = ((10000, 0, (ASKED, ALL)), (100000, 0, (ASKED, ALL)), (100000, 8, (ASKED,)))
QUICK = ((1000, 0, (ASKED, ALL)), (100, 8, (ASKED,)))

METRICS = [Metric("wall_ns", "wall, ms", 1e6, 1, is_compared=True),
           Metric("cpu_ns", "CPU, ms", 1e6, 1, is_compared=True),
           Metric("rss", "RSS, MB", 1e6, 1),
           Metric("rss_per_watch", "RSS per watch, bytes")]


def set_up(bench, contender, root, events):
    """One start. Returns wall and CPU nanoseconds and resident bytes."""
    with folder(bench.scratch) as place:
        with bench.watcher(contender, root, events, place) as watcher:
            wall_ns = watcher.wait_ready()
            return {"wall_ns": wall_ns, "cpu_ns": watcher.cpu_ns(),
                    "rss": watcher.rss_bytes()}


def walk(root):
    """Brings all into the kernel's caches. Returns how many directories there are."""
    return sum(1 for _ in os.walk(root))


def measure_one(bench, table, root, contenders, events):
    """Fills one table: first what a watcher weighs with nothing to watch."""
    count = walk(root)
    empty_rss = {}

    def sample(contender):
        if contender.name not in empty_rss:
            with folder(bench.scratch) as empty:
                empty_rss[contender.name] = set_up(bench, contender, empty, events)["rss"]
        result = set_up(bench, contender, root, events)
        result["rss_per_watch"] = (result["rss"] - empty_rss[contender.name]) / count
        return result
    bench.fill(table, contenders, sample)


def measure(bench):
    """A table for each tree and mask."""
    relative = setup_loop(bench.programs, "relative")
    links = setup_loop(bench.programs, "links")
    threads = setup_loop(bench.programs, "threads")
    contenders = [*bench.us, relative, links, threads, *bench.peers]
    for count, files, masks in QUICK if bench.is_quick else FULL:
        # fswatch watches each file, too.
        needed = count * (1 + files) * 12 // 10
        with folder(bench.scratch) as place, limits.at_least("max_user_watches", needed):
            root = os.path.join(place, "tree")
            make_deep_tree(root, count, files)
            for events in masks:
                table = Table("setup", "Set-up of %d directories with %s, %s"
                              % (count, "%d files each" % files if files else "no files",
                                 ",".join(events)), METRICS, links.name)
                measure_one(bench, table, root, contenders, events)
                yield table
