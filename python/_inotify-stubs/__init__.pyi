# SPDX-License-Identifier: MIT
"""Types of the extension module _inotify (python/_inotify.c)."""

from os import PathLike
from typing import (
    Any,
    Callable,
    Final,
    List,
    Protocol,
    Tuple,
    Type,
    TypedDict,
    TypeVar,
    Union,
)

class _HasFileno(Protocol):
    def fileno(self) -> int: ...

class _Event(TypedDict):
    wd: int
    mask: int
    cookie: int
    len: int
    name: str

_Tuple = TypeVar("_Tuple", bound=Tuple[Any, ...])
_FileDescriptorLike = Union[int, _HasFileno]
_StrOrBytesPath = Union[str, bytes, PathLike[str], PathLike[bytes]]

def create(flags: int = 0) -> int: ...
def add(fd: _FileDescriptorLike, path: _StrOrBytesPath, mask: int) -> int: ...
def remove(fd: _FileDescriptorLike, wd: int) -> None: ...
def read_event(
    fd: _FileDescriptorLike, callback: Callable[[_Event], Any]
) -> None: ...
def read_batch(
    fd: _FileDescriptorLike, event_type: Type[_Tuple], max_bytes: int = 0
) -> List[_Tuple]: ...

ACCESS: Final[int]
MODIFY: Final[int]
ATTRIB: Final[int]
CLOSE_WRITE: Final[int]
CLOSE_NOWRITE: Final[int]
OPEN: Final[int]
MOVED_FROM: Final[int]
MOVED_TO: Final[int]
CREATE: Final[int]
DELETE: Final[int]
DELETE_SELF: Final[int]
UNMOUNT: Final[int]
Q_OVERFLOW: Final[int]
IGNORED: Final[int]
CLOSE: Final[int]
MOVE_SELF: Final[int]
ISDIR: Final[int]
ONESHOT: Final[int]
MOVE: Final[int]
ALL_EVENTS: Final[int]
ONLYDIR: Final[int]
DONT_FOLLOW: Final[int]
EXCL_UNLINK: Final[int]
MASK_CREATE: Final[int]
MASK_ADD: Final[int]
NONBLOCK: Final[int]
CLOEXEC: Final[int]
CLOSE_EXEC: Final[int]

IN_ACCESS: Final[int]
IN_MODIFY: Final[int]
IN_ATTRIB: Final[int]
IN_CLOSE_WRITE: Final[int]
IN_CLOSE_NOWRITE: Final[int]
IN_OPEN: Final[int]
IN_MOVED_FROM: Final[int]
IN_MOVED_TO: Final[int]
IN_CREATE: Final[int]
IN_DELETE: Final[int]
IN_DELETE_SELF: Final[int]
IN_UNMOUNT: Final[int]
IN_Q_OVERFLOW: Final[int]
IN_IGNORED: Final[int]
IN_CLOSE: Final[int]
IN_MOVE_SELF: Final[int]
IN_ISDIR: Final[int]
IN_ONESHOT: Final[int]
IN_MOVE: Final[int]
IN_ALL_EVENTS: Final[int]
IN_ONLYDIR: Final[int]
IN_DONT_FOLLOW: Final[int]
IN_EXCL_UNLINK: Final[int]
IN_MASK_CREATE: Final[int]
IN_MASK_ADD: Final[int]
IN_NONBLOCK: Final[int]
IN_CLOEXEC: Final[int]
IN_CLOSE_EXEC: Final[int]
