# SPDX-License-Identifier: MIT
"""
Watcher: what happens to files and whole trees, as a stream that can be replayed.

    with inotify.Watcher("src", recursive=True) as watcher:
        for record in watcher:
            print(record.event, record.path)

It is the watcher of the program inowatch. Take the tree as it was when Watcher() has
returned, apply the records in order, and the result is the tree that is there now:
renamed directories are followed, new ones miss nothing, and after an overflow of the
kernel's queue everything is told anew.
"""

from __future__ import annotations

import os
import re
import sys
import warnings
from types import TracebackType
from typing import (
    TYPE_CHECKING,
    Any,
    AnyStr,
    Callable,
    Iterable,
    List,
    Optional,
    Tuple,
    Type,
    TypeVar,
    Union,
)

import _inotify
from _inotify import Record

from inotify._consumers import Consumers

if TYPE_CHECKING:
    from _typeshed import StrOrBytesPath

    Path = Union[AnyStr, os.PathLike[AnyStr]]

# What hides or prunes: re objects, which are searched for, or functions of the path.
Pattern = Union["re.Pattern[str]", "re.Pattern[bytes]", Callable[[Any], object]]
Patterns = Union[Pattern, Iterable[Pattern], None]

_EXCLUDE, _INCLUDE, _IGNORE = 0, 1, 3  # enum iw_filter_kind
_RECORDS_IN_A_ROW = 64  # then the other tasks of a loop have their turn
_ALL_EVENTS = _inotify.ALL_EVENTS
_Self = TypeVar("_Self", bound="Watcher[Any]")


def _spell(path: StrOrBytesPath) -> Union[str, bytes]:
    """The path as it was given, but with one slash at its end at most."""
    spelled = os.fspath(path)
    slash: Any = "/" if isinstance(spelled, str) else b"/"
    if spelled.endswith(slash):
        trimmed: Union[str, bytes] = spelled.rstrip(slash) + slash
        return trimmed
    return spelled


def _has_bytes(paths: Tuple[Union[str, bytes], ...]) -> bool:
    kinds = {isinstance(path, bytes) for path in paths}
    if len(kinds) > 1:
        raise TypeError("paths must be all str or all bytes")
    return kinds == {True}


def _each(patterns: Patterns) -> List[Pattern]:
    if patterns is None:
        return []
    if isinstance(patterns, re.Pattern) or callable(patterns):
        return [patterns]
    if isinstance(patterns, (str, bytes)):
        raise TypeError("a pattern must be a re object or a function: see re.compile()")
    return list(patterns)


def _parse(kind: int, patterns: Patterns, is_bytes: bool) -> Iterable[Tuple[int, Any, bool]]:
    for pattern in _each(patterns):
        if isinstance(pattern, re.Pattern):
            yield kind, pattern.search, isinstance(pattern.pattern, bytes)
        elif callable(pattern):
            yield kind, pattern, is_bytes
        else:
            raise TypeError("a pattern must be a re object or a function")


