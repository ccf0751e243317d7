# SPDX-License-Identifier: MIT
"""What is done while nothing happens. All idle together, once: nothing here varies."""

import contextlib
import os
import signal
import subprocess
import time

from measure import wake_ups
from report import Metric, Row, Table
from sections import tracing
from watcher import Failed
from work import ASKED, folder, make_flat_tree

FULL_S = 10
QUICK_S = 0.3
SETTLE_S = 1
ATTACHED_S = 0.5

METRICS = [Metric("calls", "system calls"), Metric("wake_ups", "wake-ups"),
           Metric("cpu_ns", "CPU, µs", 1e3)]


def start(bench, stack, contender):
    """Starts one that lives as long as the stack."""
    place = stack.enter_context(folder(bench.scratch))
    root = os.path.join(place, "tree")
    make_flat_tree(root)
    watcher = stack.enter_context(bench.watcher(contender, root, ASKED, place))
    watcher.wait_ready()
    return watcher


def count_calls(watchers, seconds):
    """The system calls that each makes in that time; None where they cannot be seen."""
    tracers = []
    try:
        for watcher in watchers:
            log = os.path.join(watcher.folder, "strace")
            pids = [word for pid in watcher.pids for word in ("-p", str(pid))]
            tracers.append(subprocess.Popen(["strace", "-f", "-ttt", "-o", log, *pids],
                                            stdin=subprocess.DEVNULL,
                                            stderr=subprocess.PIPE))
        attached = [b"attached" in tracer.stderr.readline() for tracer in tracers]
        # Being attached to interrupts the call in which each waits.
        time.sleep(ATTACHED_S)
        begin_s = time.time()
        time.sleep(seconds)
        end_s = time.time()
    finally:
        for tracer in tracers:
            tracer.send_signal(signal.SIGINT)
            tracer.communicate()
    counts = []
    for watcher, is_seen in zip(watchers, attached):
        with open(os.path.join(watcher.folder, "strace"), encoding="utf-8",
                  errors="replace") as file:
            calls = tracing.calls_between(file.read(), begin_s, end_s)
        counts.append(calls if is_seen else None)
    return counts


def watch_idle(watchers, seconds):
    """Wake-ups and CPU time of each, without a tracer."""
    before = [(wake_ups(watcher.pids), watcher.cpu_ns()) for watcher in watchers]
    time.sleep(seconds)
    return [{"wake_ups": wake_ups(watcher.pids) - wakes,
             "cpu_ns": watcher.cpu_ns() - cpu_ns}
            for watcher, (wakes, cpu_ns) in zip(watchers, before)]


def measure(bench):
    """One table with one run."""
    seconds = QUICK_S if bench.is_quick else FULL_S
    table = Table("idle", "Idle for %g s" % seconds, METRICS)
    with contextlib.ExitStack() as stack:
        watchers = []
        for contender in [*bench.us, *bench.peers]:
            bench.say("%s: %s" % (table.title, contender.name))
            row = Row(contender.name, contender.kind)
            table.rows.append(row)
            try:
                watchers.append(start(bench, stack, contender))
            except (Failed, OSError) as error:
                row.failure = str(error)
        time.sleep(0 if bench.is_quick else SETTLE_S)
        samples = watch_idle(watchers, seconds)
        if not tracing.why_not("strace"):
            for result, count in zip(samples, count_calls(watchers, seconds)):
                result["calls"] = count
        else:
            table.notes.append(tracing.why_not("strace"))
    rows = [row for row in table.rows if not row.failure]
    for row, result in zip(rows, samples):
        row.samples.append(result)
    yield table
