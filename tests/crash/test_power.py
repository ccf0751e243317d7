# SPDX-License-Identifier: MIT
"""
The power of a store is cut before system calls of inowatch --backup, and right after it
said that something is stored: the program is killed, its file system shut down without
writing its log, and mounted again. Whatever was said to be stored is there and whole,
nothing is torn, and the next run completes the work. Each POWER_STEP-th call is tried; 1
leaves none out.
"""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import powered

PROGRAM = os.environ["INOWATCH"]
KILL_AT = os.path.join(os.environ["top_builddir"], "tests", "crash", "kill_at")
STEP = int(os.environ.get("POWER_STEP", "0"))
USUAL_STEP = 211
MOST = 5000
FRESH = 60
LIMIT_S = 60
TIME = re.compile(r"\A\d{8}T\d{6}\.\d{9}Z\Z")
KEEP = 3


def setUpModule():
    try:
        powered.enter_namespace()
    except powered.CannotMount as problem:
        raise unittest.SkipTest(str(problem)) from problem


def tree(number):
    """
    What the source is in the state of that number. From one to the next something is
    new, changed, deleted, renamed, and a file where a directory was, or the other way
    round. "->" begins a link.
    """
    odd = number % 2
    return {"kept": "kept", "changed": "%d\n" % number * (3000 + number % 7 * 999),
            "small": str(number),
            "link": "->%d" % number,
            "folder/deep/inner": "%d inner" % number,
            **{"together%d/%d" % (each % 2, each): "%d of %d" % (each, number)
               for each in range(8)},
            ("name" if odd else "other-name"): "renamed",
            **({"now-and-then": "%d came" % number, "becomes": "file %d" % number}
               if odd else
               {"becomes/x": "x %d" % number, "some/where/new": "%d new" % number})}


def content_of(path):
    return "->" + os.readlink(path) if path.is_symlink() else path.read_text()


class Source:
    """A directory that goes from one state to the next."""

    def __init__(self, folder):
        self.folder = folder
        self.folder.mkdir()
        self.number = 0
        self.had = {}  # all contents that each name ever had
        self.make({}, tree(0))

    def make(self, before, after):
        for name, content in after.items():
            self.had.setdefault(name, set()).add(content)
        if "renamed" in before.values():
            old = next(name for name in before if before[name] == "renamed")
            new = next(name for name in after if after[name] == "renamed")
            (self.folder / old).rename(self.folder / new)
        for name in set(before) - set(after):
            (self.folder / name).unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                os.removedirs((self.folder / name).parent)
        for name, content in after.items():
            self.put(self.folder / name, content, before.get(name))

    @staticmethod
    def put(path, content, before):
        path.parent.mkdir(parents=True, exist_ok=True)
        if content.startswith("->"):
            path.unlink(missing_ok=True)
            path.symlink_to(content[2:])
        elif content not in (before, "renamed") or not path.exists():
            path.write_text(content)
            path.chmod(0o640 if len(content) % 2 else 0o600)

    def go_on(self):
        """To the next state. Returns what it was and is."""
        before, after = tree(self.number), tree(self.number + 1)
        self.number += 1
        self.make(before, after)
        return before, after


