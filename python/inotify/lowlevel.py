# SPDX-License-Identifier: MIT
"""
The system calls of inotify(7), and read_events() for what they leave to be decoded.

    fd = inotify.init()
    wd = inotify.add_watch(fd, "/etc", inotify.IN_CREATE | inotify.IN_MODIFY)
    for event in inotify.read_events(fd):
        print(event.wd, event.name)
    os.close(fd)

Descriptors belong to the caller. Nothing is kept between calls. Where a function takes
fd, it takes an int or an object with fileno(). This is the interface of py-inotify.
"""

from __future__ import annotations

import errno
import operator
import os
from typing import TYPE_CHECKING, List, NamedTuple

import _inotify

if TYPE_CHECKING:
    from _typeshed import FileDescriptorLike, StrOrBytesPath


class Event(NamedTuple):
    """
    What happened, as inotify(7) tells it.

    wd      watch descriptor, -1 for IN_Q_OVERFLOW
    mask    what happened: constants IN_..., joined with |
    cookie  the same number for IN_MOVED_FROM and its IN_MOVED_TO, else 0
    len     bytes the kernel used for the name, with its NUL padding
    name    name inside the watched directory as str (os.fsdecode), without NULs;
            '' for events of the watched path itself
    """

    wd: int
    mask: int
    cookie: int
    len: int
    name: str


# Where users find it, and so what pickles say.
Event.__module__ = "inotify"


def _number(fd: FileDescriptorLike) -> int:
    """The number of a descriptor. Raises TypeError, or OSError (EBADF) below 0."""
    if not isinstance(fd, int) and not hasattr(fd, "fileno"):
        raise TypeError("fd must be an int, or have fileno()")
    number = operator.index(fd if isinstance(fd, int) else fd.fileno())
    if number < 0:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    return number


def init() -> int:
    """
    Make an inotify instance that waits when it is read, and return its descriptor.

    As with inotify_init(2), programs that are started may inherit it. Close it with
    os.close().

    Raises OSError: EMFILE (fs.inotify.max_user_instances or the descriptors of the
    process are used up), ENFILE, ENOMEM.
    """
    return init1()


def init1(flags: int = 0) -> int:
    """
    Make an inotify instance and return its descriptor.

    flags joins IN_NONBLOCK (read_events() never waits) and IN_CLOEXEC (programs that
    are started do not inherit it) with |. Close it with os.close().

    Raises OSError: EINVAL (other flags), and those of init(); TypeError if flags is no
    int; OverflowError if it is negative or more than 32 bits. See inotify_init1(2).
    """
    flags = operator.index(flags)
    fd = _inotify.create(flags)
    if not flags & _inotify.IN_CLOEXEC:
        os.set_inheritable(fd, True)
    return fd


def add_watch(fd: FileDescriptorLike, pathname: StrOrBytesPath, mask: int) -> int:
    """
    Watch pathname, or change the mask of its watch; return the watch descriptor.

    pathname is str, bytes or os.PathLike. mask joins events (IN_MODIFY, IN_CREATE, ...,
    IN_ALL_EVENTS) and flags (IN_ONLYDIR, IN_DONT_FOLLOW, IN_EXCL_UNLINK, IN_ONESHOT,
    IN_MASK_ADD, IN_MASK_CREATE) with |. A pathname whose inode is watched already gives
    the same watch descriptor, and its mask is replaced unless IN_MASK_ADD is given.

    Raises OSError with filename: FileNotFoundError, PermissionError (no read
    permission), NotADirectoryError (IN_ONLYDIR), FileExistsError (IN_MASK_CREATE),
    ENOSPC (fs.inotify.max_user_watches is used up), EINVAL (no event in mask, unknown
    bits, or fd is no inotify descriptor), ELOOP, ENAMETOOLONG, ENOMEM; without filename:
    EBADF if fd is negative; TypeError for arguments of other types; ValueError if
    pathname has a NUL; OverflowError if mask is no number of 32 bits or fd no C int.
    See inotify_add_watch(2).
    """
    return _inotify.add(_number(fd), pathname, mask)


def rm_watch(fd: FileDescriptorLike, wd: int) -> int:
    """
    End the watch wd, a watch descriptor returned by add_watch(); return 0.

    What is queued for it is still delivered, and then an event IN_IGNORED.

    Raises OSError: EINVAL (no such watch, or fd is no inotify descriptor), EBADF;
    TypeError for arguments of other types; OverflowError if one is no C int. See
    inotify_rm_watch(2).
    """
    _inotify.remove(_number(fd), wd)
    return 0


def read_events(fd: FileDescriptorLike, max_bytes: int = 0) -> List[Event]:
    """
    Return all events that are queued, in their order, as a list of Event.

    If there are none it waits for the next, or returns an empty list if fd was made with
    IN_NONBLOCK. max_bytes, if more than 0, limits what is taken from the queue: each
    event has 16 bytes, and its name up to the next multiple of 16 that leaves room for
    a NUL. What does not fit is left for the next call. Several threads may read one
    descriptor: each event goes to one of them.

    Raises OSError: EINVAL (max_bytes is less than the first event, or fd is no inotify
    descriptor), EBADF; TypeError for arguments of other types. See inotify(7).
    """
    return _inotify.read_batch(_number(fd), Event, max_bytes)
