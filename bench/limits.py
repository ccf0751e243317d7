# SPDX-License-Identifier: MIT
"""The kernel's inotify limits: read, raised for a while where that is allowed."""

import contextlib
import fcntl

FOLDER = "/proc/sys/fs/inotify/"


class TooLow(Exception):
    """A limit is too low for a measurement and cannot be raised."""


def held(name):
    """fs.inotify.NAME, which nobody who knows of this lock lowers until it is closed."""
    file = open(FOLDER + name, encoding="ascii")
    # The storms (tests/storm/limits.py) lower the queue's limit for a moment.
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def read(name):
    """The value of fs.inotify.NAME."""
    with held(name) as file:
        return int(file.read())


def write(name, value):
    """Sets fs.inotify.NAME."""
    with open(FOLDER + name, "w", encoding="ascii") as file:
        file.write(str(value))


@contextlib.contextmanager
def at_least(name, value):
    """Holds fs.inotify.NAME at a value or more; what was there is restored."""
    usual = read(name)
    if usual >= value:
        yield
        return
    try:
        write(name, value)
    except OSError as error:
        raise TooLow("fs.inotify.%s is %d, %d are needed (run as root, or raise it)"
                     % (name, usual, value)) from error
    try:
        yield
    finally:
        write(name, usual)