class Power(unittest.TestCase):
    """Each test has a private source, and a file system for its stores."""

    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="inowatch-power.",
                                                   dir=powered.place()))
        self.addCleanup(shutil.rmtree, self.place)
        self.source = Source(self.place / "source")
        self.store = None
        self.stores = 0
        self.cuts = 0

    def use(self, kind):
        try:
            self.disk = powered.Powered(kind, str(self.place))
        except powered.CannotMount as problem:
            self.skipTest(str(problem))
        self.addCleanup(self.disk.unmount)

    def new_store(self):
        if self.store:
            shutil.rmtree(self.store)
        self.stores += 1
        self.store = pathlib.Path(self.disk.folder, "store%d" % self.stores)

    def command(self):
        return [PROGRAM, "--backup", str(self.store), "--once", "--keep", str(KEEP),
                str(self.source.folder)]

    def run_program(self, *command):
        environment = dict(os.environ, UV_THREADPOOL_SIZE="1")
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, timeout=LIMIT_S, check=False)
        return done.returncode, done.stdout.decode().splitlines()

    def back_up(self):
        status, lines = self.run_program(*self.command())
        self.assertEqual(status, 0)
        return lines

    def cut_at(self, number):
        """Returns whether it was still at work, and what it had said by then."""
        status, said = self.run_program(KILL_AT, str(number), *self.command())
        self.assertIn(status, (0, 1))
        self.disk.cut()
        self.cuts += 1
        return status == 1, said

    def below(self, folder, name):
        return self.store / folder / str(self.source.folder / name)[1:]

    def kept(self, name):
        """What the store has of a path: the newest or None, and all older ones."""
        newest = self.below("current", name)
        versions = self.below("versions", name)
        is_there = newest.is_symlink() or newest.is_file()
        try:
            names = os.listdir(versions)
        except (FileNotFoundError, NotADirectoryError):
            names = []
        return (content_of(newest) if is_there else None,
                [content_of(versions / entry) for entry in names if TIME.match(entry)])

    def check_said(self, said, after):
        """What was told is true, although the power went."""
        for name in self.source.had:
            newest, _ = self.kept(name)
            if f"deleted {self.source.folder / name}" in said and name not in after:
                self.assertIsNone(newest, name)
            if f"stored {self.source.folder / name}" not in said:
                continue
            self.assertEqual(newest, after[name], name)
            one, other = (os.lstat(path) for path in (self.source.folder / name,
                                                      self.below("current", name)))
            self.assertEqual((one.st_mode, one.st_mtime_ns),
                             (other.st_mode, other.st_mtime_ns), name)

    def check_whole(self, before, after):
        """Nothing is torn, and what was stored once is not lost."""
        for name, had in self.source.had.items():
            newest, older = self.kept(name)
            self.assertIn(newest, (before.get(name), after.get(name)), name)
            self.assertLessEqual(set(older), had, name)
            if before.get(name) is not None:
                self.assertIn(before[name], [newest, *older], name)
        status, lines = self.run_program(PROGRAM, "--check", str(self.store), "--verify")
        self.assertEqual(status, 0, lines)

    def check_complete(self, after):
        self.back_up()
        self.assertEqual(self.back_up(), [])
        for name in self.source.had:
            self.assertEqual(self.kept(name)[0], after.get(name), name)
        self.assertEqual(os.listdir(self.store / ".inowatch" / "temporary"), [])
        self.check_said([f"stored {self.source.folder / name}" for name in after], after)

    def check_after(self, said, before, after):
        if (self.store / ".inowatch" / "format").exists():
            self.check_said(said, after)
            self.check_whole(before, after)
        else:
            self.assertEqual((said, before), ([], {}))
        self.check_complete(after)

    def survives(self, number, before, after):
        """One cut and all that has to hold after it. Returns whether there was one."""
        try:
            is_cut, said = self.cut_at(number)
            self.check_after(said, before, after)
        except (AssertionError, OSError) as problem:
            raise AssertionError("cut at %d: %s" % (number, problem)) from problem
        return is_cut

    def cut_everywhere(self, numbers):
        """A life in which each run is cut, each a little later than the last."""
        for number in numbers:
            if self.cuts % FRESH == 0:
                self.new_store()
                self.back_up()
            before, after = self.source.go_on()
            if not self.survives(number, before, after):
                self.assertNotEqual(number, numbers[0])
                return
        self.fail("it was cut all the time")

    def cut_new_stores(self, numbers):
        """The power goes while the first run makes the store."""
        for number in numbers:
            self.new_store()
            if not self.survives(number, {}, tree(self.source.number)):
                self.assertNotEqual(number, numbers[0])
                return
        self.fail("it was cut all the time")

    def cut_all(self, kind):
        self.use(kind)
        step = STEP or USUAL_STEP
        self.cut_new_stores(range(1 + 7 % step, MOST, step))
        self.cut_everywhere(range(1, MOST, step))
        self.cut_everywhere(range(-1, -MOST, -1))
        if STEP:
            print("# %s: %d cuts" % (kind, self.cuts), flush=True)

    def test_ext4(self):
        self.cut_all("ext4")

    def test_ext4_with_fast_commits(self):
        self.cut_all("ext4-fast")

    def test_xfs(self):
        self.cut_all("xfs")


if __name__ == "__main__":
    unittest.main()
