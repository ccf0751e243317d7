# SPDX-License-Identifier: MIT
"""Runs examples/watch-asyncio.py and examples/watch-threads.py as programs."""

import os
import re
import signal
import unittest

from example import Example


class Asyncio(Example):
    def test_records_and_calm(self):
        self.start("watch-asyncio.py", self.dir)
        os.mkdir(self.path("new"))
        self.write(self.path("new", "a"), "x")
        os.rename(self.path("new", "a"), self.path("b"))
        self.wait_for("^create %s$" % re.escape(self.path("new")))
        move = "move %s -> %s" % (self.path("new", "a"), self.path("b"))
        self.wait_for("^(?:%s|(?:found|create|moved_in) .*/b)$" % re.escape(move))
        self.wait_for("^calm again$")
        self.process.send_signal(signal.SIGINT)
        self.wait_end(0)


class Threads(Example):
    def test_counts(self):
        os.mkdir(self.path("dir"))
        os.mkdir(self.path(".git"))
        self.start("watch-threads.py", self.dir)
        self.write(self.path("dir", "a.txt"), "1\n")
        self.write(self.path(".git", "b.py"), "1\n")
        self.write(self.path("dir", "c.py"), "1\n2\n3\n")
        self.wait_for("\\A3 lines in %s$" % re.escape(self.path("dir", "c.py")))
        self.process.send_signal(signal.SIGINT)
        self.wait_end(0)
        self.assertNotIn("b.py", self.rest())


if __name__ == "__main__":
    unittest.main()
