# SPDX-License-Identifier: MIT
"""Runs of inowatch that stop at a moment of the test's choice (see preload.c)."""

import os
import time
import unittest

from faulty import Run

STOP_LIMIT_S = 20


def await_stop(run, limit_s=STOP_LIMIT_S):
    """Returns whether the program has stopped; its output is read meanwhile."""
    end = time.monotonic() + limit_s
    how = os.WSTOPPED | os.WNOWAIT | os.WNOHANG
    while not os.waitid(os.P_PID, run.program.child.pid, how):
        if time.monotonic() > end:
            return False
        run.program.wait_readable((), 0.005)
    return True


class PausedTest(unittest.TestCase):
    """Runs that stop once and have to be right."""

    def run_paused(self, variables, *steps, options=(), meanwhile=None, inner=()):
        """Returns the run."""
        run = Run(variables, *options)
        run.meanwhile = meanwhile
        run.inner = inner
        try:
            run.work(*steps)
        finally:
            run.close()
        self.assertTrue(run.is_met, "it never stopped")
        self.assertIsNone(run.status, run.stderr)
        return run
