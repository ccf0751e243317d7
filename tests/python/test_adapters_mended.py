# SPDX-License-Identifier: MIT
"""inotify.adapters.Inotify: what went wrong with PyInotify and does not here."""

import gc
import logging
import os
import pickle
import resource
import sys
import threading
import unittest
from unittest import mock

from inotify import adapters, constants
from notifying import NotifierTest
from support import DEADLINE_S, run_python


class Events(NotifierTest):
    def overflow(self):
        """A notifier with more in its queue than fits."""
        with open("/proc/sys/fs/inotify/max_queued_events", encoding="ascii") as file:
            limit = int(file.read())
        if limit > 200000:
            self.skipTest("fs.inotify.max_queued_events is %d" % limit)
        notifier = self.watch(mask=constants.IN_ATTRIB)
        self.make("a")
        self.make("b")
        for _ in range(limit // 2 + 1):  # events that differ from the last one
            os.chmod(self.path("a"), 0o600)
            os.chmod(self.path("b"), 0o600)
        return notifier

    def test_overflow_is_terminal(self):
        notifier = self.overflow()
        with self.assertRaises(adapters.TerminalEventException) as caught:
            self.drain(notifier)
        self.assertEqual(caught.exception.args, ("IN_Q_OVERFLOW",))
        header, type_names, path, filename = caught.exception.event
        self.assertEqual((header.wd, path, filename), (-1, "", ""))
        self.assertEqual(type_names, ["IN_Q_OVERFLOW"])
        again = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual(again.event, caught.exception.event)
        # It goes on behind that.
        os.chmod(self.path("a"), 0o600)
        self.assertEqual(self.told(notifier), ["ATTRIB a"])

    def test_overflow_is_told(self):
        notifier = self.overflow()
        events = self.drain(notifier, terminal_events=())
        self.assertEqual(events[-1][1], ["IN_Q_OVERFLOW"])

    def test_undecodable_names_survive(self):
        notifier = self.watch(mask=constants.IN_CREATE)
        os.mknod(os.fsencode(self.dir) + b"/\xff\xfe")
        self.make("a")
        names = [event[3] for event in self.take(notifier)]
        self.assertEqual([os.fsencode(name) for name in names], [b"\xff\xfe", b"a"])

    def test_undecodable_path(self):
        path = os.fsencode(self.dir) + b"/\xff"
        os.mkdir(path)
        notifier = self.watch(os.fsdecode(path))
        os.mknod(path + b"/a")
        self.assertEqual(self.take(notifier)[0][2:], (os.fsdecode(path), "a"))
        notifier.remove_watch(path)
        self.assertEqual(self.watch_count(notifier), 0)

    def test_what_was_left_comes_first(self):
        notifier = self.watch()
        for name in "abc":
            self.make(name)
        for name in "abc":
            self.assertEqual(next(notifier.event_gen())[3], name)

    def test_exception_of_a_predicate_loses_one_event(self):
        notifier = self.watch()
        for name in "ab":
            self.make(name)
        with self.assertRaises(ZeroDivisionError):
            self.take(notifier, filter_predicate=lambda type_name, event: 1 / 0)
        self.assertEqual(self.told(notifier), ["CREATE b"])


class AddAgain(NotifierTest):
    def setUp(self):
        super().setUp()
        self.again = self.path("d")
        os.mkdir(self.again)
        self.notifier = self.watch(self.again)

    def anew(self):
        os.rmdir(self.again)
        os.mkdir(self.again)

    def test_after_the_end_was_told(self):
        self.anew()
        self.assertEqual(self.told(self.notifier), ["DELETE_SELF d/", "IGNORED d/"])
        self.assertEqual(self.notifier.add_watch(self.again), 2)
        self.make("d", "a")
        self.assertEqual(self.told(self.notifier), ["CREATE d/a"])

    def test_before_the_end_was_told(self):
        for mask in (constants.IN_CREATE, constants.IN_CREATE | constants.IN_MASK_CREATE):
            self.anew()
            self.assertIsNotNone(self.notifier.add_watch(self.again, mask))
            self.make("d", "a")
            self.assertIn("CREATE d/a", self.told(self.notifier))
            os.unlink(os.path.join(self.again, "a"))
        self.assertEqual(self.warnings(), [])
        self.assertEqual(self.watch_count(self.notifier), 1)
        # The end of the old one did not take the new one with it.
        self.assertIsNone(self.notifier.add_watch(self.again))

    def test_gone(self):
        os.rmdir(self.again)
        self.assertRaises(OSError, self.notifier.add_watch, self.again)

    def test_bad_mask_leaves_nothing(self):
        self.anew()
        self.assertRaises(OSError, self.notifier.add_watch, self.again, 0)
        self.assertEqual(self.watch_count(self.notifier), 0)

    def test_the_other_spelling_is_forgotten_too(self):
        other = os.path.join(self.dir, ".", "d")
        self.notifier.add_watch(other)
        self.notifier.remove_watch(self.again)
        self.assertIsNotNone(self.notifier.add_watch(other))
        self.assertEqual(self.warnings(), [])

    def test_one_shot(self):
        self.notifier.remove_watch(self.again)
        mask = constants.IN_CREATE | constants.IN_ONESHOT
        for name in "ab":
            self.assertIsNotNone(self.notifier.add_watch(self.again, mask))
            self.make("d", name)
            self.assertEqual(self.told(self.notifier), ["CREATE d/" + name, "IGNORED d/"])


class Closing(NotifierTest):
    def test_descriptors(self):
        before = self.descriptors()
        notifier = adapters.Inotify([self.dir])
        self.assertEqual(len(self.descriptors()), len(before) + 1)
        self.assertFalse(os.get_inheritable(notifier._queue._fd))
        notifier.close()
        notifier.close()
        self.assertEqual(self.descriptors(), before)
        with adapters.Inotify([self.dir]) as notifier:
            self.assertIsInstance(notifier, adapters.Inotify)
        with adapters.InotifyTree(self.dir), adapters.InotifyTrees([self.dir]) as trees:
            self.assertIsInstance(trees, adapters.InotifyTrees)
        self.assertEqual(self.descriptors(), before)

    def test_forgotten(self):
        before = self.descriptors()
        for _ in range(3):
            adapters.Inotify([self.dir]).event_gen()
            next(adapters.InotifyTree(self.dir, block_duration_s=0).event_gen())
        gc.collect()
        self.assertEqual(self.descriptors(), before)

    def test_failed_constructors(self):
        before = self.descriptors()
        self.make("file")
        for kind, paths, error in (
            (adapters.Inotify, [self.dir, self.path("missing")], OSError),
            (adapters.Inotify, [None], TypeError),
            (adapters.InotifyTrees, [self.dir, self.path("file")], NotADirectoryError),
            (adapters.InotifyTree, None, TypeError),
        ):
            self.assertRaises(error, kind, paths)
        self.assertEqual(self.descriptors(), before)

    def test_no_descriptor_left(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
        with mock.patch("sys.unraisablehook", self.fail):
            self.assertRaises(OSError, adapters.Inotify)
            self.assertRaises(OSError, adapters.InotifyTree, self.dir)
            gc.collect()

    def test_closed(self):
        notifier = self.watch()
        self.make("a")
        events = notifier.event_gen()
        next(events)
        notifier.close()
        self.assertRaises(StopIteration, next, events)
        self.assertRaises(ValueError, next, notifier.event_gen())
        self.assertRaises(ValueError, notifier.add_watch, self.dir)
        notifier.remove_watch(self.dir)

    def test_close_wakes_who_waits(self):
        before = self.descriptors()
        for kind in (adapters.Inotify, adapters.InotifyTrees):
            notifier = kind([self.dir], block_duration_s=None)
            queue = getattr(notifier, "inotify", notifier)._queue
            waits = threading.Event()
            wait = queue.wait

            def tell_and_wait(block, wait=wait, waits=waits):
                waits.set()
                wait(block)

            queue.wait = tell_and_wait
            thread = threading.Thread(target=lambda: list(notifier.event_gen()))
            thread.start()
            self.assertTrue(waits.wait(DEADLINE_S))
            notifier.close()
            thread.join(DEADLINE_S)
            self.assertFalse(thread.is_alive())
        self.assertEqual(self.descriptors(), before)

    def test_said_once(self):
        logger = logging.getLogger("inotify.adapters")
        logger.setLevel(logging.DEBUG)
        self.addCleanup(logger.setLevel, logging.NOTSET)
        notifier = adapters.Inotify([self.dir])
        notifier.close()
        del notifier
        said = [text for level, text in self.log if level == "DEBUG"]
        self.assertEqual(said.count("Cleaning-up inotify."), 1)
        self.assertEqual(said[0], "Adding watch: [%s]" % self.dir)


class Threads(NotifierTest):
    def test_other_threads_run_while_it_waits(self):
        # With such an interval a thread runs only when another lets it.
        self.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(10 * DEADLINE_S)

        def count(go, counted, name):
            go.acquire()
            for _ in range(100000):
                counted.append(1)
            self.make(name)

        for kind in (adapters.Inotify, adapters.InotifyTrees):
            with kind([self.dir], block_duration_s=None) as notifier:
                go, counted = threading.Lock(), []
                go.acquire()
                args = (go, counted, kind.__name__)
                thread = threading.Thread(target=count, args=args)
                thread.start()
                go.release()
                self.assertEqual(counted, [])
                event = next(notifier.event_gen(yield_nones=False))
                self.assertEqual(event[3], kind.__name__)
                self.assertEqual(len(counted), 100000)
                thread.join(DEADLINE_S)

    def test_closed_a_thousand_times(self):
        before = self.descriptors()
        told = threading.Semaphore(0)

        def run(notifier):
            for _ in notifier.event_gen(yield_nones=False):
                told.release()

        for i in range(1000):
            kind = (adapters.Inotify, adapters.InotifyTrees)[i % 2]
            notifier = kind([self.dir], block_duration_s=None)
            thread = threading.Thread(target=run, args=(notifier,))
            thread.start()
            self.make(str(i))
            self.assertTrue(told.acquire(timeout=DEADLINE_S))
            notifier.close()
            thread.join(DEADLINE_S)
            self.assertFalse(thread.is_alive())
            while told.acquire(blocking=False):
                pass
        self.assertEqual(self.descriptors(), before)

    def test_an_event_that_comes_before_its_watch_is_named(self):
        reads = threading.Event()

        class Lock:
            """Tells when the reader has come to the lock."""

            def __init__(self, lock):
                self._lock = lock

            def __enter__(self):
                if threading.current_thread() is thread:
                    reads.set()
                return self._lock.__enter__()

            def __exit__(self, *args):
                return self._lock.__exit__(*args)

        def label_late(wd, path):
            self.make("a")
            thread.start()
            self.assertTrue(reads.wait(DEADLINE_S))
            label(wd, path)

        def read():
            events.extend(self.take(notifier))
            reads.set()

        events = []
        notifier = self.watch()
        notifier.remove_watch(self.dir)
        self.drain(notifier)
        notifier._lock = Lock(notifier._lock)
        label = notifier._watches.label
        thread = threading.Thread(target=read)
        with mock.patch.object(notifier._watches, "label", label_late):
            notifier.add_watch(self.dir)
        thread.join(DEADLINE_S)
        self.assertEqual(self.short(events), ["CREATE a"])


class Quiet(unittest.TestCase):
    def test_no_noise_at_the_end(self):
        script = """
            import gc, inotify.adapters, logging, resource
            logging.basicConfig(level=logging.INFO)
            kept = inotify.adapters.InotifyTree(".")
            kept.itself = kept
            waiting = kept.event_gen()
            resource.setrlimit(resource.RLIMIT_NOFILE, (0, 100))
            try:
                inotify.adapters.Inotify()
            except OSError:
                gc.collect()
        """
        done = run_python(script, cwd=os.path.dirname(os.path.abspath(__file__)))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))

    def test_debug_in_the_environment(self):
        script = "import inotify.adapters"
        done = run_python(script, env=dict(os.environ, DEBUG="true"))
        self.assertEqual((done.returncode, done.stderr), (0, b""))


if __name__ == "__main__":
    unittest.main()
