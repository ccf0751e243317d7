# SPDX-License-Identifier: MIT
"""What happens to files that are named as PATH: saves, deletions, and back again."""

import os

from operations import stamp


class FileOperations:
    """One worker's hands on a few files and their neighbours."""

    WEIGHTS = {"save": 6, "write": 6, "append": 4, "truncate": 2, "remove": 3,
               "create": 5, "rename_away": 2, "rename_back": 3, "swap": 1,
               "neighbour": 4, "change_mode": 1}

    def __init__(self, rng, files):
        self.rng = rng
        self.files = files
        self.linked_inodes = set()

    def close(self):
        """Nothing is held."""

    def draw(self):
        return self.rng.choice(self.files)

    def write_to(self, path, flags):
        fd = os.open(path, flags | os.O_WRONLY | os.O_CLOEXEC, 0o644)
        try:
            os.write(fd, stamp())
        finally:
            os.close(fd)

    def save(self):
        """Beside it, then over it."""
        path = self.draw()
        self.write_to(path + b".new", os.O_CREAT | os.O_TRUNC)
        os.rename(path + b".new", path)

    def write(self):
        self.write_to(self.draw(), os.O_TRUNC)

    def append(self):
        self.write_to(self.draw(), os.O_APPEND)

    def create(self):
        self.write_to(self.draw(), os.O_CREAT | os.O_EXCL)

    def truncate(self):
        os.truncate(self.draw(), self.rng.randrange(10))

    def remove(self):
        os.unlink(self.draw())

    def rename_away(self):
        """As editors keep the old version."""
        path = self.draw()
        os.rename(path, path + b"~")
        if self.rng.random() < 0.6:
            self.write_to(path, os.O_CREAT)

    def rename_back(self):
        path = self.draw()
        os.rename(path + b"~", path)

    def swap(self):
        os.rename(self.draw(), self.draw())

    def neighbour(self):
        self.write_to(self.draw() + b".neighbour", os.O_CREAT)

    def change_mode(self):
        os.chmod(self.draw(), 0o600)
