# SPDX-License-Identifier: MIT
"""What a process keeps, for tests that it is nothing."""

import os
import sys


def count_objects():
    """References where the interpreter counts them all, else blocks of memory."""
    if hasattr(sys, "gettotalrefcount"):
        return sys.gettotalrefcount()
    return sys.getallocatedblocks()


def resident_bytes():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def is_sanitized():
    """Sanitizers keep freed memory."""
    return "libasan" in os.environ.get("LD_PRELOAD", "")
