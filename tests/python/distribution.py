# SPDX-License-Identifier: MIT
"""The source tree as a distribution for Python is made from it, in another folder."""

import os
import shutil

TOP = os.environ.get("top_srcdir") or os.path.abspath(
    os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
)

FILES = (
    "LICENSE",
    "MANIFEST.in",
    "Makefile.am",
    "NEWS",
    "README.md",
    "configure.ac",
    "pyproject.toml",
    "setup.py",
)
FOLDERS = ("python", "src/base", "src/core", "src/source")

# What building and editing in the tree leaves behind.
_IGNORED = shutil.ignore_patterns(
    ".*", "*.o", "*.lo", "*.la", "__pycache__", "*.egg-info", "*~"
)


def copy_sources(folder: str) -> None:
    """Copies what belongs to it; the source tree may be read-only."""
    for name in FILES:
        shutil.copyfile(os.path.join(TOP, name), os.path.join(folder, name))
    for name in FOLDERS:
        shutil.copytree(
            os.path.join(TOP, name),
            os.path.join(folder, name),
            ignore=_IGNORED,
            copy_function=shutil.copyfile,
        )
    for place, _, _ in os.walk(folder):
        os.chmod(place, 0o755)
