# SPDX-License-Identifier: MIT
"""One run of the benchmark: what sections need, and who takes part."""

import subprocess
import sys

from limits import TooLow
from peers import PEER
from report import Row
from watcher import Failed, Watcher
from watchman import Watchman


class Bench:
    """Sections ask it for contenders, tools and a place for trees."""

    def __init__(self, options, scratch, programs):
        self.runs = options.runs
        self.is_quick = options.quick
        self.us = options.us
        self.peers = options.found
        self.runners = options.runners
        self.scratch = scratch
        self.programs = programs  # by name: tools and reference loops
        self.has_failed = False

    @staticmethod
    def watcher(contender, *arguments, **keywords):
        """Starts a contender: a context manager, see Watcher."""
        kind = Watchman if contender.is_server else Watcher
        return kind(contender, *arguments, **keywords)

    def fill(self, table, contenders, sample):
        """
        Measures all in turn, run by run, so that what else the machine does falls on all.
        sample(contender) returns one run's numbers by key. Who fails once is left out.
        """
        rows = {contender.name: Row(contender.name, contender.kind)
                for contender in contenders}
        table.rows = list(rows.values())
        for run in range(self.runs):
            for contender in contenders:
                row = rows[contender.name]
                if row.failure:
                    continue
                self.say("%s: run %d of %d: %s"
                         % (table.title, run + 1, self.runs, contender.name))
                try:
                    row.samples.append(sample(contender))
                except (Failed, TooLow, OSError, ValueError,
                        subprocess.SubprocessError) as error:
                    row.failure = str(error)
                    self.has_failed |= contender.kind != PEER

    @staticmethod
    def say(text):
        """Progress, on standard error; one line that is overwritten on a terminal."""
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K%.100s" % text)
        else:
            sys.stderr.write("# %s\n" % text)
        sys.stderr.flush()
