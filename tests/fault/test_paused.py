# SPDX-License-Identifier: MIT
"""
What happens at the worst moment: between a directory's watch and the end of its listing,
or just before the program looks whether a name is there. It is stopped at that moment.
"""

import os
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from faulty import (ALL_STEPS, PROGRAM, environment, exchange_paths,  # noqa: E402
                    need_library, preloaded, put_file, time_limit)
from paused import STOP_LIMIT_S, PausedTest, await_stop  # noqa: E402


FEWER_EVENTS = ("-e", "create,delete,move,close_write,modify")


class Watched:
    """A run whose records are only looked for, one behind the other."""

    def __init__(self, folder, faults):
        with environment(**preloaded(faults)):
            self.child = subprocess.Popen([PROGRAM, "-j", "-r", *FEWER_EVENTS, "d"], cwd=folder,
                                          stdout=subprocess.PIPE)

    def await_stop(self):
        """Returns whether it has stopped, and not ended."""
        how = os.WSTOPPED | os.WEXITED | os.WNOWAIT
        return os.waitid(os.P_PID, self.child.pid, how).si_code == os.CLD_STOPPED

    def wait_for(self, text):
        """Until a record has it."""
        with time_limit(STOP_LIMIT_S):
            while text not in self.child.stdout.readline().decode():
                pass

    def close(self):
        """Ends it."""
        self.child.kill()
        self.child.wait()
        self.child.stdout.close()


def setUpModule():
    """Without the library nothing stops."""
    need_library()


class ListingTest(PausedTest):
    """Each test moves a directory with the file "marked" in, and works on it there."""

    def meanwhile(self, change):
        """A run in which change(run) happens while root/n is being listed."""
        def move_in(run):
            os.mkdir(run.outside + b"/n")
            for name in (b"/n/marked", b"/n/other"):
                put_file(run.outside + name)
            os.rename(run.outside + b"/n", run.root + b"/n")
            await_stop(run)
            change(run)
            run.program.child.send_signal(signal.SIGCONT)

        return self.run_paused({"PAUSE_AT": "marked"}, move_in)

    def test_exchange_and_move_away(self):
        def change(run):
            exchange_paths(run.root + b"/n/marked", run.root + b"/d/f")
            os.rename(run.root + b"/n/marked", run.root + b"/e/away")

        run = self.meanwhile(change)
        self.assertIn(("moved_in", b"root/d/f"), run.events())
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


class LateEventTest(unittest.TestCase):
    """A name stands for another directory already, and the event that says so is late."""

    def test_exchanged_behind_the_watch(self):
        with tempfile.TemporaryDirectory(prefix="inowatch-late-") as folder:
            late = folder + "/late"
            inside = {"x": "inner", "y": "other"}
            for name in inside:
                os.makedirs("%s/d/%s/%s" % (folder, name, inside[name]))
            # The other one is watched already, as what it was.
            last = os.listdir(folder + "/d")[1]
            run = Watched(folder, {"PAUSE_WATCH": last, "GATE_QUEUE": late})
            self.addCleanup(run.close)
            self.assertTrue(run.await_stop(), "it never stopped")
            put_file(os.fsencode(late))
            exchange_paths(os.fsencode(folder + "/d/x"), os.fsencode(folder + "/d/y"))
            run.child.send_signal(signal.SIGCONT)
            run.wait_for('"event":"ready"')
            os.unlink(late)
            for path in "x/" + inside["y"], "y/" + inside["x"]:
                put_file(os.fsencode("%s/d/%s/file" % (folder, path)))
                run.wait_for('"path":"d/%s/file"' % path)
                os.mkdir("%s/d/%s/new" % (folder, path))
                run.wait_for('"path":"d/%s/new"' % path)
                put_file(os.fsencode("%s/d/%s/new/file" % (folder, path)))
                run.wait_for('"path":"d/%s/new/file"' % path)


