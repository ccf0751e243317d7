# SPDX-License-Identifier: MIT
"""_inotify among threads, signals and forks."""

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import textwrap
import threading
import unittest
import warnings

import _inotify
from support import DEADLINE_S, QueueTest, run_python

HERE = os.path.dirname(os.path.abspath(__file__))

# Runs beside gate.c: every system call on the queue waits until `decide` says go on.
GATE_PRELUDE = """
    import os, sys, threading, _inotify

    folder = sys.argv[1]
    calls_end, calls = os.pipe()
    answers, answers_end = os.pipe()
    seen = []

    def decide(letter):
        return "."

    def answer():
        while True:
            letter = os.read(calls_end, 1).decode()
            if not letter:
                return
            seen.append(letter)
            os.write(answers_end, decide(letter).encode())

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    os.environ["GATE_CALLS"] = str(calls)
    os.environ["GATE_ANSWERS"] = str(answers)

    def make(*names):
        for name in names:
            os.mknod(os.path.join(folder, name))
"""


class Gate(unittest.TestCase):
    """Runs scripts with gate.c before the C library."""

    @classmethod
    def setUpClass(cls):
        compiler = shlex.split(os.environ.get("CC", "")) or ["cc"]
        if not shutil.which(compiler[0]):
            raise unittest.SkipTest("no C compiler")
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.library = os.path.join(folder.name, "gate.so")
        subprocess.run(
            compiler
            + ["-shared", "-fPIC", "-O1", "-o", cls.library]
            + [os.path.join(HERE, "gate.c"), "-ldl"],
            check=True,
        )

    def run_gated(self, script):
        script = textwrap.dedent(GATE_PRELUDE) + textwrap.dedent(script)
        preload = os.environ.get("LD_PRELOAD", "").split() + [self.library]
        env = dict(os.environ, LD_PRELOAD=" ".join(preload))
        with tempfile.TemporaryDirectory() as folder:
            done = run_python(script, folder, env=env)
        self.assertEqual((done.returncode, done.stderr), (0, b""), done.stdout)

    def test_gil_is_released_in_every_call(self):
        # A call that kept the GIL would never be answered.
        self.run_gated("""
            fd = _inotify.create()
            wd = _inotify.add(fd, folder, _inotify.CREATE)
            make("a", "b" * 16)
            events = []
            _inotify.read_event(fd, events.append)
            _inotify.remove(fd, wd)
            assert [len(event["name"]) for event in events] == [1, 16], events
            assert "".join(seen) == "iaq" + "p0RR" + "p0RRR" + "r", seen
            """)

    def test_interrupted_calls_are_repeated(self):
        self.run_gated("""
            fd = _inotify.create()
            wd = _inotify.add(fd, folder, _inotify.CREATE)
            make("a", "b" * 16)
            seen.clear()
            decide = lambda letter: "!" if len(seen) in (2, 4, 7, 11) else "."
            events = []
            _inotify.read_event(fd, events.append)
            assert [len(event["name"]) for event in events] == [1, 16], events
            # Each of them once: poll, read of nothing, first read, second read.
            assert "".join(seen) == "qp" "p0" "p0R" "p0RR" "p0RR" "p0RRR", seen
            """)

    def test_signal_handler_that_raises_ends_the_call(self):
        self.run_gated("""
            import signal

            def decide(letter):
                if letter not in "aR":
                    return "."
                signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)
                return "!"

            def handler(signum, frame):
                raise KeyError("from the handler")

            fd = _inotify.create()
            decide, raising = (lambda letter: "."), decide
            _inotify.add(fd, folder, _inotify.CREATE)
            make("a")
            signal.signal(signal.SIGUSR1, handler)
            decide, calm = raising, decide
            for call in (
                lambda: _inotify.add(fd, folder, _inotify.CREATE),
                lambda: _inotify.read_event(fd, print),
            ):
                try:
                    call()
                except KeyError as error:
                    assert error.args == ("from the handler",)
                else:
                    raise AssertionError("not raised")
            decide = calm
            events = []
            _inotify.read_event(fd, events.append)
            assert [event["name"] for event in events] == ["a"], events
            """)

    def test_others_take_everything_before_it_looks(self):
        self.run_gated("""
            def decide(letter):
                if letter == "p":
                    os.readv(fd, [bytearray(4096)])
                return "."

            fd = _inotify.create()
            _inotify.add(fd, folder, _inotify.CREATE)
            make("a", "b")
            try:
                _inotify.read_event(fd, print)
            except BlockingIOError:
                pass
            else:
                raise AssertionError("an event from an empty queue")
            """)

    def test_fork_while_another_thread_holds_the_lock(self):
        self.run_gated("""
            import signal, warnings

            def decide(letter):
                if letter == "p":
                    fork()
                return "."

            def fork():
                warnings.simplefilter("ignore")
                child = os.fork()
                if child == 0:
                    del os.environ["GATE_ANSWERS"]
                    signal.alarm(20)
                    events = []
                    _inotify.read_event(fd, events.append)
                    os._exit(0 if len(events) == 2 else 1)
                statuses.append(os.waitpid(child, 0)[1])

            fd = _inotify.create()
            _inotify.add(fd, folder, _inotify.CREATE)
            make("a", "b")
            statuses = []
            try:
                _inotify.read_event(fd, print)
            except BlockingIOError:
                pass
            assert statuses == [0], statuses
            """)


