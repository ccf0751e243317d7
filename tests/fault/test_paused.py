# SPDX-License-Identifier: MIT
"""
What happens between a directory's watch and the end of its listing is told by both, and
is told once. The program is stopped there, so that there is time to do it.
"""

import os
import signal
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from faulty import Run, exchange_paths, need_library, put_file  # noqa: E402


def setUpModule():
    """Without the library nothing stops."""
    need_library()


class PausedTest(unittest.TestCase):
    """Each test moves a directory with the file "marked" in, and works on it there."""

    def meanwhile(self, change):
        """A run in which change(run) happens while root/n is being listed."""
        def move_in(run):
            os.mkdir(run.outside + b"/n")
            for name in (b"/n/marked", b"/n/other"):
                put_file(run.outside + name)
            os.rename(run.outside + b"/n", run.root + b"/n")
            os.waitid(os.P_PID, run.program.child.pid, os.WSTOPPED | os.WNOWAIT)
            change(run)
            run.program.child.send_signal(signal.SIGCONT)

        run = Run({"PAUSE_AT": "marked"})
        try:
            run.work(move_in)
        finally:
            run.close()
        self.assertTrue(run.is_met, "it never stopped")
        self.assertIsNone(run.status, run.stderr)
        return run

    def test_exchange_and_move_away(self):
        def change(run):
            exchange_paths(run.root + b"/n/marked", run.root + b"/d/f")
            os.rename(run.root + b"/n/marked", run.root + b"/e/away")

        run = self.meanwhile(change)
        self.assertIn(("exchange", b"root/d/f"), run.events())
        self.assertIn(("move", b"root/e/away"), run.events())

    def test_exchange_backwards_and_move_away(self):
        def change(run):
            exchange_paths(run.root + b"/d/f", run.root + b"/n/marked")
            os.rename(run.root + b"/n/marked", run.root + b"/e/away")

        self.meanwhile(change)

    def test_exchange_of_neighbours_and_delete(self):
        def change(run):
            exchange_paths(run.root + b"/n/other", run.root + b"/n/marked")
            os.unlink(run.root + b"/n/other")
            os.rename(run.root + b"/n/marked", run.root + b"/n/other")

        self.meanwhile(change)

    def test_move_there_and_back(self):
        def change(run):
            os.rename(run.root + b"/n/marked", run.root + b"/e/away")
            os.rename(run.root + b"/e/away", run.root + b"/n/marked")
            os.rename(run.root + b"/n/marked", run.root + b"/e/gone")

        self.meanwhile(change)

    def test_delete_and_create(self):
        def change(run):
            os.unlink(run.root + b"/n/marked")
            put_file(run.root + b"/n/marked")
            os.rename(run.root + b"/n/marked", run.root + b"/n/again")

        self.meanwhile(change)


if __name__ == "__main__":
    unittest.main()
