# SPDX-License-Identifier: MIT
"""Runs storms in processes of their own, some at once, and lets none outlive the run."""

import ctypes
import os
import pickle
import select
import signal
import sys
import traceback

PR_SET_PDEATHSIG = 1


class TooLong(Exception):
    """A storm did not come to its end."""


class Job:
    """One storm in a process; .fd can be read to its end when it is done."""

    def __init__(self, function, arguments, limit_s):
        self.fd, writer = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.fd)
            run_child(function, arguments, limit_s, writer)
        os.close(writer)

    def result(self):
        """What the function returned; RuntimeError if it did not."""
        with os.fdopen(self.fd, "rb") as file:
            data = file.read()
        _, status = os.waitpid(self.pid, 0)
        if not data:
            raise RuntimeError("a storm's process ended with status %d" % status)
        return pickle.loads(data)


def run_child(function, arguments, limit_s, writer):
    """In the child: never returns."""
    status = 1
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent passes it on
        signal.signal(signal.SIGALRM, raise_too_long)
        signal.alarm(limit_s)
        result = function(*arguments)
        with os.fdopen(writer, "wb") as file:
            pickle.dump(result, file)
        status = 0
    except SystemExit:
        pass
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def raise_too_long(*_):
    """SIGALRM in a child."""
    raise TooLong("the storm did not end in time")


def run_jobs(function, argument_lists, at_once, limit_s):
    """Yields the results as they come."""
    waiting = list(reversed(argument_lists))
    jobs = []
    try:
        while waiting or jobs:
            while waiting and len(jobs) < at_once:
                jobs.append(Job(function, waiting.pop(), limit_s))
            ready, _, _ = select.select([job.fd for job in jobs], [], [])
            for job in [job for job in jobs if job.fd in ready]:
                jobs.remove(job)
                yield job.result()
    finally:
        for job in jobs:
            os.kill(job.pid, signal.SIGTERM)
        for job in jobs:
            os.waitpid(job.pid, 0)
