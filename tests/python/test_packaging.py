# SPDX-License-Identifier: MIT
"""The distribution for Python: an sdist, and what pip installs from it."""

import email
import os
import re
import tarfile
import tempfile
import unittest

import _inotify
import pythons
from distribution import FILES, TOP, copy_sources

# Nothing is asked for over a network, nothing is kept.
PIP_INSTALL = (
    "-m pip --isolated --no-cache-dir --disable-pip-version-check install -q "
    "--no-build-isolation --no-deps --no-index"
).split()

# Runs with what was installed: one event through the extension, one through the package.
ONE_EVENT = """
import os, sys, tempfile
import _inotify, inotify, inotify.adapters
for module in (_inotify, inotify):
    assert module.__file__.startswith(sys.argv[1]), module.__file__
with tempfile.TemporaryDirectory() as folder:
    fd = _inotify.create()
    _inotify.add(fd, folder, _inotify.CREATE)
    os.mknod(os.path.join(folder, "a"))
    _inotify.read_event(fd, lambda event: print(event["name"]))
    os.mknod(os.path.join(folder, "b"))
    print(*[event.name for event in inotify.read_events(fd)])
    os.close(fd)
"""


def below(folder):
    """The files below a folder, without what the interpreter or pip adds."""
    found = set()
    for place, folders, files in os.walk(folder):
        folders[:] = [f for f in folders if f != "__pycache__" and "info" not in f]
        found.update(os.path.relpath(os.path.join(place, name), folder) for name in files)
    return found


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def output(test, command, cwd=None, **variables):
    done = pythons.run(command, cwd, **variables)
    test.assertEqual(done.returncode, 0, done.stdout)
    return done.stdout


def make_sdist(test, python, folder):
    """An sdist made from a copy of the tree, unpacked: the folder that was in it."""
    sources = os.path.join(folder, "sources")
    os.mkdir(sources)
    copy_sources(sources)
    output(test, [python.path, "setup.py", "-q", "sdist", "-d", folder], sources)
    (name,) = [name for name in os.listdir(folder) if name.endswith(".tar.gz")]
    with tarfile.open(os.path.join(folder, name)) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(folder)
    return os.path.join(folder, name[: -len(".tar.gz")])


class Packaging(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.realpath(folder.name)

    def test_sdist(self):
        for python in pythons.find():
            if not python.missing("setuptools"):
                break
        else:
            self.skipTest("no interpreter with headers has setuptools")
        there = below(make_sdist(self, python, self.folder))
        sources = below(os.path.join(self.folder, "sources"))
        self.assertLessEqual(set(FILES), there)
        self.assertEqual(there - {"PKG-INFO", "setup.cfg"}, sources)

    def test_sources_need_no_configuration(self):
        # What the sources ask of config.h has to be known to setup.py.
        known = set(re.findall(r"HAVE_\w+", read(TOP, "setup.py"))) | {"HAVE_CONFIG_H"}
        copy_sources(self.folder)
        for name in below(self.folder):
            if name.endswith((".c", ".h")):
                text = read(self.folder, name)
                self.assertLessEqual(set(re.findall(r"\bHAVE_\w+", text)), known, name)
                self.assertNotRegex(text, r"\bPACKAGE_\w+", name)

    def test_pip(self):
        tried = 0
        for python in pythons.find():
            with self.subTest(str(python)):
                missing = python.missing("pip", "setuptools", "wheel")
                if missing:
                    self.skipTest("%s has no %s" % (python.path, missing[0]))
                tried += 1
                with tempfile.TemporaryDirectory(dir=self.folder) as folder:
                    self.check_pip(python, folder)
        if not tried:
            self.skipTest("no interpreter has headers, pip, setuptools and wheel")

    def check_pip(self, python, folder):
        target = os.path.join(folder, "target")
        sdist = make_sdist(self, python, folder)
        output(self, [python.path] + PIP_INSTALL + ["--target", target, sdist])
        script = [python.path, "-X", "dev", "-W", "error", "-c", ONE_EVENT, target]
        self.assertEqual(output(self, script, PYTHONPATH=target), "a\nb\n")
        self.check_files(target)
        (extension,) = [name for name in os.listdir(target) if name.endswith(".so")]
        self.check_library(os.path.join(target, extension))
        (info,) = [name for name in os.listdir(target) if name.endswith("-info")]
        self.check_metadata(os.path.join(target, info), python)
        if python.version >= (3, 13):
            self.assertEqual(extension, "_inotify.abi3.so")

    def check_files(self, target):
        """The same as "make install" puts beside each other."""
        installed = os.path.dirname(_inotify.__file__)
        files = {name for name in below(target) if not name.endswith(".so")}
        self.assertEqual(
            files, {name for name in below(installed) if not name.endswith(".so")}
        )
        self.assertIn(os.path.join("_inotify-stubs", "__init__.pyi"), files)
        for name in files:
            self.assertEqual(read(target, name), read(installed, name), name)

    def check_library(self, path):
        """It needs nothing but the C library, and shows nothing but its entry."""
        needed = re.findall(
            r"\(NEEDED\).*\[(.*)\]", output(self, ["readelf", "-d", path])
        )
        self.assertTrue(needed)
        for name in needed:
            self.assertRegex(name, r"^(libc|ld-linux)[.-]")
        symbols = output(self, ["nm", "-D", "--defined-only", path]).split()
        self.assertEqual(symbols[2::3], ["PyInit__inotify"])

    def check_metadata(self, folder, python):
        said = email.message_from_string(read(folder, "METADATA"))
        (version,) = re.findall(r"AC_INIT\(\[inowatch\], \[(.*)\]\)", read(TOP, "configure.ac"))
        self.assertEqual((said["Name"], said["Version"]), ("inowatch", version))
        self.assertEqual(said["License-Expression"] or said["License"], "MIT")
        self.assertEqual(said["Requires-Python"], ">=3.9")
        self.assertIn("# inowatch", said.get_payload())
        tag = "cp%d%d" % python.version
        expected = "cp313-abi3-" if python.version >= (3, 13) else "%s-%s-" % (tag, tag)
        self.assertRegex(read(folder, "WHEEL"), "(?m)^Tag: " + expected)
        self.assertIn("LICENSE", " ".join(sorted(below(folder))))


if __name__ == "__main__":
    unittest.main()
