# SPDX-License-Identifier: MIT
"""What is really there: names, types, and when each file's content changed last."""

import os
import re
import stat

# Written by the generator in front of each change: the exact time before it. The mtime
# alone would be up to one tick of the kernel's coarse clock too early.
STAMP = re.compile(rb"(?:^|\n)([0-9]{19})(?=\n)")

SENTINEL = b".storm-sentinel-"


class Entry:
    """One name of the real tree."""

    __slots__ = ("type", "is_regular", "changed_ns", "inode", "links")

    def __init__(self, status):
        is_dir = stat.S_ISDIR(status.st_mode)
        self.type = "dir" if is_dir else "file"
        self.is_regular = stat.S_ISREG(status.st_mode)
        self.changed_ns = status.st_mtime_ns
        self.inode = status.st_ino
        self.links = status.st_nlink


def list_tree(root, is_content_read=False):
    """{real path: Entry} of root and all below it; sentinels are left out."""
    try:
        status = os.lstat(root)
    except OSError:
        return {}
    entries = {root: Entry(status)}
    waiting = [root] if stat.S_ISDIR(status.st_mode) else []
    while waiting:
        directory = waiting.pop()
        with os.scandir(directory) as found:
            for item in found:
                if item.name.startswith(SENTINEL):
                    continue
                entry = Entry(item.stat(follow_symlinks=False))
                entries[item.path] = entry
                if entry.type == "dir":
                    waiting.append(item.path)
    if is_content_read:
        read_stamps(entries)
    return entries


def read_stamps(entries):
    """Raises changed_ns to the last time that the generator wrote into the file."""
    for path, entry in entries.items():
        if not entry.is_regular:
            continue
        with open(path, "rb", buffering=0) as file:
            for stamp in STAMP.findall(file.read()):
                entry.changed_ns = max(entry.changed_ns, int(stamp))
