# SPDX-License-Identifier: MIT
"""inotify.adapters.Inotify: what programs written for PyInotify count on."""

import inspect
import os
import pathlib
import pickle
import threading
import unittest
from unittest import mock

from inotify import adapters, calls, constants
from inotify._event_queue import RawEvent
from notifying import NotifierTest
from support import DEADLINE_S


class Events(NotifierTest):
    def test_tuple(self):
        notifier = self.watch()
        self.make("a")
        os.mkdir(self.path("d"))
        header = adapters._INOTIFY_EVENT(wd=1, mask=0x100, cookie=0, len=16)
        in_dir = adapters._INOTIFY_EVENT(wd=1, mask=0x40000100, cookie=0, len=16)
        events = self.take(notifier)
        self.assertEqual(
            events,
            [
                (header, ["IN_CREATE"], self.dir, "a"),
                (in_dir, ["IN_CREATE", "IN_ISDIR"], self.dir, "d"),
            ],
        )
        self.assertEqual(
            repr(events[0][0]), "_INOTIFY_EVENT(wd=1, mask=256, cookie=0, len=16)"
        )
        self.assertEqual(pickle.loads(pickle.dumps(events)), events)
        # Programs may change the list without harming the next event.
        events[0][1].append("x")
        self.make("b")
        self.assertEqual(self.take(notifier)[0][1], ["IN_CREATE"])

    def test_event_of_the_path_itself_has_no_filename(self):
        notifier = self.watch()
        os.chmod(self.dir, 0o700)
        event = self.take(notifier)[0]
        self.assertEqual(event[1:], (["IN_ATTRIB", "IN_ISDIR"], self.dir, ""))
        self.assertEqual(event[0].len, 0)

    def test_names_in_the_order_of_the_table(self):
        notifier = self.watch()
        every_bit = 0
        for bit in constants.MASK_LOOKUP:
            every_bit |= bit
        self.assertEqual(
            notifier._get_event_names(every_bit), list(constants.MASK_LOOKUP.values())
        )
        self.assertEqual(notifier._get_event_names(0x1000), [])

    def test_path_is_the_string_given(self):
        os.mkdir(self.path("d"))
        given = os.path.join(self.dir, ".", "d") + "/"
        notifier = self.watch(given)
        self.make("d", "a")
        self.assertEqual(self.take(notifier)[0][2], given)

    def test_every_kind_of_path(self):
        for kind in (os.fsencode, pathlib.Path):
            notifier = self.watch(kind(self.dir))
            self.make(kind.__name__)
            self.assertEqual(self.take(notifier)[0][2], self.dir)
            notifier.remove_watch(kind(self.dir))
            self.assertEqual(self.watch_count(notifier), 0)

    def test_paths_of_the_constructor(self):
        os.mkdir(self.path("d"))
        with adapters.Inotify([self.dir, self.path("d")], block_duration_s=0) as both:
            self.make("d", "a")
            self.assertEqual(self.told(both), ["CREATE d/a"])
        with adapters.Inotify(paths=[self.dir]) as default:
            self.assertEqual(self.watch_count(default), 1)


    def test_signatures(self):
        for function, parameters in (
            (adapters.Inotify, "paths, block_duration_s=1"),
            (adapters.InotifyTree, "path, mask=4095, block_duration_s=1"),
            (adapters.InotifyTrees, "paths, mask=4095, block_duration_s=1"),
            (adapters.Inotify.add_watch, "self, path_unicode, mask=4095"),
            (adapters.Inotify.remove_watch, "self, path, superficial=False"),
            (adapters.Inotify.remove_watch_with_id, "self, wd, superficial=False"),
            (
                adapters.Inotify.event_gen,
                "self, timeout_s=None, yield_nones=True, filter_predicate=None, "
                "terminal_events=('IN_Q_OVERFLOW', 'IN_UNMOUNT')",
            ),
            (
                adapters.InotifyTree.event_gen,
                "self, ignore_missing_new_folders=False, **kwargs",
            ),
        ):
            empty = inspect.Parameter.empty
            given = inspect.signature(function).parameters.values()
            plain = [each.replace(annotation=empty) for each in given]
            if function is adapters.Inotify:
                self.assertEqual(list(plain[0].default), [])
                plain[0] = plain[0].replace(default=empty)
            self.assertEqual(str(inspect.Signature(plain)), "(%s)" % parameters)

    def test_one_second_by_default(self):
        for notifier in (adapters.Inotify(), adapters.InotifyTree(self.dir).inotify):
            waits = []
            with notifier, mock.patch.object(notifier._queue, "wait", waits.append):
                next(notifier.event_gen())
            self.assertEqual(waits, [1])


