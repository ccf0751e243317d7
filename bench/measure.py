# SPDX-License-Identifier: MIT
"""What is read from the kernel about a process, and numbers about numbers."""

import os
import statistics
import time


def cpu_ns(pid):
    """CPU time that a process has used so far, with all its threads."""
    # The clock of another process (clock_getcpuclockid(3)); exact, as rusage is not
    # before the process has ended.
    return time.clock_gettime_ns((~pid << 3) | 2)


def quiet_cpu_ns(pids, limit_s=5):
    """The CPU time of processes together, once it has stopped growing."""
    end = time.monotonic() + limit_s
    before = -1
    now = sum(map(cpu_ns, pids))
    while now != before and time.monotonic() < end:
        time.sleep(0.005)
        before, now = now, sum(map(cpu_ns, pids))
    return now


def reaped_cpu_ns(pids):
    """The CPU time of programs that processes have run and waited for, to 10 ms."""
    ticks = 0
    for pid in pids:
        with open("/proc/%d/stat" % pid, encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        ticks += int(fields[13]) + int(fields[14])
    return ticks * 10 ** 9 // os.sysconf("SC_CLK_TCK")


def rss_bytes(pids):
    """Resident memory of processes together; counted page by page, so it is exact."""
    total = 0
    for pid in pids:
        with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as file:
            total += sum(int(line.split()[1]) * 1024 for line in file
                         if line.startswith("Rss:"))
    return total


def wake_ups(pids):
    """How often processes together have left the CPU to wait."""
    total = 0
    for pid in pids:
        for task in os.listdir("/proc/%d/task" % pid):
            with open("/proc/%d/task/%s/status" % (pid, task), encoding="ascii") as file:
                total += sum(int(line.split()[1]) for line in file
                             if line.startswith("voluntary_ctxt_switches"))
    return total


def is_stopped(pid):
    """Is it stopped by a signal?"""
    with open("/proc/%d/stat" % pid, encoding="utf-8", errors="replace") as file:
        return file.read().rpartition(")")[2].split()[0] == "T"


def median(values):
    """The median."""
    return statistics.median(values)


def percentile(values, percent):
    """The smallest value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * percent // 100) - 1))]
