# SPDX-License-Identifier: MIT
"""Runs examples/startloop.py and examples/read-events.py as programs."""

import os
import re
import signal
import unittest

from example import Example


class StartLoop(Example):
    def run_example(self, *options):
        os.mkdir(self.path("dir"))
        self.write(self.path("file"), "")
        self.start("startloop.py", *options)
        with open(self.path("file"), "ab") as file:
            file.write(b"x")
        os.mknod(self.path("dir", "new"))
        os.mkdir(self.path("dir", "newer"))
        os.unlink(self.path("file"))
        for line in (
            "file:'file'\twd:2\twas opened",
            "file:'file'\twd:2\twas modified",
            "file:'file'\twd:2\twas closed after writing",
            "file:'dir'\twd:1\tsomething was created in it",
            "file:'dir'\twd:1\tsomething was created in it",
            "file:'file'\twd:2\tmetadata changed",
            "file:'file'\twd:2\twas deleted",
            "file:'file'\twd:2\tis no longer watched",
        ):
            self.wait_for("\\A" + re.escape(line) + "\n")
        self.process.send_signal(signal.SIGINT)
        self.wait_end(0)
        self.assertEqual(self.rest(), "received SIGINT\n")

    def test_turns(self):
        self.run_example()

    def test_main_loop(self):
        self.run_example("--block")


class ReadEvents(Example):
    def test_touch_and_list(self):
        self.start("read-events.py", self.dir)
        path = self.path("test.txt")
        with open(path, "wb"):
            os.utime(path)
        os.listdir(self.dir)
        for values in (
            "mask=256, cookie=0, len=16, name='test.txt'",
            "mask=32, cookie=0, len=16, name='test.txt'",
            "mask=4, cookie=0, len=16, name='test.txt'",
            "mask=8, cookie=0, len=16, name='test.txt'",
            "mask=1073741856, cookie=0, len=0, name=''",
        ):
            self.wait_for("\\A" + re.escape("Event(wd=1, %s)\n" % values))
        # The listing takes two calls, whose events the kernel may have joined.
        read, close = [
            re.escape("Event(wd=1, mask=%d, cookie=0, len=0, name='')\n" % mask)
            for mask in (1073741825, 1073741840)
        ]
        self.wait_for("\\A(?:%s){1,2}%s" % (read, close))
        self.process.send_signal(signal.SIGINT)
        self.wait_end(0)
        self.assertEqual(self.rest(), "")


if __name__ == "__main__":
    unittest.main()
