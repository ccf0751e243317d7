# SPDX-License-Identifier: MIT
"""CPU per event, and events lost: beside a busy writer, paced, in bursts, and a backlog."""

import time

import limits
from loops import reading_loop
from peers import formats_of
from report import Metric, Table
from work import ASKED, EVENTS_PER_FILE, Writer, folder, make_flat_tree

FULL = {"live_files": 100000, "rate": 20000, "rate_files": 10000, "bursts": 5,
        "burst_files": 15000, "backlogs": 5, "queued": 30000}
QUICK = {"live_files": 500, "rate": 20000, "rate_files": 300, "bursts": 2,
         "burst_files": 300, "backlogs": 2, "queued": 3000}
BURST_PAUSE_S = 0.2
WAIT_US = 1000

METRICS = [Metric("cpu_ns", "CPU per event, µs", 1000, 2, is_compared=True),
           Metric("lost", "lost", must_be_zero=True), Metric("twice", "twice"),
           Metric("events", "events")]


def live(writer, watcher, size):
    """A writer that is as fast as it can be."""
    writer.write(size["live_files"])
    watcher.wait_sentinel()


def rate(writer, watcher, size):
    """Evenly spaced events."""
    writer.write(size["rate_files"], size["rate"])
    watcher.wait_sentinel()


def burst(writer, watcher, size):
    """More than the kernel's queue takes, with a rest in between."""
    for _ in range(size["bursts"]):
        writer.write(size["burst_files"])
        time.sleep(BURST_PAUSE_S)
    watcher.wait_sentinel()


def backlog(writer, watcher, size):
    """A queue that is nearly full (or long enough) before the first event is read."""
    queued = min(limits.read("max_queued_events") * 9 // 10, size["queued"])
    files = queued // EVENTS_PER_FILE
    for _ in range(size["backlogs"]):
        watcher.pause()
        writer.write(files)
        watcher.resume()
        watcher.wait_sentinel()


def sample(bench, contender, work, size):
    """One run of one contender."""
    with folder(bench.scratch) as place:
        root = place + "/tree"
        make_flat_tree(root)
        writer = Writer(bench.programs["writer"], root)
        with bench.watcher(contender, root, ASKED, place) as watcher:
            watcher.wait_ready()
            before_ns = watcher.cpu_ns()
            work(writer, watcher, size)
            cpu_ns = watcher.cpu_ns() - before_ns
            result = {"cpu_ns": cpu_ns / writer.events, "events": writer.events}
            if contender.pattern:
                result["lost"], result["twice"] = \
                    writer.count_told(contender, watcher.output())
    return result


def measure(bench):
    """A table for each kind of work."""
    size = QUICK if bench.is_quick else FULL
    bare = reading_loop(bench.programs)
    waiting = reading_loop(bench.programs, WAIT_US)
    ours = [one for us in bench.us for one in [us, *formats_of(us)]]
    titles = {
        live: "Throughput, live: beside a writer that is as fast as it can be",
        rate: "Throughput, %d events/s" % size["rate"],
        burst: "Throughput, bursts of %d events" % (size["burst_files"] * EVENTS_PER_FILE),
        backlog: "Throughput, backlog: a queue that is nearly full, then read",
    }
    for work, title in titles.items():
        reference = bare if work is backlog else waiting
        table = Table("throughput", title, METRICS, reference.name)
        bench.fill(table, [*ours, bare, waiting, *bench.peers],
                   lambda contender, work=work: sample(bench, contender, work, size))
        yield table
