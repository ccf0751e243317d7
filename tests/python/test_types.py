# SPDX-License-Identifier: MIT
"""Everything is annotated, and mypy(1), where it is installed, finds nothing."""

import ast
import glob
import os
import sys
import tempfile
import unittest

import _inotify
import inotify
import pythons


def functions_of(path):
    with open(path, encoding="utf-8") as file:
        for node in ast.walk(ast.parse(file.read())):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield node


class Annotations(unittest.TestCase):
    def test_every_function_of_the_package(self):
        files = glob.glob(os.path.join(os.path.dirname(inotify.__file__), "*.py"))
        self.assertGreater(len(files), 10)
        for path in files:
            for function in functions_of(path):
                said = "%s:%d" % (path, function.lineno)
                self.assertIsNotNone(function.returns, said)
                arguments = function.args
                every = arguments.posonlyargs + arguments.args + arguments.kwonlyargs
                every += filter(None, (arguments.vararg, arguments.kwarg))
                bare = [argument.arg for argument in every if not argument.annotation]
                self.assertLessEqual(set(bare), {"self", "cls"}, said)


class Mypy(unittest.TestCase):
    def run_mypy(self, *arguments):
        """With an interpreter that can import the extension, as stubtest does."""
        for python in pythons.find():
            if python.version == sys.version_info[:2] and not python.missing("mypy"):
                break
        else:
            version = "%d.%d" % sys.version_info[:2]
            self.skipTest("no mypy for Python %s (Debian package python3-mypy)" % version)
        place = os.path.dirname(os.path.abspath(_inotify.__file__))
        with tempfile.TemporaryDirectory() as folder:
            done = pythons.run(
                [python.path, "-m", *arguments],
                cwd=folder,
                PYTHONPATH=place,
                MYPYPATH=place,
                MYPY_CACHE_DIR=folder,
            )
        self.assertEqual((done.stdout.count("error:"), done.returncode), (0, 0), done.stdout)

    def test_stubs_of_the_extension(self):
        if os.environ.get("IW_SANITIZE_PRELOAD"):
            self.skipTest("built with sanitizers, which stubtest cannot import")
        self.run_mypy("mypy.stubtest", "_inotify")

    def test_package(self):
        self.run_mypy("mypy", "--strict", "-p", "inotify")


if __name__ == "__main__":
    unittest.main()
