# SPDX-License-Identifier: MIT
"""The replayer and the comparison themselves, on streams written by hand."""

import base64
import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from checker import Comparison, FileComparison, Tree  # noqa: E402
from limits import queue_limit  # noqa: E402
from listing import STAMP, list_tree  # noqa: E402
from operations import exchange_paths, stamp  # noqa: E402
from peer import EventReader  # noqa: E402
from pool import TooLong, run_jobs  # noqa: E402
from replayer import FileReplayer, Replayer  # noqa: E402
from stream import BadStream, LineCutter, Record, parse_time  # noqa: E402

ROOT = b"/r"


def line(event, path=None, second=0, **fields):
    """A line as the program prints it; path and from may be bytes that are no UTF-8."""
    fields = {"time": "2026-11-20T06:35:%02d.000000001Z" % second, "event": event,
              **fields}
    for key, value in (("path", path), ("from", fields.pop("source", None))):
        if value is None:
            continue
        fields[key] = value.decode("utf-8", "replace")
        if fields[key].encode() != value:
            fields[key + "_b64"] = base64.b64encode(value).decode()
    return json.dumps(fields, ensure_ascii=False).encode()


def replay(*lines, roots=((ROOT, ROOT),), kind=Replayer):
    """A replayer that has read the lines."""
    replayer = kind(roots)
    for text in lines:
        replayer.apply(Record(text))
    return replayer


def names(replayer, top=ROOT):
    """{path: type} of what is told to be there, but for the top."""
    return {path: node.type for path, node in replayer.names_below(top)
            if node.type and path != top}


class RecordTest(unittest.TestCase):
    """One line each."""

    def test_time_has_nanoseconds(self):
        self.assertEqual(parse_time("1970-01-02T00:00:01.000000002Z"), 86401000000002)

    def test_exact_bytes_win(self):
        record = Record(line("create", b"/r/\xff", type="file"))
        self.assertEqual(record.path, b"/r/\xff")

    def test_refused(self):
        good = line("create", b"/r/a", type="file")
        bad = [b"", b"[]", good[:-1], good.replace(b"create", b"created"),
               line("create", type="file"), line("create", b"/r/a"),
               line("move", b"/r/a", type="file"), line("lost", b"/r/a"),
               line("create", b"/r/a", type="link"), good.replace(b"Z", b""),
               good.replace(b'"file"', b"NaN"), good.replace(b"/r/a", b"/r/\xff"),
               good.replace(b"}", b',"path_b64":"L3IvYQ=="}')]
        Record(good)
        for text in bad:
            with self.assertRaises(BadStream, msg=text):
                Record(text)

    def test_lines_are_joined(self):
        cutter = LineCutter()
        self.assertEqual(cutter.feed(b"one\ntw"), [b"one"])
        self.assertEqual(cutter.feed(b"o\n\nthr"), [b"two", b""])
        self.assertEqual(cutter.rest, b"thr")


