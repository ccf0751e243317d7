# SPDX-License-Identifier: MIT
"""
One inotify instance for the whole program, and a loop that calls back for each event.

    wd = inotify.watch("/etc", inotify.IN_CREATE | inotify.IN_MODIFY)
    inotify.startloop(lambda event: print(event.wd, event.mask, event.name))

The instance is made when it is first needed, and ended by stoploop(). Any thread may
call these functions while another is in startloop(); the callback, extra and signal
handlers may, too. This is the interface of python-inotify of 2013.
"""

from __future__ import annotations

import errno
import operator
import os
import threading
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional

import _inotify
from inotify.instance import Instance

if TYPE_CHECKING:
    from _typeshed import StrOrBytesPath

_lock = threading.RLock()  # signal handlers call these functions, too
_instance: Optional[Instance[event]] = None


class event(NamedTuple):
    """
    What startloop() calls back with. Its attributes cannot be set:

    wd           what watch() returned, -1 for IN_Q_OVERFLOW
    mask         what happened: constants IN_..., joined with |
    cookie       the same number for IN_MOVED_FROM and its IN_MOVED_TO, else 0
    length, len  bytes the kernel used for the name, with its NUL padding
    name         name inside the watched directory as str (os.fsdecode), without NULs;
                 '' for events of the watched path itself

    Without arguments all are 0 and ''.
    """

    # A tuple, because those are made in C, a whole batch at once.
    wd: int = 0
    mask: int = 0
    cookie: int = 0
    length: int = 0
    name: str = ""

    @property
    def len(self) -> int:
        return self.length

    def __repr__(self) -> str:
        values = tuple(self)
        return "inotify.event(wd=%r, mask=%r, cookie=%r, length=%r, name=%r)" % values


# Where users find it, and so what pickles say.
event.__module__ = "inotify"


def _open() -> Instance[event]:
    global _instance
    with _lock:
        if _instance is None:
            _instance = Instance(event)
        return _instance


def watch(path: StrOrBytesPath, mask: int) -> int:
    """
    Watch path, or change the mask of its watch; return the watch descriptor.

    path is str, bytes or os.PathLike. mask joins events (IN_MODIFY, IN_CREATE, ...,
    IN_ALL_EVENTS) and flags (IN_ONLYDIR, IN_DONT_FOLLOW, IN_EXCL_UNLINK, IN_ONESHOT,
    IN_MASK_ADD) with |. A path whose inode is watched already gives the same watch
    descriptor, and its mask is replaced unless IN_MASK_ADD is given.

    Raises OSError, with filename: FileNotFoundError, PermissionError (no read
    permission), NotADirectoryError (IN_ONLYDIR), ENOSPC (fs.inotify.max_user_watches is
    used up), EINVAL (no event in mask, or unknown bits), ELOOP, ENAMETOOLONG, ENOMEM;
    without, from the first call: EMFILE (fs.inotify.max_user_instances or the
    descriptors of the process are used up), ENFILE; TypeError for arguments of other
    types; ValueError if path has a NUL; OverflowError if mask is no number of 32 bits.
    See inotify_add_watch(2).
    """
    while True:
        with _open().use() as fd:
            if fd is not None:  # else another thread called stoploop() just now
                return _inotify.add(fd, path, mask)


def unwatch(wd: int) -> bool:
    """
    End the watch wd, a watch descriptor returned by watch(); return True.

    What is queued for it is still delivered, and then an event IN_IGNORED.

    Raises OSError (EINVAL) if there is no such watch; TypeError if wd is no int;
    OverflowError if it is no C int. See inotify_rm_watch(2).
    """
    wd = operator.index(wd)
    instance = _instance
    if instance is not None:
        with instance.use() as fd:
            if fd is not None:
                _inotify.remove(fd, wd)
                return True
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


def _check(callback: Any, extra: Any, block: Any) -> None:
    if not callable(callback):
        raise TypeError("callback must be callable")
    if extra is not None and not callable(extra):
        raise TypeError("extra must be callable or None")
    if not isinstance(block, bool):
        raise TypeError("block must be a bool")


def startloop(
    callback: Callable[[event], Any],
    extra: Optional[Callable[[], Any]] = None,
    timeout: int = 100,
    block: bool = True,
) -> None:
    """
    Call callback(event) for each event, until stoploop() is called.

    A turn waits until events are queued, but not longer than timeout (milliseconds;
    without end if negative), calls back for each of them in order, and then calls
    extra(), also if there was none. With block=False there is one turn.

    What callback or extra raises ends the loop and is raised here. The events that
    callback was not called with yet are the first of the next startloop(), whose first
    turn does not wait then. After stoploop() callback is not called any more; extra
    still is, at the end of the turn.

    Raises TypeError for arguments of other types; OSError: EMFILE, ENFILE, ENOMEM from
    inotify_init1(2) if nothing was watched before. See inotify(7).
    """
    _check(callback, extra, block)
    timeout_ms = operator.index(timeout)
    instance = _open()
    while True:
        instance.fill(timeout_ms)
        taken = instance.next_event()
        while taken is not None:
            callback(taken)
            taken = instance.next_event()
        if extra is not None:
            extra()
        if not block or instance.is_closed:
            return


def stoploop() -> None:
    """
    End the loop and all watches, and close the instance. Twice is harmless.

    startloop() returns at the end of its turn, in whatever thread it is; if it waits,
    it stops waiting. Events that were not delivered are forgotten. watch() and
    startloop() begin with a new instance afterwards, whose watch descriptors begin
    with 1.
    """
    global _instance
    with _lock:
        instance, _instance = _instance, None
    if instance is not None:
        instance.close()
