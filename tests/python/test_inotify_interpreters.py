# SPDX-License-Identifier: MIT
"""_inotify in several interpreters of one process, each with its own GIL since 3.12."""

import importlib.util
import os
import unittest

import _inotify
from support import QueueTest


class Interpreters(QueueTest):
    SCRIPT = """
import os, sys
import _inotify
fd = _inotify.create()
_inotify.add(fd, {folder!r}, _inotify.CREATE)
os.mknod(os.path.join({folder!r}, {name!r}))
events = []
_inotify.read_event(fd, events.append)
os.close(fd)
assert [event["name"] for event in events] == [{name!r}], events
os.write({pipe}, b"+")
"""

    def run_in_interpreter(self, name, pipe):
        script = self.SCRIPT.format(folder=self.dir, name=name, pipe=pipe)
        try:
            import _interpreters as interpreters  # 3.13

            # It refuses modules that do not declare that they need no common GIL.
            interpreter = interpreters.create("isolated")
            error = interpreters.exec(interpreter, script)
            self.assertIsNone(error, error)
        except ImportError:
            try:
                import _xxsubinterpreters as interpreters
            except ImportError:
                self.skipTest("no sub-interpreters")
            interpreter = interpreters.create()
            interpreters.run_string(interpreter, script)
        interpreters.destroy(interpreter)

    def test_sub_interpreters(self):
        read_end, write_end = os.pipe()
        self.addCleanup(os.close, read_end)
        self.addCleanup(os.close, write_end)
        for i in range(10):
            self.run_in_interpreter("n%d" % i, write_end)
        self.assertEqual(os.read(read_end, 100), b"+" * 10)
        _inotify.add(self.fd, self.dir, _inotify.CREATE)
        self.make("still works")
        self.assertEqual(self.names(), ["still works"])

    def test_module_again(self):
        spec = importlib.util.find_spec("_inotify")
        for _ in range(3):
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            self.assertIsNot(module, _inotify)
            self.assertEqual(module.ONESHOT, _inotify.ONESHOT)
            self.assertRaises(BlockingIOError, module.read_event, self.fd, print)


if __name__ == "__main__":
    unittest.main()
