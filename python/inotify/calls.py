# SPDX-License-Identifier: MIT
"""
The three system calls of inotify(7), and InotifyError, which they raise.

They take and return plain descriptors, which belong to the caller.
"""

import os
from typing import Any, Callable, Optional, Tuple, Union

import _inotify

__all__ = ["InotifyError", "inotify_add_watch", "inotify_init", "inotify_rm_watch"]

_Path = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]


class InotifyError(OSError):
    """
    A system call has failed: see errno, errmsg and, where there was a path, filename.

    message  what was done
    args     further arguments, kept in args
    error    the OSError that tells why; by default the errno that ctypes kept of the
             last call of a library loaded with use_errno=True
    """

    def __init__(
        self, message: str, *args: object, error: Optional[OSError] = None
    ) -> None:
        number, text, filename = _reason(error)
        super().__init__(number, text, filename)
        self.args = (message,) + args

    @property
    def errmsg(self) -> str:
        """
        The system's text for errno, see strerror(3), and, where a limit on inotify was
        met, how to raise it.
        """
        return str(self.strerror)

    def __str__(self) -> str:
        return "%s ERRNO=(%d) [%s]" % (self.args[0], self.errno, self.errmsg)

    def __reduce__(self) -> Tuple[Any, ...]:
        reason = (self.errno, self.strerror, self.filename)
        return _rebuild, (type(self), self.args, reason)


def _reason(error: Optional[OSError]) -> Tuple[int, str, Any]:
    if error is not None:
        number = error.errno or 0
        return number, error.strerror or os.strerror(number), error.filename
    import ctypes  # slow to import, and hardly ever needed

    number = ctypes.get_errno()
    return number, os.strerror(number), None


def _rebuild(
    kind: Callable[..., InotifyError], args: Tuple[Any, ...], reason: Tuple[Any, ...]
) -> InotifyError:
    # Pickle and copy would call the class with args alone.
    return kind(*args, error=OSError(*reason))


def _call(function: Callable[..., Any], *args: Any) -> Any:
    try:
        return function(*args)
    except OSError as error:
        raise InotifyError(
            "Call failed (should not be -1): (-1)", error=error
        ) from error


def inotify_init() -> int:
    """
    Opens an inotify instance, inotify_init1(2), which is not inherited by new programs.

    Returns its descriptor. InotifyError: EMFILE, ENFILE, ENOMEM.
    """
    return int(_call(_inotify.create))


def inotify_add_watch(fd: int, path: _Path, mask: int) -> int:
    """
    Watches a path, or changes its mask, inotify_add_watch(2).

    fd    of inotify_init()
    path  str, bytes or os.PathLike
    mask  bits of inotify.constants

    Returns the watch descriptor, the same for each name of one inode.
    InotifyError: ENOENT, EACCES, ENOSPC (fs.inotify.max_user_watches), EINVAL, ….
    """
    return int(_call(_inotify.add, fd, path, mask))


def inotify_rm_watch(fd: int, wd: int) -> None:
    """
    Ends a watch, inotify_rm_watch(2); IN_IGNORED follows what is queued.

    fd  of inotify_init()
    wd  of inotify_add_watch()

    InotifyError: EINVAL (no such watch), EBADF.
    """
    _call(_inotify.remove, fd, wd)


def _check_zero(result: int) -> int:
    """Returns the result of a C function, InotifyError unless it is 0."""
    if result != 0:
        raise InotifyError("Call failed (should be zero): (%d)" % result)
    return result


def _check_nonzero(result: int) -> int:
    """Returns the result of a C function, InotifyError if it is 0."""
    if result == 0:
        raise InotifyError("Call failed (should be nonzero): (%d)" % result)
    return result


def _check_nonnegative(result: int) -> int:
    """Returns the result of a C function, InotifyError if it is -1."""
    if result == -1:
        raise InotifyError("Call failed (should not be -1): (%d)" % result)
    return result


def __getattr__(name: str) -> Any:
    # ctypes is only imported for who asks for it.
    if name == "_LIB":
        from inotify import library

        return library.instance
    raise AttributeError("module %r has no attribute %r" % (__name__, name))
