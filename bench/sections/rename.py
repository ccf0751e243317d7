# SPDX-License-Identifier: MIT
"""A directory with many directories below it is renamed; are paths right afterwards?"""

import os
import re

import limits
from report import Metric, Table
from work import ASKED, folder, make_deep_tree

FULL = {"directories": 100000, "renames": 10}
QUICK = {"directories": 1000, "renames": 3}
LIMIT_S = 20  # until something is told from below the new name
TOLD = re.compile(rb'([^\n"]*)end(\d+)-')

METRICS = [Metric("cpu_ns", "CPU of a rename, µs", 1e3, 1, is_compared=True),
           Metric("stale", "told with an old path", must_be_zero=True),
           Metric("renames", "renames")]


def rename(watcher, top, count):
    """Renames, and makes a file below each new name."""
    for number in range(count):
        new_top = os.path.join(os.path.dirname(top), "renamed-%d" % number)
        os.rename(top, new_top)
        top = new_top
        watcher.wait_sentinel("end%d" % number, os.path.join(top, "dir-00000"))


def count_stale(output, count):
    """How many of these files were not told below the name of that moment."""
    told = {}
    for before, number in TOLD.findall(output):
        told.setdefault(int(number), before)
    return sum(b"renamed-%d/" % number not in told[number] for number in range(count))


def sample(bench, contender, size):
    """One start and several renames."""
    with folder(bench.scratch) as place:
        root = os.path.join(place, "tree")
        top = os.path.join(root, "top")
        make_deep_tree(top, size["directories"])
        with bench.watcher(contender, root, ASKED, place) as watcher:
            watcher.wait_ready()
            watcher.limit_s = LIMIT_S
            before_ns = watcher.cpu_ns()
            rename(watcher, top, size["renames"])
            cpu_ns = watcher.cpu_ns() - before_ns
            return {"cpu_ns": cpu_ns / size["renames"], "renames": size["renames"],
                    "stale": count_stale(watcher.output(), size["renames"])}


def measure(bench):
    """One table."""
    size = QUICK if bench.is_quick else FULL
    table = Table("rename", "Rename of a directory with %d directories below"
                  % size["directories"], METRICS)
    with limits.at_least("max_user_watches", size["directories"] * 12 // 10):
        bench.fill(table, [*bench.us, *bench.peers],
                   lambda contender: sample(bench, contender, size))
    yield table
