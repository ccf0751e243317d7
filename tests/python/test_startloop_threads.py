# SPDX-License-Identifier: MIT
"""inotify.startloop() among threads and signals."""

import os
import sys
import threading
import unittest

import inotify
from startloop import LONG_MS, LoopTest
from support import DEADLINE_S, run_python


class Threads(LoopTest):
    def start(self, target, *args):
        thread = threading.Thread(target=target, args=args)
        thread.start()
        return thread

    def join(self, thread):
        thread.join(DEADLINE_S)
        self.assertFalse(thread.is_alive())

    def wait_for(self, semaphore):
        self.assertTrue(semaphore.acquire(timeout=DEADLINE_S))

    def test_other_threads_run_while_it_waits(self):
        # With such an interval a thread runs only when another lets it.
        self.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(10 * DEADLINE_S)

        def count():
            go.acquire()
            for _ in range(100000):
                counted.append(1)
            self.make("counted")

        go = threading.Lock()
        go.acquire()
        counted = []
        self.watch()
        thread = self.start(count)
        go.release()
        self.assertEqual(counted, [])
        self.assertEqual([event.name for event in self.turn(timeout=-1)], ["counted"])
        self.assertEqual(len(counted), 100000)
        self.join(thread)

    def test_stopped_by_another_thread(self):
        before = self.descriptors()
        entered = threading.Semaphore(0)
        for i in range(300):
            self.watch()
            self.make("file%d" % i)
            loop = self.start(
                inotify.startloop, lambda event: entered.release(), None, -1
            )
            self.wait_for(entered)
            inotify.stoploop()
            self.join(loop)
        self.assertEqual(self.descriptors(), before)

    def test_stopped_before_anything_happens(self):
        # Without a watch nothing can happen: only stoploop() ends it.
        turned = threading.Semaphore(0)
        loop = self.start(inotify.startloop, self.fail, turned.release, 1)
        self.wait_for(turned)
        inotify.stoploop()
        self.join(loop)

    def test_watches_of_another_thread(self):
        names = []
        told = threading.Semaphore(0)

        def callback(event):
            names.append(event.name)
            told.release()

        os.mkdir(self.path("a"))
        self.watch()
        loop = self.start(inotify.startloop, callback, None, -1)
        for i in range(20):
            wd = inotify.watch(self.path("a"), inotify.IN_CREATE)
            self.make("a/%d" % i)
            self.wait_for(told)
            inotify.unwatch(wd)
            self.wait_for(told)
        inotify.stoploop()
        self.join(loop)
        self.assertEqual(names[::2], [str(i) for i in range(20)])

    def test_watch_while_another_thread_stops(self):
        before = self.descriptors()

        def stop():
            while not done:
                inotify.stoploop()

        done = []
        thread = self.start(stop)
        try:
            for _ in range(2000):
                self.assertEqual(self.watch(), 1)
        finally:
            done.append(True)
            self.join(thread)
        inotify.stoploop()
        self.assertEqual(self.descriptors(), before)

    def test_two_loops(self):
        names = []
        told = threading.Semaphore(0)

        def callback(event):
            names.append(event.name)
            told.release()

        self.watch()
        loops = [
            self.start(inotify.startloop, callback, None, LONG_MS) for _ in range(2)
        ]
        made = [str(i) for i in range(300)]
        self.make(*made)
        for _ in made:
            self.wait_for(told)
        inotify.stoploop()
        for loop in loops:
            self.join(loop)
        self.assertEqual(sorted(names), sorted(made))


class Signals(LoopTest):
    # The alarm rings while the loop waits, and until it does: nothing else ends it.
    PRELUDE = """
import inotify, os, signal, sys

def run(handler, extra=None, callback=print, interval=0):
    signal.signal(signal.SIGALRM, handler)
    inotify.watch(sys.argv[1], inotify.IN_CREATE)
    signal.setitimer(signal.ITIMER_REAL, 0.02, interval)
    inotify.startloop(callback, extra, timeout=-1)
    signal.setitimer(signal.ITIMER_REAL, 0)
"""

    def run_script(self, script, output):
        done = run_python(self.PRELUDE + script, self.dir)
        self.assertEqual((done.stderr, done.stdout, done.returncode), (b"", output, 0))

    def test_handler_exits(self):
        self.run_script(
            """
def handler(signum, frame):
    inotify.stoploop()
    print("handled")
    sys.exit(0)

run(handler)
print("not reached")
""",
            b"handled\n",
        )

    def test_handler_stops(self):
        self.run_script(
            """
before = os.listdir("/proc/self/fd")
run(lambda *args: inotify.stoploop(), lambda: print("extra"), interval=0.02)
assert os.listdir("/proc/self/fd") == before
print("returned")
""",
            b"extra\nreturned\n",
        )

    def test_handler_goes_on(self):
        self.run_script(
            """
def handler(signum, frame):
    print("handled")
    os.mknod(os.path.join(sys.argv[1], "a"))

def callback(event):
    print(event.name)
    inotify.stoploop()

run(handler, lambda: print("extra"), callback)
""",
            b"handled\na\nextra\n",
        )

    def test_handler_raises(self):
        self.run_script(
            """
def handler(signum, frame):
    os.mknod(os.path.join(sys.argv[1], "a"))
    raise KeyError("handler")

try:
    run(handler)
except KeyError as error:
    print(error)
inotify.startloop(lambda event: print(event.name), block=False)
before = len(os.listdir("/proc/self/fd"))
inotify.stoploop()
assert len(os.listdir("/proc/self/fd")) == before - 3
""",
            b"'handler'\na\n",
        )


if __name__ == "__main__":
    unittest.main()