class Watches(NotifierTest):
    def test_numbers(self):
        os.mkdir(self.path("d"))
        notifier = adapters.Inotify()
        self.addCleanup(notifier.close)
        self.assertEqual(notifier.add_watch(self.dir), 1)
        self.assertEqual(notifier.add_watch(self.path("d"), mask=constants.IN_OPEN), 2)

    def test_the_same_path_again(self):
        notifier = self.watch(mask=constants.IN_CREATE)
        self.assertIsNone(notifier.add_watch(self.dir, constants.IN_DELETE))
        self.assertEqual(
            self.warnings(), ["Path already being watched: [%s]" % self.dir]
        )
        self.make("a")
        os.unlink(self.path("a"))
        self.assertEqual(self.told(notifier), ["CREATE a"])

    def test_another_spelling_relabels(self):
        notifier = self.watch(mask=constants.IN_CREATE)
        other = os.path.join(self.dir, ".")
        self.assertEqual(notifier.add_watch(other, constants.IN_CREATE), 1)
        self.assertEqual(self.warnings(), [])
        self.make("a")
        self.assertEqual(self.take(notifier)[0][2], other)

    def test_remove(self):
        notifier = self.watch()
        self.make("a")
        self.assertIsNone(notifier.remove_watch(self.dir))
        # What was queued is not told, nor the end of the watch.
        self.assertEqual(self.drain(notifier), [])
        self.assertIsNone(notifier.remove_watch(self.dir))
        self.assertEqual(notifier.add_watch(self.dir), 2)

    def test_remove_superficially(self):
        notifier = self.watch()
        notifier.remove_watch(self.dir, superficial=True)
        self.assertEqual(self.watch_count(notifier), 1)
        self.make("a")
        self.assertEqual(self.drain(notifier), [])

    def test_remove_by_number(self):
        notifier = self.watch()
        notifier.remove_watch_with_id(1)
        notifier.remove_watch_with_id(1)
        notifier.remove_watch_with_id(7)
        self.assertEqual(self.watch_count(notifier), 0)
        self.assertEqual(notifier.add_watch(self.dir), 2)
        notifier.remove_watch_with_id(2, superficial=True)
        self.assertEqual(self.watch_count(notifier), 1)

    def test_remove_what_the_kernel_has_ended(self):
        os.mkdir(self.path("d"))
        notifier = self.watch(self.path("d"))
        os.rmdir(self.path("d"))
        with self.assertRaises(calls.InotifyError) as caught:
            notifier.remove_watch(self.path("d"))
        self.assertEqual(caught.exception.errmsg, "Invalid argument")
        notifier.remove_watch(self.path("d"))

    def test_missing_path(self):
        notifier = self.watch()
        with self.assertRaises(calls.InotifyError) as caught:
            notifier.add_watch(self.path("missing"))
        self.assertEqual(caught.exception.filename, self.path("missing"))


