# SPDX-License-Identifier: MIT
"""Lowers the kernel's limits for one program, and says where that is not possible."""

import contextlib
import fcntl
import os
import shutil
import subprocess

MAX_QUEUED_EVENTS = "/proc/sys/fs/inotify/max_queued_events"


@contextlib.contextmanager
def queue_limit(limit):
    """
    Holds while a program starts: an instance keeps the limit that stood when it was made.
    The lock keeps others of these storms from starting with a small queue by chance, and
    from taking the lowered value for the one to be restored. limit 0: leave it alone.
    """
    with open(MAX_QUEUED_EVENTS, encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if limit else fcntl.LOCK_SH)
        usual = lock.read()
        try:
            if limit:
                write_limit(str(limit))
            yield
        finally:
            if limit:
                write_limit(usual)


def write_limit(text):
    """Sets fs.inotify.max_queued_events."""
    with open(MAX_QUEUED_EVENTS, "w", encoding="ascii") as file:
        file.write(text)


def why_no_queue_limit():
    """The reason why the queue's limit cannot be lowered, or None."""
    if not os.access(MAX_QUEUED_EVENTS, os.W_OK):
        return "%s is not writable" % MAX_QUEUED_EVENTS
    return None


def why_no_watch_limit():
    """The reason why the watch limit cannot be lowered, or None."""
    if not shutil.which("unshare"):
        return "unshare(1) is not there"
    script = "echo 40 >/proc/sys/user/max_inotify_watches"
    result = subprocess.run(["unshare", "-Ur", "sh", "-c", script], check=False,
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)
    if result.returncode != 0:
        return "user namespaces are not allowed here"
    return None
