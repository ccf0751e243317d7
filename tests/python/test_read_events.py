# SPDX-License-Identifier: MIT
"""inotify.read_events(), and the Events that it returns."""

import copy
import errno
import os
import pickle
import select
import threading
import unittest

import inotify
from support import DEADLINE_S, QueueTest, run_python
from waiting import environment, wait_until_reading


class ReadTest(QueueTest):
    def create(self):
        fd = inotify.init1(inotify.IN_NONBLOCK)
        self.addCleanup(self.close, fd)
        return fd

    def watch(self, mask=inotify.IN_CREATE):
        return inotify.add_watch(self.fd, self.dir, mask)

    def names(self, *args):
        return [event.name for event in inotify.read_events(self.fd, *args)]


class Events(ReadTest):
    def test_named_tuple(self):
        wd = self.watch()
        self.make("a")
        (event,) = inotify.read_events(self.fd)
        self.assertIs(type(event), inotify.Event)
        self.assertIsInstance(event, tuple)
        self.assertEqual(event, (wd, 256, 0, 16, "a"))
        self.assertEqual(
            (event.wd, event.mask, event.cookie, event.len, event.name), tuple(event)
        )
        self.assertEqual(repr(event), "Event(wd=1, mask=256, cookie=0, len=16, name='a')")
        self.assertEqual(event._fields, ("wd", "mask", "cookie", "len", "name"))
        self.assertEqual(list(event._asdict().items()), list(zip(event._fields, event)))
        self.assertEqual(event._replace(name="b"), (wd, 256, 0, 16, "b"))
        self.assertEqual(inotify.Event._make(event), event)
        self.assertEqual(inotify.Event(wd=1, mask=2, cookie=3, len=4, name="x")[3], 4)
        with self.assertRaises(AttributeError):
            event.name = "b"

    def test_where_the_type_is_found(self):
        self.assertEqual(inotify.Event.__module__, "inotify")
        self.assertEqual(inotify.Event.__qualname__, "Event")

    def test_pickle_and_copy(self):
        event = inotify.Event(1, 256, 7, 16, "a\udcff")
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            again = pickle.loads(pickle.dumps(event, protocol))
            self.assertIs(type(again), inotify.Event)
            self.assertEqual(again, event)
        self.assertEqual(copy.deepcopy(event), event)

    def test_sequence_of_one_file(self):
        self.watch(inotify.IN_ALL_EVENTS)
        path = self.path("test.txt")
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        os.utime(path)
        os.listdir(self.dir)
        self.assertEqual(
            [tuple(event)[1:] for event in inotify.read_events(self.fd)],
            [
                (inotify.IN_CREATE, 0, 16, "test.txt"),
                (inotify.IN_OPEN, 0, 16, "test.txt"),
                (inotify.IN_CLOSE_WRITE, 0, 16, "test.txt"),
                (inotify.IN_ATTRIB, 0, 16, "test.txt"),
                (inotify.IN_OPEN | inotify.IN_ISDIR, 0, 0, ""),
                (inotify.IN_ACCESS | inotify.IN_ISDIR, 0, 0, ""),
                (inotify.IN_CLOSE_NOWRITE | inotify.IN_ISDIR, 0, 0, ""),
            ],
        )

    def test_names_and_lengths(self):
        self.watch()
        names = [b"x" * length for length in (1, 15, 16, 31, 32, 255)]
        names += [b"\xff\xfe", "\u20ac".encode(), b" \n\x1b", b"-"]
        self.make(*names)
        events = inotify.read_events(self.fd)
        self.assertEqual([os.fsencode(event.name) for event in events], names)
        self.assertEqual(
            [event.len for event in events], [16, 16, 32, 32, 48, 256] + [16] * 4
        )
        self.assertEqual(events[6].name, "\udcff\udcfe")

    def test_cookies(self):
        self.watch(inotify.IN_MOVE)
        self.make("a")
        os.rename(self.path("a"), self.path("b"))
        old, new = inotify.read_events(self.fd)
        self.assertEqual((old.mask, old.name), (inotify.IN_MOVED_FROM, "a"))
        self.assertEqual((new.mask, new.name), (inotify.IN_MOVED_TO, "b"))
        self.assertEqual(old.cookie, new.cookie)
        self.assertNotEqual(old.cookie, 0)

    def test_overflow(self):
        self.watch(inotify.IN_ATTRIB)
        with open("/proc/sys/fs/inotify/max_queued_events", encoding="ascii") as file:
            limit = int(file.read())
        if limit > 100000:
            self.skipTest("the queue holds %d events" % limit)
        self.make("a", "b")
        for _ in range(limit // 2 + 1):
            for name in "ab":  # the kernel joins events that are the same
                os.utime(self.path(name))
        events = inotify.read_events(self.fd)
        self.assertEqual(len(events), limit + 1)
        self.assertEqual(events[-1], (-1, inotify.IN_Q_OVERFLOW, 0, 0, ""))
        self.assertEqual(inotify.read_events(self.fd), [])


class Batches(ReadTest):
    def test_nothing_queued(self):
        events = inotify.read_events(self.fd)
        self.assertIs(type(events), list)
        self.assertEqual(events, [])
        self.assertEqual(inotify.read_events(self.fd, 1), [])

    def test_all_at_once_and_in_order(self):
        self.watch()
        names = ["%04d%s" % (i, "x" * (i % 200)) for i in range(300)]
        self.make(*names)
        self.assertEqual(self.names(), names)
        self.assertEqual(self.names(), [])

    def test_limit(self):
        self.watch()
        names = ["a", "b", "c" * 16, "d"]  # 32, 32, 48, 32 bytes
        self.make(*names)
        for limit in (1, 15, 16, 31):
            with self.assertRaises(OSError) as caught:
                inotify.read_events(self.fd, limit)
            self.assertEqual(caught.exception.errno, errno.EINVAL)
        self.assertEqual(self.names(32), ["a"])
        self.assertEqual(self.names(79), ["b"])
        self.assertEqual(self.names(80), ["c" * 16, "d"])

    def test_no_limit(self):
        self.watch()
        for limit in (0, -1, 2**32, 2**32 + 1, 2**64):
            self.make("a", "b")
            self.assertEqual(self.names(limit), ["a", "b"])
            os.unlink(self.path("a"))
            os.unlink(self.path("b"))
        for limit in ("1", 1.0, None):
            self.assertRaises(TypeError, inotify.read_events, self.fd, limit)


class Waiting(ReadTest):
    def create(self):
        fd = inotify.init()
        self.addCleanup(self.close, fd)
        return fd

    def test_other_threads_run(self):
        def make():
            wait_until_reading(main, self.fd)
            self.make("a")

        self.watch()
        main = threading.get_native_id()
        thread = threading.Thread(target=make)
        thread.start()
        self.assertEqual(self.names(), ["a"])
        thread.join()

    def test_signals(self):
        script = """
            import os, signal, sys, threading, inotify
            from waiting import wait_until_reading

            def handler(signum, frame):
                handled.release()
                if signum == signal.SIGUSR2:
                    os.mknod(os.path.join(sys.argv[1], "a"))
                elif signum == signal.SIGTERM:
                    raise KeyError("handler")

            def send(signals):
                for signum in signals:
                    wait_until_reading(main, fd)
                    os.kill(os.getpid(), signum)
                    handled.acquire()

            def read(*signals):
                thread = threading.Thread(target=send, args=[signals])
                thread.start()
                try:
                    return [event.name for event in inotify.read_events(fd)]
                finally:
                    thread.join()

            main = threading.get_native_id()
            handled = threading.Semaphore(0)
            for signum in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM):
                signal.signal(signum, handler)
            fd = inotify.init()
            inotify.add_watch(fd, sys.argv[1], inotify.IN_CREATE)
            names = read(*[signal.SIGUSR1] * 20, signal.SIGUSR2)
            assert names == ["a"], names
            try:
                read(signal.SIGTERM)
            except KeyError as error:
                print(error)
            os.close(fd)
        """
        done = run_python(script, self.dir, env=environment())
        self.assertEqual((done.stderr, done.stdout), (b"", b"'handler'\n"))

    def test_threads_share_a_descriptor(self):
        def read():
            while select.select([self.fd, stop], [], [])[0] != [stop]:
                results.extend(event.name for event in inotify.read_events(self.fd))

        stop, stop_now = os.pipe()
        self.addCleanup(os.close, stop)
        results = []
        self.watch()
        os.set_blocking(self.fd, False)
        threads = [threading.Thread(target=read) for _ in range(3)]
        names = ["%d" % i + "x" * (i * 37 % 250) for i in range(300)]
        for thread in threads:
            thread.start()
        self.make(*names)
        os.close(stop_now)
        for thread in threads:
            thread.join(DEADLINE_S)
            self.assertFalse(thread.is_alive())
        self.assertEqual(sorted(results), sorted(names))


if __name__ == "__main__":
    unittest.main()
