# SPDX-License-Identifier: MIT
"""The sections, in the order in which they are run: each has a measure(bench)."""

from sections import setup, throughput

SECTIONS = {
    "throughput": throughput,
    "setup": setup,
}