class Threads(QueueTest):
    def read_with_threads(self, make_reader, threads_len=4):
        """Reads 10,000 events in several threads; returns a list of events for each."""
        total = 10000
        batch = 1000  # the kernel's queue is not less in any sane set-up
        _inotify.add(self.fd, self.dir, _inotify.CREATE)
        made, taken = threading.Semaphore(0), threading.Semaphore(0)
        results = [[] for _ in range(threads_len)]

        def make_callback(result):
            def callback(event):
                result.append(event)
                taken.release()

            return callback

        stop = threading.Event()
        readers = [
            threading.Thread(target=make_reader(make_callback(result), made, stop))
            for result in results
        ]
        for reader in readers:
            reader.daemon = True  # one that waits for ever must not stop the test
            reader.start()
        for start in range(0, total, batch):
            for i in range(start, start + batch):
                self.make("%d_%s" % (i, "x" * (i % 100)))
                made.release()
            for _ in range(batch):
                self.assertTrue(taken.acquire(timeout=DEADLINE_S))
        stop.set()
        for reader in readers:
            made.release()
        for reader in readers:
            reader.join(DEADLINE_S)
            self.assertFalse(reader.is_alive(), "a reader waits for an event")
        return total, results

    def test_readers_of_one_blocking_descriptor_never_wait(self):
        def make_reader(callback, made, stop):
            def reader():
                while not stop.is_set():
                    try:
                        _inotify.read_event(self.fd, callback)
                    except BlockingIOError:
                        made.acquire()

            return reader

        total, results = self.read_with_threads(make_reader)
        numbers = []
        for result in results:
            mine = [int(event["name"].split("_")[0]) for event in result]
            self.assertEqual(mine, sorted(mine))
            numbers += mine
        self.assertEqual(sorted(numbers), list(range(total)))

    def test_readers_that_raise_lose_nothing(self):
        def make_reader(callback, made, stop):
            def raising(event):
                callback(event)
                raise KeyError

            def reader():
                while not stop.is_set():
                    try:
                        _inotify.read_event(self.fd, raising)
                    except BlockingIOError:
                        made.acquire()
                    except KeyError:
                        pass

            return reader

        total, results = self.read_with_threads(make_reader)
        numbers = [int(e["name"].split("_")[0]) for result in results for e in result]
        self.assertEqual(sorted(numbers), list(range(total)))


class Processes(QueueTest):
    def test_fork_while_other_threads_read(self):
        def reader():
            while not stop.is_set():
                try:
                    _inotify.read_event(self.fd, lambda event: None)
                except BlockingIOError:
                    pass

        fd = self.create()
        _inotify.add(fd, self.dir, _inotify.CREATE)
        # Two instances that share a lock: the child must not find it taken.
        while fd % 64 != self.fd % 64:
            other = os.dup(fd)
            self.addCleanup(os.close, other)
            fd = other
        _inotify.add(self.fd, self.dir, _inotify.CREATE | _inotify.DELETE)
        stop = threading.Event()
        threads = [threading.Thread(target=reader) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            for i in range(200):
                self.make(str(i))
                os.unlink(self.path(str(i)))
                with warnings.catch_warnings():
                    # That fork and threads do not go together is what is tested.
                    warnings.simplefilter("ignore", DeprecationWarning)
                    child = os.fork()
                if child == 0:
                    signal.alarm(DEADLINE_S)
                    names = []
                    _inotify.read_event(fd, lambda event: names.append(event["name"]))
                    os._exit(0 if names == [str(i)] else 1)
                self.assertEqual(os.waitpid(child, 0)[1], 0)
        finally:
            stop.set()
            for thread in threads:
                thread.join()


if __name__ == "__main__":
    unittest.main()
