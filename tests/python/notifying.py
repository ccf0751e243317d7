# SPDX-License-Identifier: MIT
"""What the tests of inotify.adapters share: a private folder, and short lists of events."""

import logging
import os
import tempfile
import unittest

from inotify import adapters, constants

NO_LISTING = constants.IN_ALL_EVENTS & ~(
    constants.IN_OPEN | constants.IN_ACCESS | constants.IN_CLOSE_NOWRITE
)


class Records(logging.Handler):
    """Keeps (level, text) of what is logged."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def emit(self, record):
        self.seen.append((record.levelname, record.getMessage()))


class NotifierTest(unittest.TestCase):
    """Has an empty folder self.dir; what is logged is in self.log."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = os.path.realpath(folder.name)
        handler = Records()
        logger = logging.getLogger("inotify.adapters")
        logger.addHandler(handler)
        self.addCleanup(logger.removeHandler, handler)
        propagate, logger.propagate = logger.propagate, False
        self.addCleanup(setattr, logger, "propagate", propagate)
        self.log = handler.seen

    def warnings(self):
        return [text for level, text in self.log if level == "WARNING"]

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def make(self, *names):
        """Makes an empty file: a single CREATE event."""
        os.mknod(self.path(*names))

    def watch(self, *paths, mask=constants.IN_ALL_EVENTS):
        """Watches the folder, or these paths; never waits."""
        notifier = adapters.Inotify(block_duration_s=0)
        self.addCleanup(notifier.close)
        for path in paths or [self.dir]:
            notifier.add_watch(path, mask)
        return notifier

    def tree(self, *paths, mask=constants.IN_ALL_EVENTS):
        """Watches the folder, or these, and all below; never waits."""
        tree = adapters.InotifyTrees(paths or [self.dir], mask, block_duration_s=0)
        self.addCleanup(tree.close)
        return tree

    @staticmethod
    def take(notifier, **kwargs):
        """One turn."""
        kwargs.setdefault("yield_nones", False)
        return list(notifier.event_gen(timeout_s=0, **kwargs))

    def drain(self, notifier, **kwargs):
        """All turns until one brings nothing."""
        events = []
        while True:
            more = self.take(notifier, **kwargs)
            if not more:
                return events
            events += more

    def short(self, events):
        """'CREATE ISDIR a/b' for each, with the path below the folder."""
        lines = []
        for _, type_names, path, filename in events:
            name = os.path.join(path, filename) if filename else path + "/"
            names = [each[len("IN_") :] for each in type_names]
            lines.append(" ".join(names + [os.path.relpath(name, self.dir)]))
            if not filename:
                lines[-1] += "/"
        return lines

    def told(self, notifier, **kwargs):
        return self.short(self.drain(notifier, **kwargs))

    @staticmethod
    def descriptors():
        return sorted(os.listdir("/proc/self/fd"))

    @staticmethod
    def watch_count(notifier):
        """How many watches the kernel has for it."""
        with open(
            "/proc/self/fdinfo/%d" % notifier._queue._fd, encoding="ascii"
        ) as info:
            return sum(line.startswith("inotify ") for line in info)
