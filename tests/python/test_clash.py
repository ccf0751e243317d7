# SPDX-License-Identifier: MIT
"""Another distribution in the same folder that has a package inotify is told of."""

import os
import shutil
import tempfile
import unittest

import inotify
from support import run_python

SCRIPT = """
    import sys, warnings
    sys.path.insert(0, sys.argv[1])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        import inotify
    assert inotify.__file__.startswith(sys.argv[1]), inotify.__file__
    for warning in caught:
        print(warning.category.__name__, warning.filename, warning.message)
"""


class Clash(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        shutil.copytree(
            os.path.dirname(inotify.__file__),
            os.path.join(self.folder, "inotify"),
            copy_function=shutil.copyfile,
        )
        os.chmod(os.path.join(self.folder, "inotify"), 0o755)

    def warnings(self):
        done = run_python(SCRIPT, self.folder)
        self.assertEqual((done.stderr, done.returncode), (b"", 0))
        return done.stdout.decode().splitlines()

    def test_alone(self):
        for name in (
            "inowatch-0.1.0.dist-info",
            "inotify_simple-1.3.5.dist-info",
            "pyinotify-0.9.6.egg-info",
            "inotify-notes",
        ):
            os.mkdir(os.path.join(self.folder, name))
        self.assertEqual(self.warnings(), [])

    def test_others(self):
        for name in (
            "inotify-0.2.12.dist-info",
            "inotify-0.2.10.egg-info",
            "py_inotify-0.6.0-py3.11.egg-info",
        ):
            with self.subTest(name):
                os.mkdir(os.path.join(self.folder, name))
                (line,) = self.warnings()
                self.assertEqual(
                    line,
                    "RuntimeWarning <string> %s in %s has a package inotify too, and the "
                    "files of both are mixed: uninstall it, and install inowatch once "
                    "more" % (name.rsplit(".", 1)[0], self.folder),
                )
                os.rmdir(os.path.join(self.folder, name))


if __name__ == "__main__":
    unittest.main()
