# SPDX-License-Identifier: MIT
"""Tells when a thread waits in a system call, by /proc/self/task/TID/syscall."""

import os
import time

from support import DEADLINE_S


def environment():
    """For scripts that run apart and import what is beside this file."""
    here = os.path.dirname(os.path.abspath(__file__))
    path = os.environ.get("PYTHONPATH", "")
    return dict(os.environ, PYTHONPATH=os.pathsep.join([here, path]))


def wait_until_reading(thread, fd):
    """
    Returns when the thread of this native id is in a call whose first argument is fd.

    One that waits for the interpreter is in futex(2), whose first argument is an
    address.
    """
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        with open("/proc/self/task/%d/syscall" % thread, encoding="ascii") as file:
            words = file.read().split()
        if len(words) > 1 and words[1] == hex(fd):
            return
    raise AssertionError("thread %d does not read from %d" % (thread, fd))