class ReplayTest(unittest.TestCase):
    """What the records mean."""

    def test_adding(self):
        model = replay(line("found", b"/r/a", type="dir"),
                       line("create", b"/r/a/b", type="file"),
                       line("moved_in", b"/r/c", type="file"),
                       line("create", b"/r/a", type="dir"))
        self.assertEqual(names(model),
                         {b"/r/a": "dir", b"/r/a/b": "file", b"/r/c": "file"})
        self.assertEqual(model.counts["again"], 1)

    def test_other_type_replaces(self):
        model = replay(line("found", b"/r/a", type="dir"),
                       line("found", b"/r/a/b", type="dir"),
                       line("found", b"/r/a", type="file"))
        self.assertEqual(names(model), {b"/r/a": "file"})

    def test_removing_takes_all_below(self):
        for event in ("delete", "moved_out"):
            model = replay(line("found", b"/r/a", type="dir"),
                           line("found", b"/r/a/b", type="dir"),
                           line("found", b"/r/ab", type="dir"),
                           line(event, b"/r/a", type="dir"))
            self.assertEqual(names(model), {b"/r/ab": "dir"})

    def test_removing_what_is_not_there(self):
        model = replay(line("delete", b"/r/x/y", type="dir"))
        self.assertEqual(names(model), {})
        self.assertEqual(model.counts["missing"], 1)

    def test_other_events_say_nothing_of_names(self):
        model = replay(*(line(event, b"/r/a", type="file") for event in
                         ("modify", "close_write", "attrib", "open", "access",
                          "close_nowrite", "delete_self", "move_self", "unmount")))
        self.assertEqual(names(model), {})

    def test_move_takes_all_below_and_replaces(self):
        model = replay(line("found", b"/r/a", type="dir"),
                       line("found", b"/r/a/b", type="file"),
                       line("found", b"/r/c", type="dir"),
                       line("found", b"/r/c/d", type="file"),
                       line("move", b"/r/c", source=b"/r/a", type="dir"))
        self.assertEqual(names(model), {b"/r/c": "dir", b"/r/c/b": "file"})

    def test_move_of_what_is_not_there(self):
        model = replay(line("found", b"/r/c", type="dir"),
                       line("found", b"/r/c/d", type="file"),
                       line("move", b"/r/c", source=b"/r/a", type="dir"),
                       line("move", b"/r/e", source=b"/r/f", type="file"))
        self.assertEqual(names(model),
                         {b"/r/c": "dir", b"/r/c/d": "file", b"/r/e": "file"})
        self.assertEqual(model.counts["sourceless"], 2)

    def test_exchange(self):
        model = replay(line("found", b"/r/a", type="dir"),
                       line("found", b"/r/a/b", type="file"),
                       line("found", b"/r/c", type="file"),
                       line("exchange", b"/r/c", source=b"/r/a", type="dir"))
        self.assertEqual(names(model),
                         {b"/r/a": "file", b"/r/c": "dir", b"/r/c/b": "file"})

    def test_resync_forgets_below(self):
        model = replay(line("found", b"/r/a", type="dir"), line("overflow"),
                       line("resync", b"/r"), line("found", b"/r/b", type="file"))
        self.assertEqual(names(model), {b"/r/b": "file"})
        self.assertTrue(model.is_resyncing)
        model.apply(Record(line("synced")))
        self.assertFalse(model.is_resyncing)

    def test_listing_ends_with_ready(self):
        model = replay(line("resync", b"/r"), line("found", b"/r/a", type="file"))
        self.assertFalse(model.is_ready)
        model.apply(Record(line("ready", version=1)))
        self.assertTrue(model.is_ready and not model.is_resyncing)

    def test_roots_are_spelled_as_given(self):
        roots = ((b".", ROOT), (b"in//", b"/r/in"))
        roots = [(given.rstrip(b"/"), real) for given, real in roots]
        model = replay(line("found", b"./a", type="file"),
                       line("found", b"in/b", type="file"), roots=roots)
        self.assertEqual(names(model), {b"/r/a": "file", b"/r/in/b": "file"})

    def test_content_time_is_carried_along(self):
        model = replay(line("found", b"/r/a", 1, type="dir"),
                       line("found", b"/r/a/f", 2, type="file"),
                       line("modify", b"/r/a/f", 4, type="file"),
                       line("attrib", b"/r/a/f", 5, type="file"),
                       line("close_write", b"/r/a/f", 3, type="file"),
                       line("move", b"/r/b", 9, source=b"/r/a", type="dir"))
        self.assertEqual(model.find(b"/r/b/f").content_ns,
                         parse_time("2026-11-20T06:35:04.000000001Z"))

    def test_lost_is_carried_along_until_told_below(self):
        model = replay(line("lost", b"/r/a", error="ENOSPC"),
                       line("found", b"/r/a", type="dir"),
                       line("move", b"/r/b", source=b"/r/a", type="dir"))
        self.assertTrue(model.find(b"/r/b").is_lost)
        model.apply(Record(line("found", b"/r/b/c", type="file")))
        self.assertFalse(model.find(b"/r/b").is_lost)

    def test_file_roots_come_and_go(self):
        model = replay(line("found", b"/r", type="file"), kind=FileReplayer)
        self.assertEqual(model.find(ROOT).type, "file")
        model.apply(Record(line("delete_self", ROOT, type="file")))
        self.assertIsNotNone(model.find(ROOT))
        model.apply(Record(line("lost", ROOT, error="ENOENT")))
        self.assertIsNone(model.find(ROOT))


