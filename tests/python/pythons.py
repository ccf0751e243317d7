# SPDX-License-Identifier: MIT
"""The Python interpreters of this machine that extensions can be built for."""

import glob
import os
import subprocess
import sys
import tempfile
from typing import List, NamedTuple, Optional, Tuple

from support import DEADLINE_S

OLDEST = (3, 9)

_ASK = """
import os, sys, sysconfig
folders = {sysconfig.get_path("include"), sysconfig.get_path("platinclude")}
headers = any(os.path.exists(os.path.join(folder, "Python.h")) for folder in folders)
print(sys.implementation.name, *sys.version_info[:2], int(headers), sys.executable)
"""

_BORROWED = ("setuptools", "pkg_resources", "_distutils_hack")


class Python(NamedTuple):
    """An interpreter: its version, and the file to run."""

    version: Tuple[int, int]
    path: str

    def __str__(self) -> str:
        return "%d.%d" % self.version

    def missing(self, *modules: str, path: str = "") -> List[str]:
        """Which of the modules it cannot import, with a folder before all others."""
        return [
            name
            for name in modules
            if run([self.path, "-c", "import " + name], PYTHONPATH=path).returncode
        ]


def run(
    command: List[str], cwd: Optional[str] = None, **variables: str
) -> "subprocess.CompletedProcess[str]":
    """Runs a command that sees nothing of the build tree, nor of the user's own."""
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "CFLAGS": "-O0",  # to be quick
        **variables,
    }
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        timeout=5 * DEADLINE_S,
        check=False,
    )


def _ask(path: str) -> Optional[Python]:
    try:
        answer = run([path, "-I", "-c", _ASK])
    except OSError:
        return None
    words = answer.stdout.split(None, 4)
    if answer.returncode != 0 or len(words) != 5 or words[0] != "cpython":
        return None
    version = (int(words[1]), int(words[2]))
    if version < OLDEST or words[3] == "0":
        return None
    return Python(version, words[4].strip())


def find() -> List[Python]:
    """Those with headers, of versions that inowatch supports; this one comes first."""
    pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    folders = os.environ["PATH"].split(os.pathsep) + ["/usr/bin", "/usr/local/bin"]
    folders += sorted(glob.glob(os.path.join(pyenv, "versions", "*", "bin")))
    paths = [sys.executable]
    for folder in folders:
        paths.append(os.path.join(folder, "python3"))
        paths += sorted(glob.glob(os.path.join(folder, "python3.[0-9]*[0-9]")))
    files = dict.fromkeys(path for path in paths if os.access(path, os.X_OK))
    found = [python for python in map(_ask, files) if python]
    return list({os.path.realpath(python.path): python for python in found}.values())


def borrow_setuptools(folder: str, pythons: List[Python]) -> List[str]:
    """
    Makes folders that have only the setuptools of an interpreter, for others to be run
    with: what builds is not what is tested. Returns them.
    """
    script = "import os, setuptools; print(os.path.dirname(setuptools.__path__[0]))"
    lent = []
    for python in pythons:
        answer = run([python.path, "-c", script])
        if answer.returncode:
            continue
        place = answer.stdout.split("\n")[-2]
        into = tempfile.mkdtemp(dir=folder)
        for name in _BORROWED:
            if os.path.exists(os.path.join(place, name)):
                os.symlink(os.path.join(place, name), os.path.join(into, name))
        lent.append(into)
    return lent
