# SPDX-License-Identifier: MIT
"""Storing a tree for the first time, and the time from a close to a file that is safe."""

import dataclasses
import os
import select
import shutil
import subprocess
import tempfile
import time
from typing import Callable

from machine import file_system, first_value
from measure import median, percentile, quiet_cpu_ns, reaped_cpu_ns, rss_bytes
from peers import PEER, REFERENCE, US
from report import Metric, Table
from watcher import Failed
from work import folder

FULL = {"files": 20000, "changes": 300, "settle": "1ms"}
QUICK = {"files": 60, "changes": 5, "settle": "1ms"}
PER_DIRECTORY = 100
FILE_BYTES = 4096
SAMPLE_S = 0.01
TOLD_LIMIT_S = 30
LOOK_S = 0.0005
SLOW_SHARE = 10  # of the changes, for those who wait for seconds on purpose
SYNCED = "cp -a, sync"
LOOP = "inotifywait | while read; cp, sync"

INITIAL = [Metric("wall_ns", "wall, s", 1e9, 2, is_compared=True),
           Metric("cpu_ns", "CPU, s", 1e9, 2), Metric("rss", "most memory, MiB", 1 << 20, 1),
           Metric("missing", "files missing", must_be_zero=True)]
LATENCY = [Metric("p50", "p50, ms", 1e6, 2, is_compared=True),
           Metric("p99", "p99, ms", 1e6, 2), Metric("max", "max, ms", 1e6, 2),
           Metric("cpu_ns", "CPU of each, ms", 1e6, 2),
           Metric("reaped_ns", "CPU of programs run, ms", 1e6, 2),
           Metric("rss", "memory, MiB", 1 << 20, 1)]


@dataclasses.dataclass(frozen=True)
class Copier:
    """
    Somebody who copies: a command for a source and a target; ready: what it says. One
    that is silent tells nothing of a file: that it is there is seen, and no more.
    """
    name: str
    kind: str
    command: Callable[[str, str], list]
    ready: bytes = b""
    is_silent: bool = False
    share: int = 1


def shell(script):
    """A command of sh(1); $1 is the source, $2 the target."""
    return lambda source, target: ["sh", "-c", script, "sh", source, target]


def program_of(us):
    """The words that start one of our programs: those before its first option for us."""
    words = us.command(dataclasses.make_dataclass("Job", ("ready_fd", "comma_list", "root"))
                       (0, "", ""))
    return words[:words.index("-q")]


def initial_copiers(bench):
    """Those that copy a tree once."""
    copiers = [Copier(us.name, US, lambda source, target, words=program_of(us):
                      [*words, "-qq", "--backup", target, "--once", source])
               for us in bench.us]
    copiers += [Copier("cp -a", REFERENCE, shell('cp -a --reflink=auto "$1" "$2"')),
                Copier(SYNCED, REFERENCE,
                       shell('cp -a --reflink=auto "$1" "$2" && sync -f "$2"'))]
    if bench.peers and shutil.which("rsync"):
        copiers += [Copier("rsync -a", PEER, shell('rsync -a "$1/" "$2"')),
                    Copier("rsync -a, sync", PEER,
                           shell('rsync -a "$1/" "$2" && sync -f "$2"')),
                    Copier("rsync -a --fsync", PEER, shell('rsync -a --fsync "$1/" "$2"'))]
    return copiers


def disk(bench):
    """Where the trees are: syncing means nothing in memory."""
    if not os.environ.get("TMPDIR") and file_system(bench.scratch) == "tmpfs":
        return tempfile.gettempdir()
    return bench.scratch


