# SPDX-License-Identifier: MIT
"""Runs the unittest cases of one file and reports them as TAP: tap.py FILE."""

import importlib.util
import os
import sys
import unittest


class TapResult(unittest.TestResult):
    """Prints one TAP line for each test, whatever its subtests did."""

    def __init__(self, stream):
        super().__init__()
        self._stream = stream
        self._is_told = True
        self._failures = []

    def _say(self, is_ok, test, comment="", details=""):
        self._is_told = True
        name = test.id().replace("#", "_")
        self._stream.write("{} {} - {}{}\n".format(
            "ok" if is_ok else "not ok", self.testsRun, name, comment))
        self._explain(details)

    def _explain(self, text):
        self._stream.writelines("# " + line + "\n" for line in text.splitlines())
        self._stream.flush()

    def _count_fixture(self, test):
        # setUpClass and setUpModule report as something that was never started.
        if not isinstance(test, unittest.TestCase):
            self.testsRun += 1

    def startTest(self, test):
        super().startTest(test)
        self._is_told = False
        self._failures = []

    def stopTest(self, test):
        if self._failures:
            self._say(False, test, details="".join(self._failures))
        elif not self._is_told:
            self._say(True, test)
        super().stopTest(test)

    def addSuccess(self, test):
        self._say(True, test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._failures.append(self._exc_info_to_string(err, test))

    def addError(self, test, err):
        super().addError(test, err)
        if isinstance(test, unittest.TestCase):
            self._failures.append(self._exc_info_to_string(err, test))
        else:
            self._count_fixture(test)
            self._say(False, test, details=self._exc_info_to_string(err, test))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            text = self._exc_info_to_string(err, test)
            self._failures.append(subtest.id() + "\n" + text)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        if not reason:
            self.failures.append((test, "skipped without a reason"))
            reason = "skipped without a reason"
            if isinstance(test, unittest.TestCase):
                self._failures.append(reason)
            else:
                self._count_fixture(test)
                self._say(False, test, " " + reason)
        elif hasattr(test, "test_case"):
            self._explain("skipped " + test.id() + ": " + reason)
        else:
            self._count_fixture(test)
            self._say(True, test, " # SKIP " + reason)

    def addExpectedFailure(self, test, err):
        self._say(False, test, " # TODO expected to fail")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._say(False, test, " (was expected to fail)")


def load(path):
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return unittest.defaultTestLoader.loadTestsFromModule(module)


def main():
    # Tests and their children must not write into the TAP.
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace")
    os.dup2(2, 1)
    suite = load(sys.argv[1])
    if suite.countTestCases() == 0:
        stream.write("Bail out! {} has no tests\n".format(sys.argv[1]))
        return 1
    result = TapResult(stream)
    suite.run(result)
    # The plan comes last: a class that could not be set up changes the number.
    stream.write("1..{}\n".format(result.testsRun))
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
