# SPDX-License-Identifier: MIT
"""
Each section of bench/run runs and counts what it should. Sizes are tiny and no time is
looked at: this is not a measurement.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = os.environ.get("top_srcdir") or os.path.join(os.path.dirname(__file__), "..", "..")
BENCH = os.path.join(TOP, "bench")
sys.path.insert(0, BENCH)
sys.dont_write_bytecode = True

import limits  # noqa: E402
import measure  # noqa: E402
import peers  # noqa: E402
import report  # noqa: E402
import work  # noqa: E402
from sections import SECTIONS, tracing  # noqa: E402

LIMIT_S = 300
IS_SANITIZED = bool(os.environ.get("IW_SANITIZE_PRELOAD"))


def run(*arguments):
    """bench/run with these arguments."""
    # The sanitizer is for the interpreter's module; compilers and tracers bear it badly.
    environment = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}
    return subprocess.run([sys.executable, os.path.join(BENCH, "run"), *arguments],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=environment, timeout=LIMIT_S,
                          check=False)


def tables(section):
    """All tables of a section, from a quick run without peers: rows by name."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "results")
        result = run(section, "--quick", "--peers", "none", "--json", path)
        if result.returncode != 0:
            raise AssertionError("%s: %s%s" % (section, result.stdout.decode(),
                                               result.stderr.decode()))
        with open(path, encoding="utf-8") as file:
            return [{row["name"]: row["samples"] for row in table["rows"]}
                    for table in json.load(file)]


@unittest.skipUnless(shutil.which(os.environ.get("CC", "cc").split()[0]),
                     "there is no C compiler")
class Sections(unittest.TestCase):
    """What each of them counts."""

    def assert_rows(self, rows, *names):
        """One sample of each."""
        self.assertEqual(sorted(names), sorted(rows))
        for samples in rows.values():
            self.assertEqual(1, len(samples))

    def test_throughput(self):
        results = tables("throughput")
        self.assertEqual(4, len(results))
        for rows, events in zip(results, (1500, 900, 1800, 6000)):
            self.assert_rows(rows, "inowatch", "inowatch -c", "inowatch -j", "C loop",
                             "C loop, waits 1 ms")
            for [sample] in rows.values():
                self.assertGreater(sample["cpu_ns"], 0)
                self.assertEqual((0, 0, events),
                                 (sample["lost"], sample["twice"], sample["events"]))

    def test_setup(self):
        results = tables("setup")
        self.assertEqual(3, len(results))
        for rows in results:
            self.assert_rows(rows, "inowatch", "C loop, relative names",
                             "C loop, link counts", "C loop, two threads")
            for [sample] in rows.values():
                self.assertGreater(sample["rss"], 100000)
                self.assertLessEqual(0, sample["cpu_ns"])

    def test_rename(self):
        [rows] = tables("rename")
        self.assert_rows(rows, "inowatch")
        [sample] = rows["inowatch"]
        self.assertEqual((3, 0), (sample["renames"], sample["stale"]))

    def test_latency(self):
        results = tables("latency")
        self.assertEqual(2, len(results))
        for rows, count in zip(results, (30, 10)):
            self.assert_rows(rows, "inowatch", "C loop", "C loop, waits 1 ms")
            for [sample] in rows.values():
                self.assertEqual((count, 0), (sample["count"], sample["lost"]))

    @unittest.skipIf(IS_SANITIZED, "callgrind and sanitizers exclude each other")
    def test_startup(self):
        empty, with_files = tables("startup")
        for rows in (empty, with_files):
            self.assert_rows(rows, "inowatch", "C loop")
            for [sample] in rows.values():
                if not tracing.why_not("strace"):
                    self.assertGreater(sample["calls"], sample["calls_after"])
                    self.assertGreater(sample["calls_after"], 3)
                if not tracing.why_not("valgrind"):
                    self.assertGreater(sample["instructions"], 10000)

    def test_backup(self):
        first, live = tables("backup")
        self.assert_rows(first, "inowatch", "cp -a", "cp -a, sync")
        for [sample] in first.values():
            self.assertEqual(0, sample["missing"])
            self.assertGreater(sample["wall_ns"], 0)
        self.assert_rows(live, "inowatch")
        [sample] = live["inowatch"]
        self.assertGreaterEqual(sample["max"], sample["p50"])
        self.assertGreater(sample["rss"], 100000)

    def test_idle(self):
        [rows] = tables("idle")
        self.assert_rows(rows, "inowatch")
        [sample] = rows["inowatch"]
        # A tracer that attaches late is seen by the traced.
        self.assertLess(sample.get("calls") or 0, 5)

    @unittest.skipIf(IS_SANITIZED, "the module needs the sanitizer in the interpreter")
    def test_python(self):
        [rows] = tables("python")
        if "C, named tuples" in rows:
            self.assertIn("C, tuples of four", rows)
            self.assert_counted(rows.pop("C, named tuples"))
            self.assert_counted(rows.pop("C, tuples of four"))
        self.assert_rows(rows, "_inotify", "inotify.startloop", "inotify.adapters",
                         "inotify.read_events", "inotify.read_events, each",
                         "inotify.Watcher.read")
        for samples in rows.values():
            self.assert_counted(samples)

    def test_actions(self):
        results = tables("actions")
        self.assertEqual(2, len(results))
        for rows, count in zip(results, (5, 10)):
            self.assert_rows(rows, "inowatch", "inowatch --settle 0", "C loop, posix_spawn")
            for [sample] in rows.values():
                self.assertEqual((count, 0), (sample["count"], sample["lost"]))

    def assert_counted(self, samples):
        """All of what was written."""
        [sample] = samples
        self.assertEqual((0, 3000), (sample["lost"], sample["events"]))


