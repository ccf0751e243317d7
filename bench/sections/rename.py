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
TOLD = re.compile(rb'([^\n"]*)end-(\d+)')

METRICS = [Metric("cpu_ns", "CPU of a rename, µs", 1e3, 1, is_compared=True),
           Metric("right", "told with the new path"), Metric("renames", "renames")]


def count_right(output, new_names):
    """In how many lines a file that was made below a new name is told with that name."""
    told = {}
    for before, number in TOLD.findall(output):
        told.setdefault(int(number), before)
    return sum(new_names[number] + b"/" in before for number, before in told.items()
               if number in new_names)


def rename(watcher, top, count):
    """Renames, and makes a file below the new name. Returns these names by the files'."""
    new_names = {}
    for number in range(count):
        name = "renamed-%d" % number
        new_top = os.path.join(os.path.dirname(top), name)
        os.rename(top, new_top)
        top = new_top
        first = watcher.probes
        watcher.wait_sentinel(folder=os.path.join(top, "dir-00000"))
        new_names[first] = name.encode()
    return new_names


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
            new_names = rename(watcher, top, size["renames"])
            cpu_ns = watcher.cpu_ns() - before_ns
            return {"cpu_ns": cpu_ns / size["renames"], "renames": size["renames"],
                    "right": count_right(watcher.output(), new_names)}


def measure(bench):
    """One table."""
    size = QUICK if bench.is_quick else FULL
    table = Table("rename", "Rename of a directory with %d directories below"
                  % size["directories"], METRICS)
    with limits.at_least("max_user_watches", size["directories"] * 12 // 10):
        bench.fill(table, [*bench.us, *bench.peers],
                   lambda contender: sample(bench, contender, size))
    yield table
