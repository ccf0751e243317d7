# SPDX-License-Identifier: MIT
"""
A store on FAT, as on many a stick: no links, attributes, owners, modes, and times of two
seconds. On a file system that the preloaded library makes as poor, and on a real one
where that can be made and mounted.
"""

import ctypes
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

from faulty import environment, need_library, preloaded  # noqa: E402

PROGRAM = os.environ["INOWATCH"]
LIMIT_S = 60
LOOKS = 3
TICKS_NS = 50 * 10 ** 6
DISK_LEN = 64 << 20
CLONE_NEWNS, MS_REC_PRIVATE = 0x20000, 0x44000


class PoorStore:
    """What holds for both."""

    variables = {}

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="inowatch-fat-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.source = self.folder / "d"
        self.source.mkdir()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        self.store = self.disk / "STORE"
        self.make_disk()

    def run_program(self, status, *options):
        """Its lines, sorted."""
        with environment(**self.variables):
            done = subprocess.run([PROGRAM, *options], cwd=self.folder, timeout=LIMIT_S,
                                  check=False, capture_output=True, text=True)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.said = done.stderr
        return sorted(done.stdout.splitlines())

    def back_up(self, status=0):
        return self.run_program(status, "--backup", str(self.store), "--once", "d")

    def let_clock_tick(self, path):
        """Until the file system's clock is some ticks past the file's change."""
        probe = self.folder / "probe"
        probe.touch()
        while probe.stat().st_ctime_ns < path.stat().st_ctime_ns + TICKS_NS:
            probe.touch()

    def current(self, name):
        return pathlib.Path("%s/current%s/%s" % (self.store, self.source, name))

    def versions(self, name):
        folder = pathlib.Path("%s/versions%s/%s" % (self.store, self.source, name))
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def test_versions_are_kept_and_come_back(self):
        file = self.source / "file"
        (self.source / "sub").mkdir(mode=0o1777)
        (self.source / "sub").chmod(0o1777)
        (self.source / "sub" / "gone").write_text("gone")
        for number in range(LOOKS):
            file.write_text("content %d" % number)
            file.chmod(0o640)
            os.utime(file, ns=(10 ** 18, 10 ** 18 + number * 10 ** 9 + 7))
            lines = self.back_up()
            self.assertIn("stored d/file", lines)
            self.assertEqual(self.current("file").read_text(), "content %d" % number)
        self.assertEqual([path.read_text() for path in self.versions("file")],
                         ["content %d" % number for number in range(LOOKS - 1)])
        (self.source / "sub" / "gone").unlink()
        self.assertEqual(self.back_up(), ["deleted d/sub/gone"])
        self.assertEqual([path.read_text() for path in self.versions("sub/gone")],
                         ["gone", ""])
        self.run_program(0, "--check", str(self.store), "--verify", "-q")
        self.run_program(0, "--restore", str(self.store), "--to", "out", "d")
        self.assertEqual((self.folder / "out" / "d" / "file").read_text(),
                         "content %d" % (LOOKS - 1))

    def test_nothing_is_copied_twice(self):
        for number in range(LOOKS):
            (self.source / ("f%d" % number)).write_text("x" * number)
        # Without attributes, what changed just before it was stored is looked at again.
        self.let_clock_tick(self.source / ("f%d" % (LOOKS - 1)))
        self.back_up()
        before = {path: path.stat().st_ino for path in self.current("").iterdir()}
        self.assertEqual(len(before), LOOKS)
        self.assertEqual(self.back_up(), [])
        self.assertEqual({path: path.stat().st_ino
                          for path in self.current("").iterdir()}, before)

    def test_a_copy_of_an_interrupted_run_is_no_version_more(self):
        file = self.source / "file"
        file.write_text("old")
        self.back_up()
        lines = self.run_program(0, "--versions", str(self.store), "d", "-j")
        version = json.loads(lines[0])["version"]
        folder = pathlib.Path("%s/versions%s/file" % (self.store, self.source))
        folder.mkdir(parents=True)
        shutil.copy2(self.current("file"), folder / version)
        file.write_text("new")
        self.assertEqual(self.back_up(), ["stored d/file"])
        self.assertEqual([path.name for path in self.versions("file")], [version])

    def test_a_link_is_named(self):
        (self.source / "link").symlink_to("nowhere")
        (self.source / "file").write_text("x")
        self.assertEqual(self.back_up(5), ["failed d/link", "stored d/file"])
        self.assertIn("cannot store d/link: the store's file system has no symbolic links",
                      self.said)
        self.assertEqual(len(self.said.splitlines()), 1)


class SimulatedTest(PoorStore, unittest.TestCase):
    """By the preloaded library."""

    def make_disk(self):
        need_library()
        real = os.path.realpath(self.disk)
        self.variables = preloaded({"FAT_BELOW": real})


class RealTest(PoorStore, unittest.TestCase):
    """A FAT file system in a file."""

    def make_disk(self):
        if os.geteuid() != 0 or not shutil.which("mkfs.vfat"):
            self.skipTest("needs root and mkfs.vfat")
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(CLONE_NEWNS) or libc.mount(None, b"/", None, MS_REC_PRIVATE, None):
            self.skipTest("no mount namespaces here")
        image = self.folder / "image"
        with open(image, "wb") as file:
            file.truncate(DISK_LEN)
        subprocess.run(["mkfs.vfat", str(image)], check=True, timeout=LIMIT_S,
                       stdout=subprocess.DEVNULL)
        mounted = subprocess.run(["mount", "-o", "loop", "-t", "vfat", str(image),
                                  str(self.disk)], check=False, capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("vfat cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", str(self.disk)], check=False)


if __name__ == "__main__":
    unittest.main()
