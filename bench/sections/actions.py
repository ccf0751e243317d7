# SPDX-License-Identifier: MIT
"""How long after a file was closed a command begins, and how many run in a second."""

import contextlib
import os
import signal
import subprocess

from measure import median, percentile
from peers import REFERENCE, US, Runner
from report import Metric, Table
from watcher import Failed
from work import folder

FULL = {"count": 300, "busy_count": 300}
QUICK = {"count": 5, "busy_count": 10}
REST_US = 20000
LIMIT_S = 600

AT_REST = [Metric("p50", "p50, µs", 1e3, 1, is_compared=True),
           Metric("p99", "p99, µs", 1e3, 1), Metric("max", "max, µs", 1e3, 1),
           Metric("count", "runs"), Metric("lost", "lost", must_be_zero=True)]
BUSY = [Metric("each", "a run, µs", 1e3, 1, is_compared=True),
        Metric("rate", "runs/s"), Metric("count", "runs"),
        Metric("lost", "lost", must_be_zero=True)]


@contextlib.contextmanager
def running(runner, root, command):
    """Starts a runner with all its processes in a group; gives the end of its pipe."""
    with subprocess.Popen(runner.command(root, command), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          start_new_session=True) as child:
        try:
            yield child.stdout
        finally:
            # It is not waited for before, so the number is its own.
            os.killpg(child.pid, signal.SIGTERM)
            os.killpg(child.pid, signal.SIGKILL)


def sample(bench, runner, count, rest_us):
    """One run of one contender."""
    with folder(bench.scratch) as place:
        path = os.path.join(place, "file")
        with open(path, "wb"):
            pass
        with running(runner, place, bench.programs["stamp"]) as pipe:
            result = subprocess.run(
                [bench.programs["dispatch"], path, str(count), str(rest_us)],
                stdin=pipe, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                timeout=LIMIT_S)
    if result.returncode != 0:
        raise Failed(result.stderr.decode(errors="replace").strip())
    *answers, total_ns = result.stdout.decode().split()
    times = [int(answer) for answer in answers if answer != "lost"]
    if not times:
        raise Failed("no command was run")
    return {"p50": median(times), "p99": percentile(times, 99), "max": max(times),
            "each": int(total_ns) / len(times), "rate": len(times) / int(total_ns) * 1e9,
            "count": len(answers), "lost": len(answers) - len(times)}


def ours(us):
    """At once, and as we are without options."""
    def runner(name, *options):
        return Runner(name, US, lambda root, command: [
            *us.program, "-q", "-e", "close_write", *options, root, "--", command])
    return [runner(us.name + " --settle 0", "--settle", "0"), runner(us.name)]


def measure(bench):
    """After a rest, and one behind the other."""
    size = QUICK if bench.is_quick else FULL
    bare = Runner("C loop, posix_spawn", REFERENCE,
                  lambda root, command: [bench.programs["spawn"], root, command])
    contenders = [*(one for us in bench.us for one in ours(us)), bare, *bench.runners]
    works = [("From a file closed to the first instruction of a command, at rest", AT_REST,
              size["count"], REST_US),
             ("Runs of a command, one behind the other", BUSY, size["busy_count"], 0)]
    for title, metrics, count, rest_us in works:
        table = Table("actions", title, metrics, bare.name)
        bench.fill(table, contenders, lambda runner, count=count, rest_us=rest_us:
                   sample(bench, runner, count, rest_us))
        yield table
