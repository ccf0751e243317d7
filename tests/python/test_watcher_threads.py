# SPDX-License-Identifier: MIT
"""Threads that share an inotify.Watcher, close it, or run while one waits."""

import os
import signal
import threading
import unittest

import inotify
from support import DEADLINE_S
from watching import WatcherTest

IN_A_CALL_S = 0.001


class Reader(threading.Thread):
    """Reads without end; .outcome is what came of it."""

    def __init__(self, call):
        super().__init__(daemon=True)
        self.call = call
        self.outcome = None
        self.has_begun = threading.Event()
        self.start()

    def run(self):
        self.has_begun.set()
        try:
            self.outcome = self.call()
        except Exception as problem:  # pylint: disable=broad-except
            self.outcome = problem

    def end(self):
        """Joins it."""
        self.join(DEADLINE_S)
        if self.is_alive():
            raise AssertionError("it still waits")
        return self.outcome


class Closing(WatcherTest):
    def test_wakes_a_waiting_reader(self):
        for _ in range(20):
            watcher = inotify.Watcher(self.dir)
            reader = Reader(watcher.read)
            reader.has_begun.wait(DEADLINE_S)
            watcher.close()
            self.assertIsInstance(reader.end(), ValueError)

    def test_a_thousand_times(self):
        before = len(os.listdir("/proc/self/fd"))
        for i in range(1000):
            watcher = inotify.Watcher(self.dir)
            readers = [
                Reader((watcher.read, lambda w=watcher: list(w))[(i + j) % 2])
                for j in range(1 + i % 3)
            ]
            if i % 4 == 0:
                self.make("%d" % i)  # it is closed in the middle of a turn
            watcher.close()
            for reader in readers:
                self.assertIsInstance(reader.end(), (ValueError, list))
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)

    def test_ends_an_iteration(self):
        def collect():
            for record in watcher:
                paths.append(record.path)
                told.set()

        paths, told = [], threading.Event()
        watcher = self.open()
        reader = Reader(collect)
        self.make("a")
        self.assertTrue(told.wait(DEADLINE_S))
        watcher.close()
        self.assertIsNone(reader.end())
        self.assertEqual(paths, [self.path("a")])

    def test_closed_by_many(self):
        for _ in range(100):
            watcher = inotify.Watcher(self.dir)
            closers = [Reader(watcher.close) for _ in range(4)]
            for closer in closers:
                self.assertIsNone(closer.end())


class Sharing(WatcherTest):
    def test_each_record_once(self):
        def collect(call):
            try:
                while len(paths) < 500:
                    for record in call():
                        paths.append(record.path)
            except (ValueError, StopIteration):
                pass
            watcher.close()

        paths = []
        watcher = self.open(mask=inotify.IN_CREATE)
        calls = [watcher.read, lambda: [next(watcher)]] * 2
        readers = [Reader(lambda call=call: collect(call)) for call in calls]
        self.make(*[str(i) for i in range(500)])
        for reader in readers:
            self.assertIsNone(reader.end())
        self.assertEqual(sorted(paths), sorted(self.path(str(i)) for i in range(500)))

    def test_adding_while_another_waits(self):
        os.mkdir(self.path("a"))
        os.mkdir(self.path("b"))
        watcher = self.open(self.path("a"))
        reader = Reader(lambda: next(r.path for r in watcher if r.event == "create"))
        watcher.add(self.path("b"))
        self.make("b/x")
        self.assertEqual(reader.end(), self.path("b/x"))

    def test_a_thread_counts_meanwhile(self):
        def count():
            counted = 0
            while not done.is_set():
                counted += 1
                if counted == 100000:
                    enough.set()

        done, enough = threading.Event(), threading.Event()
        watcher = self.open()
        reader = Reader(watcher.read)
        counter = Reader(count)
        self.assertTrue(enough.wait(DEADLINE_S))
        self.assertTrue(reader.is_alive())
        self.make("a")
        self.assertEqual(len(reader.end()), 1)
        done.set()
        counter.end()


class Signals(WatcherTest):
    def test_handlers_run_while_it_waits(self):
        def handle(*_):
            handled.append(1)
            self.make("a")

        handled = []
        self.addCleanup(signal.signal, signal.SIGALRM, signal.signal(signal.SIGALRM, handle))
        watcher = self.open()
        signal.setitimer(signal.ITIMER_REAL, IN_A_CALL_S)
        self.assertEqual(len(watcher.read()), 1)
        self.assertEqual(handled, [1])

    def test_what_handlers_raise(self):
        def handle(*_):
            raise KeyError("signal")

        self.addCleanup(signal.signal, signal.SIGALRM, signal.signal(signal.SIGALRM, handle))
        watcher = self.open()
        with self.assertRaises(KeyError):
            signal.setitimer(signal.ITIMER_REAL, IN_A_CALL_S)
            watcher.read()
        self.make("a")
        self.assertEqual(len(watcher.read()), 1)

    def test_closed_by_a_handler(self):
        watcher = self.open()
        handler = signal.signal(signal.SIGALRM, lambda *_: watcher.close())
        self.addCleanup(signal.signal, signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, IN_A_CALL_S)
        self.assertEqual(list(watcher), [])


if __name__ == "__main__":
    unittest.main()
