# SPDX-License-Identifier: MIT
"""The modules are built for each other version of Python here, and pass the quick tests."""

import concurrent.futures
import glob
import os
import sys
import tempfile
import unittest

import pythons
from distribution import TOP, copy_sources

HERE = os.path.dirname(os.path.abspath(__file__))

QUICK = (
    "test_adapters_calls.py",
    "test_inotify_ext.py",
    "test_inotify_interpreters.py",
    "test_inotify_stubs.py",
    "test_inotify_watch.py",
    "test_limits.py",
    "test_lowlevel.py",
    "test_package_names.py",
    "test_read_events.py",
)


def others(found):
    """One interpreter of each version but the one that runs this."""
    first = {}
    for python in found:
        first.setdefault(python.version, python)
    first.pop(sys.version_info[:2], None)
    return sorted(first.values())


def build(python, folder, lent):
    """Builds in a copy of the sources: the folder with the modules, or what was said."""
    sources = os.path.join(folder, str(python))
    os.mkdir(sources)
    copy_sources(sources)
    for path in [""] + lent:
        if not python.missing("setuptools", path=path):
            break
    else:
        raise unittest.SkipTest(python.path + " cannot import any setuptools here")
    done = pythons.run([python.path, "setup.py", "-q", "build"], sources, PYTHONPATH=path)
    places = glob.glob(os.path.join(sources, "build-python", "lib*"))
    if done.returncode or len(places) != 1:
        raise AssertionError(done.stdout)
    return places[0]


def build_and_test(python, folder, lent):
    """What the quick tests say that did not pass, and how many passed."""
    modules = build(python, folder, lent)
    wrong, passed = [], 0
    for name in QUICK:
        done = pythons.run(
            [python.path, os.path.join(HERE, "tap.py"), os.path.join(HERE, name)],
            PYTHONPATH=modules,
            top_srcdir=TOP,
        )
        passed += ("\n" + done.stdout).count("\nok ")
        if done.returncode:
            wrong.append("%s with %s:\n%s" % (name, python.path, done.stdout))
    return "\n".join(wrong), passed


class EachPython(unittest.TestCase):
    def test_quick_tests(self):
        found = pythons.find()
        there = others(found)
        if not there:
            self.skipTest("no other version of Python, 3.9 or later, has headers here")
        with tempfile.TemporaryDirectory() as folder:
            lent = pythons.borrow_setuptools(folder, found)
            with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
                runs = [pool.submit(build_and_test, p, folder, lent) for p in there]
                for python, run in zip(there, runs):
                    with self.subTest(str(python)):
                        wrong, passed = run.result()
                        if wrong:
                            self.fail(wrong)
                        self.assertGreater(passed, 5 * len(QUICK))


if __name__ == "__main__":
    unittest.main()
