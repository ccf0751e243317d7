# SPDX-License-Identifier: MIT
"""The kernel's inotify limits: read, raised for a while where that is allowed."""

import contextlib

FOLDER = "/proc/sys/fs/inotify/"


class TooLow(Exception):
    """A limit is too low for a measurement and cannot be raised."""


def read(name):
    """The value of fs.inotify.NAME."""
    with open(FOLDER + name, encoding="ascii") as file:
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