def make_files(root, count):
    """Files of some kilobytes, no two the same."""
    for number in range(count):
        path = "%s/d%04d/f%05d" % (root, number // PER_DIRECTORY, number)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"%07d\n" % number * (FILE_BYTES // 8))


def count_files(root):
    """Of a whole tree; what a store keeps for itself does not count."""
    total = 0
    for place, folders, names in os.walk(root):
        if ".inowatch" in folders:
            folders.remove(".inowatch")
        total += len(names)
    return total


def most_memory(pid, kind):
    """Of one of ours, until it ends; what a shell runs is not looked at."""
    most = None
    if kind == US:
        pidfd = os.pidfd_open(pid)
        while not select.select([pidfd], [], [], SAMPLE_S)[0]:
            value = first_value("/proc/%d/status" % pid, "VmHWM")
            most = int(value.split()[0]) * 1024 if value else most
        os.close(pidfd)
    return most


def copy_once(bench, copier, source, count):
    """One run of it all."""
    with folder(disk(bench)) as place:
        target = place + "/target"
        os.sync()
        began_ns = time.monotonic_ns()
        with subprocess.Popen(copier.command(source, target), stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL) as child:
            memory = most_memory(child.pid, copier.kind)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        wall_ns = time.monotonic_ns() - began_ns
        if status != 0:
            raise Failed("%s: status %d" % (copier.name, child.returncode))
        return {"wall_ns": wall_ns, "cpu_ns": (usage.ru_utime + usage.ru_stime) * 1e9,
                "rss": memory, "missing": count - count_files(target)}


def live_copiers(bench, settle):
    """Those that copy what changes; each says a line when a file is safe."""
    copiers = [Copier(us.name, US, lambda source, target, words=program_of(us):
                      [*words, "-v", "--backup", target, "--settle", settle, source],
                      b"Watches established")
               for us in bench.us]
    loop = ('mkdir "$2"; inotifywait -m -e close_write --format %%f "$1" |'
            ' while read -r name; do cp -a --reflink=auto -- "$1/$name" "$2/" %s'
            ' && echo "$name"; done')
    if any(peer.name == "inotifywait" for peer in bench.peers):
        copiers += [Copier("inotifywait | while read; cp", PEER, shell(loop % ""),
                           b"Watches established"),
                    Copier(LOOP, PEER, shell(loop % '&& sync -- "$2/$name" "$2"'),
                           b"Watches established")]
    # It begins with an rsync of its own.
    if bench.peers and shutil.which("lsyncd") and shutil.which("rsync"):
        copiers += [lsyncd(0), lsyncd(1)]
    return copiers


def lsyncd(delay_s):
    """lsyncd from directory to directory, whose copies are of cp(1)."""
    text = ('sync { default.direct, source = "%%s", target = "%%s", delay = %d }' % delay_s)
    script = 'printf "$3" "$1" "$2" >"$2.lua"; exec lsyncd -nodaemon "$2.lua" >&2'
    return Copier("lsyncd, delay %d s, not synced" % delay_s, PEER,
                  lambda source, target: ["sh", "-c", script, "sh", source, target, text],
                  b"finished: 0", True, SLOW_SHARE if delay_s else 1)


def read_until(fd, wanted, limit_s):
    """Reads until something is seen. Returns when it was."""
    seen = b""
    end = time.monotonic() + limit_s
    while wanted not in seen:
        left = end - time.monotonic()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            raise Failed("nobody told of %s" % wanted.decode())
        data = os.read(fd, 1 << 16)
        if not data:
            raise Failed("it ended: %s" % seen.decode(errors="replace"))
        seen += data
    return time.monotonic_ns()


def group_of(leader):
    """The processes of a session."""
    pids = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.getsid(int(name)) == leader:
                pids.append(int(name))
        except ProcessLookupError:
            continue
    return pids


def await_copy(path):
    """Looks until all of a file is there. Returns when it was."""
    end = time.monotonic() + TOLD_LIMIT_S
    while not os.path.exists(path) or os.path.getsize(path) < FILE_BYTES:
        if time.monotonic() > end:
            raise Failed("%s was never copied" % os.path.basename(path))
        time.sleep(LOOK_S)
    return time.monotonic_ns()


def change_files(child, places, count, is_silent):
    """Makes files, one when the last is safe. Returns the times in ns."""
    source, target = places
    times = []
    for number in range(count):
        name = "file-%05d" % number
        with open(os.path.join(source, name), "wb") as file:
            file.write(b"%07d\n" % number * (FILE_BYTES // 8))
            file.flush()
            # Not behind it: where the CPUs are busy, the copy may be made before we go on.
            closed_ns = time.monotonic_ns()
        safe_ns = await_copy(os.path.join(target, name)) if is_silent else \
            read_until(child.stdout.fileno(), name.encode() + b"\n", TOLD_LIMIT_S)
        times.append(safe_ns - closed_ns)
    return times


def follow(bench, copier, count):
    """One run: how long until each change is told to be safe."""
    count = max(count // copier.share, 1)
    with folder(disk(bench)) as place:
        source, target = place + "/source", place + "/target"
        os.mkdir(source)
        with subprocess.Popen(copier.command(source, target), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              start_new_session=True) as child:
            try:
                read_until(child.stderr.fileno(), copier.ready, TOLD_LIMIT_S)
                pids = group_of(child.pid)
                before, before_reaped = quiet_cpu_ns(pids), reaped_cpu_ns(pids)
                times = change_files(child, (source, target), count, copier.is_silent)
                cpu_ns = (quiet_cpu_ns(pids) - before) / count
                reaped_ns = (reaped_cpu_ns(pids) - before_reaped) / count
                rss = rss_bytes(pids)
            finally:
                os.killpg(child.pid, 15)
    return {"p50": median(times), "p99": percentile(times, 99), "max": max(times),
            "cpu_ns": cpu_ns, "reaped_ns": reaped_ns, "rss": rss}


def measure(bench):
    """Two tables."""
    size = QUICK if bench.is_quick else FULL
    place = disk(bench)
    table = Table("backup", "Backup: the initial pass of %d files" % size["files"], INITIAL,
                  SYNCED)
    table.notes = ["on %s; ours says that a file is stored when it is durable, and has a "
                   "checksum; cp and rsync leave that to a sync at the end"
                   % file_system(place)]
    with folder(place) as source:
        make_files(source, size["files"])
        bench.fill(table, initial_copiers(bench),
                   lambda copier: copy_once(bench, copier, source, size["files"]))
    yield table
    table = Table("backup", "Backup: from a close until the file is said to be stored",
                  LATENCY, LOOP)
    table.notes = ["ours with --settle %s, which is 500 ms by default; the CPU time of "
                   "programs that were run is told to 10 ms in all" % size["settle"],
                   "lsyncd syncs nothing and tells nothing: its time is until the whole file "
                   "is seen in the target, and it is lost in a power cut; a %dth of the "
                   "changes with a delay" % SLOW_SHARE]
    bench.fill(table, live_copiers(bench, size["settle"]),
               lambda copier: follow(bench, copier, size["changes"]))
    yield table
