# SPDX-License-Identifier: MIT
"""
Hands that note each content that a file ever had, so that a stored version can be told
from a torn one. Contents change in one worker at a time: a lock goes from hand to hand.
"""

import contextlib
import fcntl
import hashlib
import mmap
import os

from operations import WEIGHTS, Operations, stamp

LARGEST = 12
CHUNK = 1 << 16


def digest_of(path):
    """What a note says; path may be a descriptor below /proc."""
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while True:
            data = file.read(1 << 20)
            if not data:
                return digest.digest()
            digest.update(data)


EMPTY = hashlib.sha256().digest()


class NotingOperations(Operations):
    """One worker's hands, and the file that its notes go to."""

    # Another program's writes cannot be noted one by one.
    WEIGHTS = dict(WEIGHTS, unpack=0, copy_tree=0, rewrite=8)

    def __init__(self, rng, inside, outside, notes_path):
        super().__init__(rng, inside, outside, [inside])
        self.notes_fd = os.open(notes_path, os.O_RDWR | os.O_CREAT | os.O_APPEND
                                | os.O_CLOEXEC, 0o600)

    @contextlib.contextmanager
    def alone(self):
        """Nobody else changes contents."""
        fcntl.flock(self.notes_fd, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self.notes_fd, fcntl.LOCK_UN)

    def note(self, fd):
        """What the file has now."""
        with contextlib.suppress(OSError):
            os.write(self.notes_fd, digest_of("/proc/self/fd/%d" % fd))

    def open(self, path, flags):
        """For writing, without waiting; what is no file is left alone."""
        return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC, 0o644)

    def write_to(self, path, flags, count=1):
        with self.alone():
            fd = self.open(path, flags)
            try:
                self.note(fd)
                for _ in range(count):
                    os.write(fd, stamp() + b"-" * self.rng.randrange(60) + b"\n")
                    self.note(fd)
            finally:
                os.close(fd)

    def write_held(self):
        with self.alone():
            if len(self.held) < 3:
                self.held.append(self.open(self.area().file(),
                                           os.O_WRONLY | os.O_APPEND))
            fd = self.rng.choice(self.held)
            os.write(fd, stamp())
            self.note(fd)
            if self.rng.random() < 0.4:
                self.held.remove(fd)
                os.close(fd)

    def change(self, path, change):
        """Opens a file, has it changed in one call, and notes what it has then."""
        with self.alone():
            fd = self.open(path, os.O_RDWR)
            try:
                change(fd)
                self.note(fd)
            finally:
                os.close(fd)

    def truncate(self):
        self.change(self.inside.file(),
                    lambda fd: os.ftruncate(fd, self.rng.randrange(30)))

    def allocate(self):
        self.change(self.inside.file(),
                    lambda fd: os.posix_fallocate(fd, 0, self.rng.randrange(1, 9000)))

    def store(self):
        # A mapping may also be told late: what it has is noted before it is let go.
        self.change(self.inside.file(), self.store_through)

    @staticmethod
    def store_through(fd):
        """As it is done elsewhere, through a mapping."""
        with mmap.mmap(fd, 0) as area:
            area[0:1] = b"#"

    def appear(self):
        area = self.area()
        path = area.new()
        with self.alone():
            fd = self.open(os.path.dirname(path), os.O_TMPFILE | os.O_WRONLY)
            try:
                os.write(fd, stamp())
                self.note(fd)
                os.link("/proc/self/fd/%d" % fd, path, follow_symlinks=True)
            finally:
                os.close(fd)
        area.learn(area.files, path)

    def rewrite(self):
        """A larger file, in place, piece by piece: what a copy may tear."""
        path = self.inside.file() if self.rng.random() < 0.7 else self.inside.new()
        with self.alone():
            fd = self.open(path, os.O_WRONLY | os.O_CREAT)
            try:
                for _ in range(self.rng.randrange(2, LARGEST)):
                    os.write(fd, stamp() * (CHUNK // 20))
                    self.note(fd)
            finally:
                os.close(fd)
        self.inside.learn(self.inside.files, path)
