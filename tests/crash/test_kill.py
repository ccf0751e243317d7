# SPDX-License-Identifier: MIT
"""
inowatch --backup is killed before each system call of a run that stores new, changed,
deleted and converted files. Whenever that is: no file of the store is torn, the newest
version that was known to be stored is there, nothing that a path ever had is lost, and
the next run completes the work. CRASH=all tries each system call; otherwise a sample.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["INOWATCH"]
KILL_AT = os.path.join(os.environ["top_builddir"], "tests", "crash", "kill_at")
STEP = 1 if os.environ.get("CRASH") == "all" else 11
MOST_CALLS = 5000
LIMIT_S = 60
TIME = re.compile(r"\A\d{8}T\d{6}\.\d{9}Z\Z")

# What each path is before and afterwards; None: not there. "->" begins a link.
BEFORE = {"kept": "kept", "changed": "old" * 5000, "deleted": "gone", "link": "->kept",
          "folder/inner": "inner", "was-folder/x": "x", "was-file": "file",
          "touched": "touched"}
AFTER = {"kept": "kept", "changed": "new" * 7000, "new": "new", "link": "->new",
         "folder/inner": "inner", "folder/more": "more", "was-folder": "file",
         "was-file/y": "y", "touched": "touched"}
# These go through the store together.
for each in "abcdef":
    BEFORE["together/" + each] = "old " + each
    AFTER["together/" + each] = "new " + each
    AFTER["new-together/" + each] = "new " + each


def fill(folder, tree):
    for name, content in tree.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content.startswith("->"):
            path.symlink_to(content[2:])
        else:
            path.write_text(content)


def change(folder, before, after):
    """From one to the other; what stays is not touched."""
    for name, content in before.items():
        if after.get(name) != content:
            (folder / name).unlink()
    if "was-folder" in after:
        (folder / "was-folder").rmdir()
    fill(folder, {name: content for name, content in after.items()
                  if before.get(name) != content})
    (folder / "touched").chmod(0o640)


def content_of(path):
    return "->" + os.readlink(path) if path.is_symlink() else path.read_text()


class Killed(unittest.TestCase):
    """Each test has a private source, and a store that is copied for each kill."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="inowatch-crash."))
        self.addCleanup(shutil.rmtree, self.folder)
        self.source = self.folder / "source"
        self.source.mkdir()
        self.store = self.folder / "store"

    def command(self):
        return [PROGRAM, "--backup", str(self.store), "--once", str(self.source)]

    def back_up(self):
        done = subprocess.run(self.command(), stdin=subprocess.DEVNULL, timeout=LIMIT_S,
                              stdout=subprocess.PIPE, check=True)
        return done.stdout.decode().splitlines()

    def kill_before(self, number):
        """Returns whether it was killed, and what it had said by then."""
        environment = dict(os.environ, UV_THREADPOOL_SIZE="1")
        done = subprocess.run([KILL_AT, str(number), *self.command()], env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              timeout=LIMIT_S, check=False)
        self.assertIn(done.returncode, (0, 1))
        return done.returncode == 1, done.stdout.decode().splitlines()

    def kept(self, name):
        """What the store has of a path: the newest or None, and all older ones."""
        below = str(self.source / name)[1:]
        newest = self.store / "current" / below
        is_there = newest.is_symlink() or newest.is_file()
        versions = self.store / "versions" / below
        try:
            names = [entry.name for entry in versions.iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            names = []
        older = [content_of(versions / entry) for entry in sorted(names)
                 if TIME.match(entry)]
        return content_of(newest) if is_there else None, older

    def check_whole(self, before, after, said):
        """Nothing is torn or lost, and what was said is true."""
        for name in set(before) | set(after):
            newest, older = self.kept(name)
            had = [tree.get(name) for tree in (before, after)]
            with self.subTest(path=name):
                self.assertIn(newest, had)
                self.assertLessEqual(set(older), set(had) - {None})
                if before.get(name) is not None:
                    self.assertIn(before[name], [newest, *older])
                if f"stored {self.source / name}" in said:
                    self.assertEqual(newest, after[name])
                if f"deleted {self.source / name}" in said:
                    self.assertIsNone(newest)

    def check_complete(self, before, after):
        self.assertEqual(self.back_up(), [])
        for name in set(before) | set(after):
            newest, older = self.kept(name)
            self.assertEqual(newest, after.get(name), name)
            if before.get(name) not in (None, after.get(name)):
                self.assertEqual(older, [before[name]], name)
            else:
                self.assertEqual(older, [], name)
        self.assertEqual(os.listdir(self.store / ".inowatch" / "temporary"), [])
        stored = self.store / "current" / str(self.source / "touched")[1:]
        self.assertEqual(stored.stat().st_mode, (self.source / "touched").stat().st_mode)

    def kill_everywhere(self, prepare, before, after):
        for number in range(1, MOST_CALLS, STEP):
            prepare()
            with self.subTest(before_call=number):
                is_killed, said = self.kill_before(number)
                if not is_killed:
                    self.assertGreater(number, 100)
                    return
                if (self.store / ".inowatch" / "format").exists():
                    self.check_whole(before, after, said)
                    subprocess.run([PROGRAM, "--check", str(self.store), "--verify"],
                                   stdout=subprocess.DEVNULL, check=True)
                self.back_up()
                self.check_complete(before, after)
        self.fail("it was killed all the time")

    def test_a_new_store_is_whole_or_not_there(self):
        fill(self.source, AFTER)
        self.kill_everywhere(lambda: shutil.rmtree(self.store, ignore_errors=True), {},
                             AFTER)

    def kill_at_changes(self, before, after):
        fill(self.source, before)
        self.back_up()
        saved = self.folder / "saved"
        self.store.rename(saved)
        change(self.source, before, after)

        def prepare():
            shutil.rmtree(self.store, ignore_errors=True)
            subprocess.run(["cp", "-a", saved, self.store], check=True)

        self.kill_everywhere(prepare, before, after)

    def test_each_change_is_made_or_not(self):
        self.kill_at_changes(BEFORE, AFTER)

    def test_few_changes_are_made_or_not(self):
        """Each goes through the store by itself."""
        self.kill_at_changes({"changed": "old" * 5000, "touched": "touched"},
                             {"changed": "new" * 7000, "touched": "touched",
                              "folder/new": "new"})


if __name__ == "__main__":
    unittest.main()