class InnerTest(PausedTest):
    """A PATH in the other, both of which tell what happens to it."""

    def test_exchanged_while_the_other_place_is_listed(self):
        def move_in(run):
            os.makedirs(run.outside + b"/n/s/t")
            for name in (b"/n/marked", b"/n/other", b"/n/s/f", b"/n/s/t/f"):
                put_file(run.outside + name)
            os.rename(run.outside + b"/n", run.root + b"/n")
            await_stop(run)
            os.mkdir(run.root + b"/q")
            exchange_paths(run.root + b"/a", run.root + b"/n/s/t")
            run.program.child.send_signal(signal.SIGCONT)

        for _ in range(5):  # whether the exchange has to wait for more is up to the clock
            self.run_paused({"PAUSE_IN": "s"}, move_in, inner=(b"root/a",))


class SetUpTest(PausedTest):
    """
    While it sets up, all subdirectories of a directory are watched together; if anything
    happens meanwhile, none of these watches is taken for what its name stands for.
    """

    def meanwhile(self, change, pause_in="a", options=()):
        """A run in which change(run) happens before a directory is listed."""
        def step(run):
            await_stop(run)
            change(run)
            run.program.child.send_signal(signal.SIGCONT)

        return self.run_paused({"PAUSE_IN": pause_in}, *ALL_STEPS, options=options,
                               meanwhile=step)

    def test_nothing(self):
        for options in ((), FEWER_EVENTS, ("--list",)):
            self.meanwhile(lambda run: None, options=options)

    def test_subdirectory_replaced(self):
        def change(run):
            os.rename(run.root + b"/a/b", run.outside + b"/replaced")
            os.makedirs(run.root + b"/a/b/c")
            put_file(run.root + b"/a/b/c/old")

        for options in ((), FEWER_EVENTS):
            self.meanwhile(change, options=options)

    def test_directory_moved(self):
        def change(run):
            os.rename(run.root + b"/a", run.root + b"/d/a")
            os.rename(run.root + b"/d/a", run.root + b"/a")

        self.meanwhile(change)

    def test_exchanged(self):
        def change(run):
            exchange_paths(run.root + b"/a", run.root + b"/gone")
            exchange_paths(run.root + b"/a", run.root + b"/gone")

        self.meanwhile(change, "gone")

    def test_subdirectories_come_and_go(self):
        def change(run):
            for number in range(20):
                os.makedirs(run.root + b"/gone/%d/x" % number)
            for number in range(10):
                os.rename(run.root + b"/gone/%d" % number, run.outside + b"/%d" % number)

        for options in ((), FEWER_EVENTS):
            self.meanwhile(change, "gone", options)


class LookTest(PausedTest):
    """
    A file that left is looked for, in case it was exchanged. The program stops before it
    looks, when all that it knows of is told.
    """

    def meanwhile(self, change):
        """A run in which change(run) happens before root/a/x is looked for."""
        def move_out(run):
            put_file(run.root + b"/a/x")
            put_file(run.root + b"/a/proof")
            run.sync()
            run.program.child.send_signal(signal.SIGSTOP)
            await_stop(run)
            os.rename(run.root + b"/a/x", run.outside + b"/x")
            os.unlink(run.root + b"/a/proof")
            put_file(sign)
            run.program.child.send_signal(signal.SIGCONT)
            await_stop(run)
            change(run)
            run.program.child.send_signal(signal.SIGCONT)

        with tempfile.TemporaryDirectory(prefix="inowatch-paused-") as folder:
            sign = os.path.join(folder, "sign")
            return self.run_paused({"PAUSE_DRY": sign}, move_out)

    def test_another_directory_has_the_name(self):
        def change(run):
            exchange_paths(run.root + b"/e", run.root + b"/a")
            os.rename(run.root + b"/e/b/c/old", run.root + b"/e/old")
            put_file(run.root + b"/e/late")

        run = self.meanwhile(change)
        self.assertIn(("create", b"root/e/late"), run.events())

    def test_the_directory_has_left(self):
        def change(run):
            os.rename(run.root + b"/a", run.outside + b"/a")
            os.mkdir(run.root + b"/a")
            put_file(run.root + b"/a/late")

        self.meanwhile(change)

    def test_the_directory_is_deeper(self):
        def change(run):
            os.rename(run.root + b"/a", run.root + b"/e/a")
            os.rename(run.root + b"/e", run.root + b"/a")
            put_file(run.root + b"/a/a/b/late")

        run = self.meanwhile(change)
        self.assertIn(("create", b"root/a/a/b/late"), run.events())


if __name__ == "__main__":
    unittest.main()
