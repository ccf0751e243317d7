# SPDX-License-Identifier: MIT
"""inotify.Watcher is forgotten, forked, made in a sub-interpreter, or has no resources."""

import gc
import os
import resource
import sys
import threading
import unittest
import warnings

import inotify
from support import run_python
from watching import WatcherTest


def count_descriptors():
    return len(os.listdir("/proc/self/fd"))


class Forgotten(WatcherTest):
    def test_warning(self):
        before = count_descriptors()
        with self.assertWarnsRegex(ResourceWarning, "unclosed <inotify.Watcher open"):
            inotify.Watcher(self.dir).read(0)
        self.assertEqual(count_descriptors(), before)

    def test_none_when_closed(self):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            inotify.Watcher(self.dir).close()
            self.assertRaises(OSError, inotify.Watcher, self.path("missing"))
            self.assertRaises(TypeError, inotify.Watcher, 1)
            inotify.Watcher.__new__(inotify.Watcher)
        self.assertEqual(caught, [])

    def test_in_a_cycle_with_its_pattern(self):
        class Hider(inotify.Watcher):
            def hides(self, path):
                return path is self

        hider = Hider.__new__(Hider)
        before = count_descriptors()
        hider.__init__(self.dir, exclude=hider.hides)
        del hider
        with self.assertWarns(ResourceWarning):
            gc.collect()
        self.assertEqual(count_descriptors(), before)

    def test_at_the_end_of_the_interpreter(self):
        script = """
            import inotify, sys
            watcher = inotify.Watcher(sys.argv[1], recursive=True)
            watcher.itself = watcher
        """
        done = run_python(script, self.dir)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"unclosed", done.stderr)


class Forked(WatcherTest):
    def in_child(self, function):
        """Runs a function in a forked child; what it asserts fails here, too."""
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                function()
                status = 0
            except BaseException:  # pylint: disable=broad-except
                sys.excepthook(*sys.exc_info())
            finally:
                os._exit(status)
        self.assertEqual(os.waitpid(pid, 0)[1], 0)

    def test_clear_error(self):
        def use():
            for call in (watcher.read, watcher.fileno, lambda: next(watcher),
                         lambda: watcher.add(self.dir)):
                with self.assertRaisesRegex(RuntimeError, "fork"):
                    call()

        watcher = self.open()
        self.in_child(use)

    def test_closing_leaves_the_parent_alone(self):
        def close():
            before = count_descriptors()
            watcher.close()
            watcher.close()
            self.assertTrue(watcher.closed)
            self.assertLess(count_descriptors(), before - 3)

        os.makedirs(self.path("a/b"))
        watcher = self.open(recursive=True)
        self.make("1")
        self.in_child(close)
        self.make("a/b/2")
        paths = [record.path for record in self.read(watcher)]
        self.assertEqual(paths, [self.path("1"), self.path("a/b/2")])

    def test_while_another_thread_waits(self):
        watcher = self.open()
        records = []
        reader = threading.Thread(target=lambda: records.extend(watcher.read()))
        reader.start()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # later Pythons warn of forking with threads
            self.in_child(watcher.close)
        self.make("a")
        reader.join()
        self.assertEqual([record.path for record in records], [self.path("a")])

    def test_forgetting_is_no_fault_of_the_child(self):
        def forget():
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                holder.clear()
                gc.collect()

        holder = [self.open()]
        self.addCleanup(holder[0].close)
        self.in_child(forget)


class Resources(WatcherTest):
    def test_no_descriptors(self):
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, limits)
        before = count_descriptors()
        for more in range(8):
            resource.setrlimit(resource.RLIMIT_NOFILE, (before + more - 1, limits[1]))
            try:
                inotify.Watcher(self.dir).close()
            except OSError as problem:
                self.assertEqual(problem.errno, 24)
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
            self.assertEqual(count_descriptors(), before)

    def test_remedy(self):
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, limits)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
        with self.assertRaisesRegex(OSError, "max_user_instances"):
            inotify.Watcher(self.dir)


class SubInterpreters(WatcherTest):
    SCRIPT = """
        import sys
        try:
            import _xxsubinterpreters as interpreters
        except ImportError:
            import _interpreters as interpreters
        script = '''
        import inotify, os, pickle
        with inotify.Watcher(%r, exclude=lambda path: path.endswith("hidden")) as watcher:
            for name in "hidden", "shown":
                os.mknod(os.path.join(%r, name))
            record, = watcher.read()
            assert record.event == "create" and record.path.endswith("shown"), record
            assert str(record.mask) == "CREATE"
            assert pickle.loads(pickle.dumps(record)) == record
        os.unlink(os.path.join(%r, "hidden"))
        os.unlink(record.path)
        ''' % ((sys.argv[1],) * 3)
        import textwrap
        for _ in range(3):
            one = interpreters.create()
            failure = interpreters.run_string(one, textwrap.dedent(script))
            assert failure is None, failure
            interpreters.destroy(one)
        """

    def test_own_state(self):
        try:
            __import__("_xxsubinterpreters" if sys.version_info < (3, 13) else "_interpreters")
        except ImportError:
            self.skipTest("this Python has no module for sub-interpreters")
        done = run_python(self.SCRIPT, self.dir)
        self.assertEqual((done.stderr, done.returncode), (b"", 0))


if __name__ == "__main__":
    unittest.main()
