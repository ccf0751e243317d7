# SPDX-License-Identifier: MIT
"""The sections, in the order in which they are run: each has a measure(bench)."""

from sections import (actions, backup, idle, latency, python, rename, setup, startup,
                      throughput)

SECTIONS = {
    "throughput": throughput,
    "setup": setup,
    "rename": rename,
    "latency": latency,
    "startup": startup,
    "idle": idle,
    "python": python,
    "actions": actions,
    "backup": backup,
}
