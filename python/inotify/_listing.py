# SPDX-License-Identifier: MIT
"""
What is in a directory now, and whether two paths lead to one file.

It asks the file system and keeps nothing, least of all a descriptor.
"""

import os
from typing import List, NamedTuple


class Entry(NamedTuple):
    """A name in a directory."""

    name: str
    is_dir: bool  # a link to a directory is one
    is_link: bool


def entries_of(path: str, is_following: bool) -> List[Entry]:
    """All entries; links to directories are none unless is_following. OSError."""
    with os.scandir(path) as entries:
        return [_look(entry, is_following) for entry in entries]


def _look(entry: "os.DirEntry[str]", is_following: bool) -> Entry:
    try:
        is_dir = entry.is_dir(follow_symlinks=is_following)
    except OSError:  # a link that leads nowhere, or where nobody may look
        is_dir = False
    return Entry(entry.name, is_dir, entry.is_symlink())


def is_same(one: str, other: str) -> bool:
    """Whether both lead to one file; not if one of them leads nowhere."""
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