class Watcher(_inotify.Watcher[AnyStr]):
    """
    Tells what happens to paths, and below them.

    paths are str, bytes or os.PathLike, all of one kind: records have paths of that kind,
    str with surrogateescape. Without any, add() takes str. A path is watched, not what it
    names now: it may be replaced, or removed and made again. Options:

    recursive        watch all directories below, also those that come later
    mask             the events to be told: constants of inotify, joined with |
    include          only paths that match one of these patterns are told
    exclude          paths that match one of these patterns are not told
    ignore           the same, and what is below them is not watched
    pair_moves       tell move and exchange instead of moved_out and moved_in
    follow_links     a path that is a symbolic link means what it points to
    one_file_system  do not enter directories of other file systems
    max_depth        how far below a path to look: 1 is what is directly in it
    listed           tell what is there first: resync, found and ready
    missing_ok       a path need not be there yet; lost is told about it

    A pattern is a re object, which is searched for in the path of a record, or a function
    that gets the path and says whether it matches; several may be given as a list. What
    a pattern raises comes out of the call that looks for records; what it could not judge
    is told. A pattern cannot use the Watcher, but for close().

    When Watcher() returns, all is watched that can be: everything that happens later is
    told. Of what was told before only lost is kept, unless listed. A directory below a
    path that cannot be watched is a record lost.

    Threads may share a Watcher; each record is given out once. It belongs to the process
    that opened it: after fork() the child may only close it.

    Raises OSError with filename if one of paths cannot be watched: FileNotFoundError
    (unless missing_ok), PermissionError, ENOSPC (fs.inotify.max_user_watches is used up);
    without, EMFILE (fs.inotify.max_user_instances or the descriptors of the process are
    used up); TypeError; ValueError for a path that is empty or has a NUL; OverflowError
    if mask or max_depth is out of range. Audit event: inotify.watcher.add with path, mask.
    See inotify(7).
    """

    def __init__(
        self,
        *paths: Path[AnyStr],
        recursive: bool = False,
        mask: int = _ALL_EVENTS,
        include: Patterns = None,
        exclude: Patterns = None,
        ignore: Patterns = None,
        pair_moves: bool = True,
        follow_links: bool = True,
        one_file_system: bool = False,
        max_depth: Optional[int] = None,
        listed: bool = False,
        missing_ok: bool = False,
    ) -> None:
        if max_depth is not None and max_depth < 1:
            raise ValueError("max_depth must be at least 1")
        if not 0 <= mask < 2**32 or (max_depth or 0) >= 2**32:
            raise OverflowError("mask and max_depth must be numbers of 32 bits")
        if not mask & _ALL_EVENTS:
            raise ValueError("mask has no event")
        spelled: Tuple[Union[str, bytes], ...] = tuple(_spell(path) for path in paths)
        is_bytes: bool = _has_bytes(spelled)
        self._mask: int = mask
        self._consumers: Consumers = Consumers()
        self._count: int = 0
        for path in spelled:
            sys.audit("inotify.watcher.add", path, mask)
        super().__init__(
            tuple(os.fsencode(path) for path in spelled),
            mask=mask,
            max_depth=max_depth or 0,
            recursive=recursive,
            follow_links=follow_links,
            is_bytes=is_bytes,
            pair_moves=pair_moves,
            one_file_system=one_file_system,
            listed=listed,
            missing_ok=missing_ok,
            patterns=(
                *_parse(_EXCLUDE, exclude, is_bytes),
                *_parse(_INCLUDE, include, is_bytes),
                *_parse(_IGNORE, ignore, is_bytes),
            ),
        )

    def __repr__(self) -> str:
        state = "closed" if self.closed else "open"
        return "<inotify.Watcher %s at %#x>" % (state, id(self))

    def _encode(self, path: Path[AnyStr]) -> bytes:
        spelled = _spell(path)
        if isinstance(spelled, bytes) != self.is_bytes:
            raise TypeError(
                "this Watcher's paths are %s" % ("bytes" if self.is_bytes else "str")
            )
        return os.fsencode(spelled)

    def add(self, path: Path[AnyStr], missing_ok: bool = False) -> None:
        """
        Watch path, too. When it returns, everything that happens there is told.

        What is there already is told as resync, found and synced. With missing_ok it may
        come later. Raises what Watcher() does, and then it is not watched; ValueError if
        the Watcher is closed; what a pattern raises.
        """
        encoded = self._encode(path)
        sys.audit("inotify.watcher.add", path, self._mask)
        super().add_path(encoded, missing_ok)

    def remove(self, path: Path[AnyStr]) -> None:
        """
        Watch path and what is below it no more. No record says so.

        path is spelled as it was added, but for slashes at its end. What another path of
        this Watcher reaches, too, is told of as resync and found, and goes on. What came
        before is still read. Raises KeyError if it is no path of this Watcher; ValueError
        if that is closed; what a pattern raises.
        """
        super().remove_path(self._encode(path))

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __del__(self) -> None:
        # A forked child has it from its parent, who did not forget it.
        if self.closed or self.pid != os.getpid():
            return
        warnings.warn("unclosed %r" % self, ResourceWarning, source=self)
        self.close()

    # ---- asyncio ----

    def __aiter__(self: _Self) -> _Self:
        return self

    async def __anext__(self) -> Record[AnyStr]:
        """
        The next record; the iteration ends when the Watcher is closed.

        Tasks may share it, in any loops: each record is given out once, and a task that
        is cancelled takes none with it. It looks at the file system in the loop's thread,
        as long as a turn takes.
        """
        try:
            return await self._next_record()
        except ValueError:
            if not self.closed:
                raise
        raise StopAsyncIteration

    async def _next_record(self) -> Record[AnyStr]:
        self._count += 1
        if self._count % _RECORDS_IN_A_ROW == 0:
            from asyncio import sleep  # pylint: disable=import-outside-toplevel

            await sleep(0)
        record = self.take()
        while record is None:
            future = self._consumers.join(self)
            try:
                record = self.take()
                if record is None:
                    await future
            finally:
                self._consumers.leave(self, future)
            if record is None:
                record = self.take()
        return record

    async def aclose(self) -> None:
        """The same as close()."""
        self.close()

    async def __aenter__(self: _Self) -> _Self:
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()


# Where users find it, and so what repr() says.
Watcher.__module__ = "inotify"
