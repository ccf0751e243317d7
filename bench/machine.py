# SPDX-License-Identifier: MIT
"""What the results depend on: the machine and the versions, without names or paths."""

import os
import platform
import time

import limits


def first_value(path, key):
    """What follows "key:" in a file of /proc, or None."""
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            name, _, value = line.partition(":")
            if name.strip() == key:
                return value.strip()
    return None


def file_system(path):
    """The type of the file system on which path lies."""
    best, found = "", "unknown"
    with open("/proc/self/mounts", encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            _, place, kind = line.split()[:3]
            inside = os.path.join(place, "")
            if os.path.join(path, "").startswith(inside) and len(inside) >= len(best):
                best, found = inside, kind
    return found


def kernel_version():
    """Without what its builder added."""
    return platform.release().partition("-")[0]


def system_name():
    """The distribution."""
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (AttributeError, OSError, KeyError):
        return platform.system()


def description(scratch, peers, missing, runs):
    """Lines of Markdown."""
    memory_kb = int(first_value("/proc/meminfo", "MemTotal").split()[0])
    lines = [
        "%s, %d cores, %.0f GiB of memory"
        % (first_value("/proc/cpuinfo", "model name") or platform.machine(),
           len(os.sched_getaffinity(0)), memory_kb / 1024 / 1024),
        "Linux %s, %s; trees on %s" % (kernel_version(), system_name(),
                                       file_system(scratch)),
        "fs.inotify.max_queued_events %d, max_user_watches %d"
        % (limits.read("max_queued_events"), limits.read("max_user_watches")),
        "Peers: " + (", ".join(peer.version for peer in peers) or "none"),
    ]
    if missing:
        lines.append("Not installed, so left out: " + ", ".join(missing))
    lines.append("%d runs, %s" % (runs, time.strftime("%Y-%m-%d", time.gmtime())))
    return "".join("- %s\n" % line for line in lines)