class Command(unittest.TestCase):
    """bench/run itself."""

    def test_help_names_all_sections_and_peers(self):
        text = run("--help").stdout.decode()
        for name in [*SECTIONS, *peers.all_names()]:
            self.assertIn(name, text)

    def test_unknown_names_are_refused(self):
        for arguments in (["nothing"], ["--peers", "nobody"], ["--runs", "0"],
                          ["--program", "nowhere=/nonexistent"]):
            self.assertEqual(2, run(*arguments).returncode, arguments)

    def test_peers_that_are_not_installed_are_missing(self):
        path = os.environ["PATH"]
        try:
            os.environ["PATH"] = "/nonexistent"
            self.assertEqual(([], list(peers.PROGRAMS)),
                             peers.find_peers(list(peers.PROGRAMS)))
        finally:
            os.environ["PATH"] = path


class Parts(unittest.TestCase):
    """What the numbers rest on."""

    def test_lost_and_repeated_events_are_counted(self):
        writer = work.Writer("", "")
        writer.files = 2
        lines = [b"t/d00/ CREATE f0000000\n", b"t/d00/ CLOSE_WRITE f0000000\n",
                 b"t/d00/ DELETE f0000000\n", b"t/d01/ CREATE f0000001\n",
                 b"t/d01/ CREATE f0000001\n", b"t/ CREATE end-1\n"]
        us = peers.ours("us", [])
        self.assertEqual((2, 1), writer.count_told(us, b"".join(lines)))
        self.assertEqual((6, 0), writer.count_told(us, b""))
        with self.assertRaises(ValueError):
            writer.count_told(us, b"t/d00/ CREATE f0000002\n")
        with self.assertRaises(ValueError):
            writer.count_told(us, b"t/d01/ CREATE f0000000\n")

    def test_percentiles(self):
        values = list(range(1, 201))
        self.assertEqual(198, measure.percentile(values, 99))
        self.assertEqual(200, measure.percentile(values, 100))
        self.assertEqual(1, measure.percentile([1], 50))

    def test_ratios(self):
        metrics = [report.Metric("cpu", "CPU", is_compared=True),
                   report.Metric("lost", "lost", must_be_zero=True)]
        rows = [report.Row("us", "us", [{"cpu": 10, "lost": 0}, {"cpu": 30, "lost": 0},
                                        {"cpu": 20, "lost": 0}]),
                report.Row("loop", "reference", [{"cpu": 10, "lost": 0}]),
                report.Row("loser", "peer", [{"cpu": 1, "lost": 5}]),
                report.Row("merger", "peer", [{"cpu": 2}]),
                report.Row("peer", "peer", [{"cpu": 40, "lost": 0}]),
                report.Row("broken", "peer", [{"cpu": 3, "lost": 0}], "ended")]
        table = report.Table("s", "t", metrics, "loop", rows)
        self.assertEqual(["", "CPU", "/ reference", "/ best peer", "lost"], table.header())
        self.assertEqual(["us", "20 (10–30)", "2.00", "0.50", "0"], table.cells(rows[0]))
        self.assertIn("- broken: ended\n", table.markdown())

    def test_raised_limits_are_restored(self):
        if not os.access(limits.FOLDER + "max_user_watches", os.W_OK):
            self.skipTest("fs.inotify.max_user_watches is not writable")
        usual = limits.read("max_user_watches")
        with self.assertRaises(KeyError):
            with limits.at_least("max_user_watches", usual + 1):
                self.assertEqual(usual + 1, limits.read("max_user_watches"))
                raise KeyError
        self.assertEqual(usual, limits.read("max_user_watches"))


if __name__ == "__main__":
    unittest.main()
