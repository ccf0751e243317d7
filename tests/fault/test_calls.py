# SPDX-License-Identifier: MIT
"""
System calls fail at the first, second, third … time in a scripted run: no crash, no hang;
what was lost is told, and the rest of the stream is right. FAULTS=all tries each error at
each call; otherwise the errors take turns at some of them.
"""

import errno
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from faulty import (ALL_STEPS, BadStream, Run, Silent, TooLong, Wrong,  # noqa: E402
                    need_library)

ERRORS = ("ENOSPC", "ENOMEM", "EACCES", "EMFILE", "ENOENT")
FROM_NOW_ON = 1000000
IS_ALL = os.environ.get("FAULTS") == "all"

# At which calls: all, or many of the first and some of the others.
POINTS = range(1, 400) if IS_ALL else (*range(1, 10), *range(10, 400, 5))

# It would say that the directory has moved, and that events are queued which tell more.
LASTING_ERRORS = ERRORS[:4]

# Without these nothing can be told any more.
MAY_END = ("read", "write")


def run_with(call, error, at, times=1, options=()):
    """A run in which call fails. Returns it and what is wrong, or None."""
    run = Run({"FAULT_CALL": call, "FAULT_ERRNO": str(getattr(errno, error)),
               "FAULT_AT": str(at), "FAULT_TIMES": str(times)}, *options)
    wrong = None
    try:
        run.work(*ALL_STEPS)
    except (Wrong, Silent, BadStream, TooLong) as problem:
        wrong = "%s: %s" % (type(problem).__name__, problem)
    finally:
        run.close()
    return run, wrong or wrong_end(run, call, error)


def wrong_end(run, call, error):
    """What is wrong with how it ended by itself, or None."""
    if run.status is None:
        return None
    if run.status not in (1, 4):
        return "ended with status %d: %s" % (run.status, run.stderr)
    if not run.stderr:
        return "ended without a message"
    if error == "EINTR":
        return "EINTR was seen: " + run.stderr
    # libuv asks once for each descriptor, and there is no loop without them.
    if call == "ioctl" and run.stderr.startswith("inowatch: cannot start: "):
        return None
    if run.is_ready and call not in MAY_END and error != "ENOMEM":
        return "ended although one directory was concerned: " + run.stderr
    return None


def setUpModule():
    """Without the library nothing fails."""
    need_library()


class CallsTest(unittest.TestCase):
    """One test for each call."""

    def fail_each(self, call, errors=ERRORS, options=()):
        """Until the run has fewer calls than that."""
        for number, at in enumerate(POINTS):
            is_met = False
            for error in errors if IS_ALL else (errors[number % len(errors)],):
                run, wrong = run_with(call, error, at, 1, options)
                is_met |= run.is_met
                with self.subTest(call=call, error=error, at=at):
                    self.assertIsNone(wrong)
            if not is_met:
                self.assertGreater(at, 1, "the fault was never met")
                return at

    def interrupt_each(self, call, options=()):
        """EINTR is nobody's news: nothing is lost, nothing ends."""
        for at in POINTS if IS_ALL else (1, 2, 3, 5, 8, 13, 21, 34, 55):
            run, wrong = run_with(call, "EINTR", at, 1, options)
            with self.subTest(call=call, error="EINTR", at=at):
                self.assertIsNone(wrong)
                self.assertNotIn("lost", [event for event, _ in run.events()])
                self.assertNotIn("nterrupted", run.stderr)
            if not run.is_met:
                return
        self.assertFalse(IS_ALL, "there are more calls than tried")

    def test_add_watch(self):
        self.fail_each("inotify_add_watch")

    def test_openat(self):
        self.fail_each("openat")

    def test_fstat(self):
        self.fail_each("fstat")

    def test_getdents(self):
        # ENOENT says that the directory is removed, and what is told of that is missing.
        self.fail_each("getdents64", ERRORS[:4], options=["--list"])

    def test_read(self):
        self.fail_each("read")

    def test_write(self):
        self.fail_each("write", ("ENOSPC", "EIO", "EPIPE"))

    def test_ioctl(self):
        self.fail_each("ioctl")

    def test_interrupted(self):
        for call in ("openat", "fstat", "getdents64", "read", "write",
                     "inotify_add_watch"):
            self.interrupt_each(call)

    def test_from_some_point_on(self):
        for call in ("inotify_add_watch", "openat", "getdents64"):
            for number, at in enumerate((1, 4, 9, 20, 40)):
                for error in LASTING_ERRORS if IS_ALL else (LASTING_ERRORS[number % 4],):
                    _, wrong = run_with(call, error, at, FROM_NOW_ON)
                    with self.subTest(call=call, error=error, at=at, times="all"):
                        self.assertIsNone(wrong)


if __name__ == "__main__":
    unittest.main()
