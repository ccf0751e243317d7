# SPDX-License-Identifier: MIT
"""
watch() and awatch(): records, without a Watcher to be closed.

    for record in inotify.watch("src", recursive=True):
        print(record.event, record.path)

What they return watches from the beginning, not from the first record on, and stops when
the loop has let go of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, AnyStr, Generic, TypeVar, Union, overload

from _inotify import Record
from inotify import loop
from inotify.watcher import Watcher

if TYPE_CHECKING:
    from _typeshed import StrOrBytesPath

    from inotify.watcher import Path

_Sync = TypeVar("_Sync", bound="Watching[Any]")
_Async = TypeVar("_Async", bound="AsyncWatching[Any]")


class _Quiet(Watcher[AnyStr]):
    """A Watcher that may be forgotten."""

    def __del__(self) -> None:
        self.close()


class Watching(Generic[AnyStr]):
    """What watch() returns: an iterator of records."""

    def __init__(self, watcher: Watcher[AnyStr]) -> None:
        self._watcher: Watcher[AnyStr] = watcher

    def __iter__(self: _Sync) -> _Sync:
        return self

    def __next__(self) -> Record[AnyStr]:
        return next(self._watcher)

    def close(self) -> None:
        """End it, from any thread. Twice is harmless."""
        self._watcher.close()


class AsyncWatching(Generic[AnyStr]):
    """What awatch() returns: an asynchronous iterator of records."""

    def __init__(self, watcher: Watcher[AnyStr]) -> None:
        self._watcher: Watcher[AnyStr] = watcher

    def __aiter__(self: _Async) -> _Async:
        return self

    async def __anext__(self) -> Record[AnyStr]:
        return await self._watcher.__anext__()

    async def aclose(self) -> None:
        """End it. Twice is harmless."""
        self._watcher.close()


@overload
def watch(path: StrOrBytesPath, mask: int) -> int: ...


@overload
def watch(*paths: Path[AnyStr], **options: Any) -> Watching[AnyStr]: ...


def watch(*paths: Any, **options: Any) -> Union[int, Watching[Any]]:
    """
    Watch paths and return an iterator of what happens to them.

    paths and options are those of Watcher. It ends when it is forgotten, as after break,
    or closed. A path that is gone may come again, so it has no end by itself.

    With exactly two positional arguments, path and mask, of which the second is a number,
    it is the function of startloop() that returns a watch descriptor: see
    inotify.loop.watch(). A Watcher's mask is given by its name, watch(path, mask=...).

    Raises what Watcher() does.
    """
    if "path" in options or (len(paths) == 2 and hasattr(paths[1], "__index__")):
        return loop.watch(*paths, **options)
    return Watching(_Quiet(*paths, **options))


def awatch(*paths: Path[AnyStr], **options: Any) -> AsyncWatching[AnyStr]:
    """
    Watch paths and return an asynchronous iterator of what happens to them.

    paths and options are those of Watcher, which is made at once, in the loop's thread. It
    ends when it is forgotten, as after break, or closed. Raises what Watcher() does.
    """
    return AsyncWatching(_Quiet(*paths, **options))