class Generator(NotifierTest):
    def test_a_none_after_each_turn(self):
        notifier = self.watch()
        events = notifier.event_gen()
        self.assertIsNone(next(events))
        self.make("a")
        self.make("b")
        self.assertEqual(self.short([next(events), next(events)]), ["CREATE a", "CREATE b"])
        self.assertIsNone(next(events))
        self.assertIsNone(next(events))

    def test_timeout(self):
        notifier = self.watch()
        self.assertEqual(list(notifier.event_gen(timeout_s=0)), [])
        self.make("a")
        self.assertEqual(len(list(notifier.event_gen(timeout_s=0))), 1)

    def test_timeout_is_looked_at_after_a_whole_wait(self):
        notifier = self.watch()
        waits = []
        notifier._block_duration_s = 7
        with mock.patch.object(notifier._queue, "wait", waits.append), mock.patch(
            "inotify.adapters.time.monotonic", lambda: 7.0 * len(waits)
        ):
            self.assertEqual(list(notifier.event_gen(timeout_s=0.1)), [])
            self.assertEqual(waits, [7])
            self.assertEqual(list(notifier.event_gen(timeout_s=15)), [None, None])
        self.assertEqual(waits, [7] * 4)

    def test_events_put_the_timeout_off(self):
        notifier = self.watch()
        waits = []

        def wait(block):
            waits.append(block)
            if len(waits) < 4:
                self.make("file%d" % len(waits))

        with mock.patch.object(notifier._queue, "wait", wait), mock.patch(
            "inotify.adapters.time.monotonic", lambda: 2.0 * len(waits)
        ):
            events = self.short(notifier.event_gen(timeout_s=3, yield_nones=False))
        self.assertEqual(events, ["CREATE file%d" % i for i in (1, 2, 3)])
        self.assertEqual(len(waits), 5)

    def test_block_duration(self):
        for block in (0, lambda: 0, 0.001, lambda: 0.0):
            with adapters.Inotify([self.dir], block_duration_s=block) as notifier:
                self.assertEqual(list(notifier.event_gen(timeout_s=0)), [])
        asked = []

        def block():
            asked.append(None)
            return 0

        with adapters.Inotify(block_duration_s=block) as notifier:
            events = notifier.event_gen()
            for _ in range(3):
                next(events)
        self.assertEqual(len(asked), 3)
        with adapters.Inotify(block_duration_s=lambda: None + 1) as notifier:
            with self.assertRaisesRegex(TypeError, "unsupported operand"):
                next(notifier.event_gen())

    def test_wait_for_ever(self):
        for block in (None, -1):
            with adapters.Inotify([self.dir], block_duration_s=block) as notifier:
                events = notifier.event_gen(yield_nones=False)
                thread = threading.Thread(target=self.make, args=(repr(block),))
                thread.start()
                self.assertEqual(next(events)[1], ["IN_CREATE"])
                thread.join(DEADLINE_S)

    def test_filter_predicate(self):
        notifier = self.watch()
        seen = []

        def predicate(type_name, event):
            seen.append((type_name, event[3]))
            return {"b": False, "x": 0}.get(event[3])

        self.assertIsNone(notifier.last_success_return)
        for name in "axbc":
            self.make(name)
        events = notifier.event_gen(yield_nones=False, filter_predicate=predicate)
        self.assertEqual(self.short(events), ["CREATE a", "CREATE x"])
        self.assertEqual(seen, [("IN_CREATE", name) for name in "axb"])
        type_name, event = notifier.last_success_return
        self.assertEqual((type_name, event[3]), ("IN_CREATE", "b"))
        # The next generator resets it when it begins, and goes on behind that event.
        events = notifier.event_gen(yield_nones=False)
        self.assertIsNotNone(notifier.last_success_return)
        self.assertEqual(next(events)[3], "c")
        self.assertIsNone(notifier.last_success_return)

    def test_terminal_events(self):
        notifier = self.watch()
        for name in "ab":
            self.make(name)
        os.unlink(self.path("a"))
        events = notifier.event_gen(yield_nones=False, terminal_events=("IN_DELETE",))
        self.assertEqual([next(events)[3], next(events)[3]], ["a", "b"])
        with self.assertRaises(adapters.TerminalEventException) as caught:
            next(events)
        self.assertEqual(caught.exception.args, ("IN_DELETE",))
        self.assertEqual(self.short([caught.exception.event]), ["DELETE a"])
        self.assertTrue(issubclass(adapters.EventTimeoutException, Exception))

    def test_terminal_by_default(self):
        for notifier in (self.watch(), self.tree().inotify):
            for mask in (constants.IN_UNMOUNT, constants.IN_Q_OVERFLOW):
                wd = -1 if mask == constants.IN_Q_OVERFLOW else 1
                notifier._queue.push_front([RawEvent(wd, mask, 0, 0, "")])
                with self.assertRaises(adapters.TerminalEventException) as caught:
                    self.drain(notifier)
                self.assertEqual(caught.exception.event[0].mask, mask)
                notifier._queue.push_front([RawEvent(wd, mask, 0, 0, "")])
                events = self.drain(notifier, terminal_events=("IN_CREATE", "other"))
                self.assertEqual(events[0][1], list(caught.exception.args))

    def test_predicate_comes_before_terminal_events(self):
        notifier = self.watch()
        self.make("a")
        events = self.take(
            notifier,
            filter_predicate=lambda type_name, event: False,
            terminal_events=["IN_CREATE"],
        )
        self.assertEqual(events, [])
        self.assertEqual(notifier.last_success_return[0], "IN_CREATE")


if __name__ == "__main__":
    unittest.main()