class ComparisonTest(unittest.TestCase):
    """A wrong stream must not pass."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="inowatch-test-")
        self.addCleanup(folder.cleanup)
        self.root = os.fsencode(folder.name) + b"/root"
        os.makedirs(self.root + b"/d/e")
        self.file = self.root + b"/d/f"
        self.written_ns = self.write(self.file)
        self.model = Replayer([(self.root, self.root)])
        self.model.load(list_tree(self.root), self.written_ns + 10 ** 9)

    def write(self, path):
        text = stamp()
        with open(path, "wb") as file:
            file.write(b"-\n" + text)
        return int(text)

    def compare(self, linked=(), watched=None):
        """The text of the first difference, or None."""
        tree = Tree([self.root])
        comparison = Comparison(self.model, tree, linked)
        if watched is not None:
            comparison.compare_watches(watched)
        return comparison.first and str(comparison.first)

    def test_equal(self):
        directories = [os.stat(self.root + p).st_ino for p in (b"", b"/d", b"/d/e")]
        self.assertIsNone(self.compare(watched=directories))

    def test_name_missing(self):
        os.mkdir(self.root + b"/new")
        self.assertIn("there, but not told", self.compare())

    def test_name_too_many(self):
        os.rmdir(self.root + b"/d/e")
        self.assertIn("told, but not there", self.compare())

    def test_wrong_type(self):
        os.rmdir(self.root + b"/d/e")
        self.write(self.root + b"/d/e")
        self.assertIn("told to be a dir", self.compare())

    def test_name_below_what_was_never_told(self):
        os.makedirs(self.root + b"/x/y")
        self.model.apply(Record(line("found", self.root + b"/x/y", type="dir")))
        self.assertIn("there, but not told", self.compare())

    def test_content_not_told(self):
        self.model.find(self.file).content_ns = self.written_ns - 1
        self.assertIn("after it was last told", self.compare())
        self.assertIsNone(self.compare(linked={os.stat(self.file).st_ino}))
        os.link(self.file, self.root + b"/second")
        self.assertIn("second", self.compare())

    def test_stamp_is_exact_where_mtime_is_not(self):
        os.utime(self.file, ns=(0, 0))
        self.model.find(self.file).content_ns = self.written_ns - 1
        self.assertIn("after it was last told", self.compare())
        self.assertEqual(STAMP.findall(b"12" + stamp() + b"0" + stamp()[:9]), [])

    def test_watches(self):
        directories = [os.stat(self.root + p).st_ino for p in (b"", b"/d", b"/d/e")]
        self.assertIn("not watched", self.compare(watched=directories[:2]))
        self.assertIn("a watch of", self.compare(watched=directories + [1]))
        self.assertIn("two watches", self.compare(watched=directories + directories[:1]))

    def test_below_lost_nothing_is_promised(self):
        os.makedirs(self.root + b"/d/g/h")
        self.model.find(self.root + b"/d").is_lost = True
        top = [os.stat(self.root).st_ino]
        self.assertIsNone(self.compare(watched=top))
        self.assertIsNone(self.compare(watched=top + [os.stat(self.root + b"/d").st_ino]))
        self.model.find(self.root).children[b"ghost"] = self.model.find(self.file)
        self.assertIn("told, but not there", self.compare())

    def test_helpers_may_be_watched(self):
        tree = Tree([self.root], [self.root + b"/gone/file"])
        above = os.stat(os.path.dirname(self.root)).st_ino
        self.assertIn(above, tree.helpers)
        self.assertNotIn(os.stat(self.root + b"/d").st_ino, tree.helpers)

    def test_file_roots(self):
        tree = Tree([self.file])
        model = FileReplayer([(self.file, self.file)])
        model.load(list_tree(self.file), self.written_ns + 10 ** 9)
        for watched, text in (([os.stat(self.file).st_ino], None), ([], "not watched"),
                              ([os.stat(self.file).st_ino, 1], "a watch of")):
            comparison = FileComparison(model, tree, ())
            comparison.compare_watches(watched)
            self.assertIn(text or "None", str(comparison.first))


class MachineryTest(unittest.TestCase):
    """What the storms stand on."""

    def test_jobs(self):
        results = list(run_jobs(pow, [(2, n) for n in range(5)], 2, 20))
        self.assertEqual(sorted(results), [1, 2, 4, 8, 16])

    def test_job_that_fails(self):
        with self.assertRaises(RuntimeError):
            list(run_jobs(os._exit, [(3,)], 1, 20))

    def test_job_that_does_not_end(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)

        def wait():
            try:
                os.read(reader, 1)
            except TooLong:
                return "too long"

        self.assertEqual(list(run_jobs(wait, [()], 1, 1)), ["too long"])

    def test_exchange(self):
        with tempfile.TemporaryDirectory(prefix="inowatch-test-") as folder:
            one, two = os.fsencode(folder) + b"/one", os.fsencode(folder) + b"/two"
            os.mkdir(one)
            with open(two, "wb"):
                pass
            exchange_paths(one, two)
            self.assertTrue(os.path.isdir(two) and os.path.isfile(one))
            with self.assertRaises(OSError):
                exchange_paths(one, two + b"x")

    def test_queue_limit_of_nobody(self):
        with queue_limit(0):
            pass

    def test_peer_text(self):
        reader = EventReader()
        events = [b"CREATE,ISDIR 0 /r/a", b"MOVED_FROM 7 /r/f", b"MODIFY 0 /r/g",
                  b"MOVED_TO 7 /r/h", b"MOVED_FROM 8 /r/i", b"CLOSE_WRITE,CLOSE 0 /r/h"]
        told = [(r.event, r.path, r.source) for e in events for r in reader.read(e)]
        told += [(r.event, r.path, r.source) for r in reader.flush()]
        self.assertEqual(told, [
            ("create", b"/r/a", None), ("modify", b"/r/g", None),
            ("move", b"/r/h", b"/r/f"), ("close_write", b"/r/h", None),
            ("moved_out", b"/r/i", None)])


if __name__ == "__main__":
    unittest.main()
