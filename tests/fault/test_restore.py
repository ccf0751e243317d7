# SPDX-License-Identifier: MIT
"""
inowatch --restore is killed at its system calls, and these fail: whenever that is, each
file is as it was or as it was stored, none is missing that was there, and the next run
completes the work and leaves nothing behind. FAULTS=all tries each call.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["INOWATCH"]
EVERYTHING = os.environ.get("FAULTS") == "all"
LIMIT_S = 60
MOST_CALLS = 1000
OLDER, NEWEST = "20261101T120000.000000000Z", "20261102T120000.000000000Z"
# What changes something, and what only looks.
CHANGING = ["mkdir,mkdirat", "ioctl", "copy_file_range", "write,pwrite64", "ftruncate",
            "fsync", "renameat2", "unlinkat", "symlinkat", "fsetxattr", "fchmod",
            "fchown", "utimensat", "flock", "syncfs"]
LOOKING = ["openat", "openat2", "newfstatat", "read,pread64", "getdents64", "close"]

# What is there before, and what is stored; "->" begins a link.
BEFORE = {"same": "same", "stored": "one", "link": "->one"}
AFTER = {"same": "same", "stored": "two" * 50000, "link": "->two", "new": "new",
         "folder/inner": "inner", "folder/link": "->inner"}


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    if content.startswith("->"):
        path.symlink_to(content[2:])
    else:
        path.write_text(content)


def content_of(path):
    if path.is_symlink():
        return "->" + os.readlink(path)
    return path.read_text() if path.exists() else None


class Restoring(unittest.TestCase):
    """Each test has a store, and a target that is made anew for each run."""

    before, after = BEFORE, AFTER

    @classmethod
    def setUpClass(cls):
        if not shutil.which("strace"):
            raise unittest.SkipTest("strace is not installed")
        probe = subprocess.run(["strace", "-o", "/dev/null", "true"], check=False,
                               stderr=subprocess.DEVNULL, timeout=LIMIT_S)
        if probe.returncode:
            raise unittest.SkipTest("strace may not trace here")
        if b"libasan" in pathlib.Path(PROGRAM).read_bytes():
            raise unittest.SkipTest("a sanitizer makes calls of its own")

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="inowatch-restore."))
        self.addCleanup(shutil.rmtree, self.folder)
        self.target = self.folder / "target"
        self.store = self.folder / "store"
        below = str(self.target)[1:]
        for name, content in self.after.items():
            put(self.store / "current" / below / name, content)
            newest = self.store / ".inowatch/newest" / below / name
            newest.parent.mkdir(parents=True, exist_ok=True)
            newest.symlink_to(NEWEST)
        for name, content in self.before.items():
            if content != self.after[name]:
                put(self.store / "versions" / below / name / OLDER, content)
        (self.store / ".inowatch/format").write_text("1\n")

    def start_anew(self):
        shutil.rmtree(self.target, ignore_errors=True)
        for name, content in self.before.items():
            put(self.target / name, content)

    def run_program(self, *before):
        return subprocess.run([*before, PROGRAM, "--restore", str(self.store),
                               str(self.target)], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=LIMIT_S, check=False)

    def inject(self, calls, what, number):
        """Returns the run, and whether the call was reached."""
        log = self.folder / "log"
        done = self.run_program("strace", "-f", "-qq", "-o", str(log), "-e",
                                f"trace={calls}", "-e", f"inject={calls}:{what}:when={number}")
        return done, re.search(r"INJECTED|killed by SIGKILL", log.read_text())

    def check_whole(self):
        for name in set(self.before) | set(self.after):
            found = content_of(self.target / name)
            self.assertIn(found, (self.before.get(name), self.after[name]), name)

    def check_complete(self):
        done = self.run_program()
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        for name, content in self.after.items():
            self.assertEqual(content_of(self.target / name), content)
        found = {str(path.relative_to(self.target)) for path in self.target.rglob("*")}
        folders = {str(pathlib.Path(name).parent) for name in self.after} - {"."}
        self.assertEqual(found, set(self.after) | folders)

    def each_number(self, calls, step):
        number = 1
        while number < MOST_CALLS:
            self.start_anew()
            yield number
            number += step

    def test_killed_at_any_call(self):
        kills = 0
        for calls in CHANGING + LOOKING:
            step = 1 if EVERYTHING or calls in CHANGING else 7
            for number in self.each_number(calls, step):
                with self.subTest(calls=calls, number=number):
                    done, is_reached = self.inject(calls, "signal=KILL", number)
                    if is_reached:
                        kills += 1
                        self.assertLess(done.returncode, 0)
                    self.check_whole()
                    self.check_complete()
                    if not is_reached:
                        break
        self.assertGreater(kills, 50)

    def check_failure(self, calls, error, number):
        done, is_reached = self.inject(calls, f"error={error}", number)
        self.check_whole()
        if b"loading shared libraries" in done.stderr:
            return is_reached
        # Standard output and the store itself fail as well.
        self.assertIn(done.returncode, (0, 1, 4, 5), done.stderr)
        if done.returncode == 0 and error != "EINTR":
            # What may fail without harm: attributes, a lock, a cheaper way to copy.
            for name, content in self.after.items():
                self.assertEqual(content_of(self.target / name), content)
        elif error == "EINTR":
            self.assertEqual(done.returncode, 0, done.stdout)
        else:
            self.assertRegex(done.stdout + done.stderr, b"(?m)^(failed|left|inowatch:) ")
        self.check_complete()
        return is_reached

    def test_errors_are_told_and_nothing_is_torn(self):
        errors = {"ENOSPC": ["mkdir,mkdirat", "copy_file_range", "write,pwrite64", "fsync",
                             "renameat2", "symlinkat", "fsetxattr", "ftruncate",
                             "syncfs"],
                  "EIO": ["copy_file_range", "fsync", "renameat2", "fchmod", "utimensat",
                          "read,pread64", "openat2", "flock", "syncfs"],
                  "EDQUOT": ["copy_file_range", "fsync"]}
        for error, lists in errors.items():
            for calls in lists:
                for number in self.each_number(calls, 1):
                    with self.subTest(error=error, calls=calls, number=number):
                        if not self.check_failure(calls, error, number):
                            break

    def test_interruptions_are_nothing(self):
        for calls in ("copy_file_range", "fsync", "syncfs", "read,pread64"):
            for number in self.each_number(calls, 1):
                with self.subTest(calls=calls, number=number):
                    if not self.check_failure(calls, "EINTR", number):
                        break


class RestoringTogether(Restoring):
    """So many that they become durable at once."""

    before = {"kept": "kept", "1": "one", "2": "->one", "3": "three"}
    after = {"kept": "kept", "1": "two", "2": "->two", "3": "3", "4": "4",
             "folder/5": "5", "folder/6": "6"}


if __name__ == "__main__":
    unittest.main()
