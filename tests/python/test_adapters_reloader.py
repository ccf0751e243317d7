# SPDX-License-Identifier: MIT
"""A web server's reloader, the typical user of inotify.adapters.Inotify."""

import os
import queue
import threading
import unittest

import inotify.adapters
import inotify.constants
from notifying import NotifierTest
from support import DEADLINE_S


class Reloader(threading.Thread):
    """Tells the callback the names of what changes beside the modules of a program."""

    MASK = (
        inotify.constants.IN_CREATE
        | inotify.constants.IN_DELETE
        | inotify.constants.IN_DELETE_SELF
        | inotify.constants.IN_MODIFY
        | inotify.constants.IN_MOVE_SELF
        | inotify.constants.IN_MOVED_FROM
        | inotify.constants.IN_MOVED_TO
    )

    def __init__(self, modules, extra_files, callback):
        super().__init__(daemon=True)
        self.ready = threading.Event()
        self._modules = modules
        self._callback = callback
        self._folders = set()
        self._notifier = inotify.adapters.Inotify()
        for path in extra_files:
            self._add(os.path.dirname(path))

    def _add(self, folder):
        if folder not in self._folders:
            self._notifier.add_watch(folder, mask=self.MASK)
            self._folders.add(folder)

    def run(self):
        # Some of them are watched already: that is a warning, no error.
        for folder in sorted({os.path.dirname(path) for path in self._modules}):
            if os.path.isdir(folder):
                self._notifier.add_watch(folder, mask=self.MASK)
        self.ready.set()
        for event in self._notifier.event_gen():
            if event is None:
                continue
            self._callback(event[3])

    def end(self):
        self._notifier.close()


class Reload(NotifierTest):
    def test_reload(self):
        for name in "ab":
            os.mkdir(self.path(name))
        self.make("a", "settings")
        self.make("a", "module")
        self.make("b", "module")
        modules = [self.path("a", "module"), self.path("b", "module")]
        modules.append(self.path("missing", "module"))
        seen = queue.Queue()
        reloader = Reloader(modules, [self.path("a", "settings")], seen.put)
        reloader.start()
        self.addCleanup(reloader.join, DEADLINE_S)
        self.addCleanup(reloader.end)
        self.assertTrue(reloader.ready.wait(DEADLINE_S))
        with open(self.path("a", "settings"), "a", encoding="ascii") as file:
            file.write("x")
        self.assertEqual(seen.get(timeout=DEADLINE_S), "settings")
        os.rename(self.path("b", "module"), self.path("b", "saved"))
        self.assertEqual(seen.get(timeout=DEADLINE_S), "module")
        self.assertEqual(seen.get(timeout=DEADLINE_S), "saved")
        os.unlink(self.path("b", "saved"))
        self.assertEqual(seen.get(timeout=DEADLINE_S), "saved")
        os.rmdir(self.path("b"))
        self.assertEqual(seen.get(timeout=DEADLINE_S), "")
        self.assertEqual(len(self.warnings()), 1)
        self.assertTrue(reloader.is_alive())


if __name__ == "__main__":
    unittest.main()
