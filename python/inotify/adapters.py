# SPDX-License-Identifier: MIT
"""
Events as a generator, of single paths (Inotify) or whole trees (InotifyTree,
InotifyTrees), with the interface of the package PyInotify; see inotify(7).

    with inotify.adapters.Inotify() as notifier:
        notifier.add_watch("/tmp")
        for event in notifier.event_gen(yield_nones=False):
            header, type_names, path, filename = event

header has wd, mask, cookie and len as the kernel gave them, type_names is a list of the
names of the mask, path is the string given to add_watch(), and filename is '' where the
kernel has none. Names that are not valid text come as os.fsdecode() makes them.
"""

import functools
import logging
import os
import sys
import threading
import time
from types import TracebackType
from typing import (
    Any,
    Callable,
    Collection,
    Iterable,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Tuple,
    Type,
    TypeVar,
    Union,
)

from inotify import constants
from inotify._event_queue import EventQueue
from inotify._tree import Tree
from inotify._watch_table import WatchTable

_LOGGER = logging.getLogger(__name__)
_LOOK = constants.IN_DONT_FOLLOW | constants.IN_ONLYDIR

_Path = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]
_Block = Union[None, float, Callable[[], Optional[float]]]
_Self = TypeVar("_Self", bound="_Closing")


class _INOTIFY_EVENT(NamedTuple):
    wd: int
    mask: int
    cookie: int
    len: int


Event = Tuple[_INOTIFY_EVENT, List[str], str, str]


class EventTimeoutException(Exception):
    """Never raised: event_gen() just ends after timeout_s."""


class TerminalEventException(Exception):
    """An event that event_gen() was to stop at: its name in args[0], the event in event."""

    def __init__(self, type_name: str, event: Event) -> None:
        super().__init__(type_name)
        self.event = event

    def __reduce__(self) -> Tuple[Any, ...]:
        return type(self), (self.args[0], self.event)


@functools.lru_cache(maxsize=1024)
def _names(mask: int) -> Tuple[str, ...]:
    lookup = constants.MASK_LOOKUP
    return tuple(name for bit, name in lookup.items() if mask & bit)


class _Closing:
    """Is closed at the end of a with block."""

    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()


class Inotify(_Closing):
    """
    One inotify instance, inotify_init1(2), with one descriptor.

    paths             watched for all events
    block_duration_s  how long event_gen() waits for the kernel before it gives None: in
                      seconds, None or negative for ever; or a function that is asked for
                      that before each time

    InotifyError: EMFILE, and as of add_watch().
    """

    def __init__(
        self, paths: Iterable[_Path] = (), block_duration_s: _Block = 1
    ) -> None:
        self._block_duration_s = block_duration_s
        self._lock = threading.RLock()
        self._tree: Optional[Tree] = None
        self._last_success_return: Optional[Tuple[str, Event]] = None
        self._watches = WatchTable()
        self._queue = EventQueue()
        try:
            for path in paths:
                self.add_watch(path)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """
        Ends all watches and gives the descriptor back; twice is harmless. A generator
        that waits in another thread ends. Later calls that need the instance raise
        ValueError.
        """
        if self._queue.is_open:
            _LOGGER.debug("Cleaning-up inotify.")
            self._queue.close()
            self._watches.clear()

    def __del__(self) -> None:
        # Nothing is said: nobody had to close what had no close(). What could not be
        # made has no queue, and when the interpreter ends the kernel cleans up.
        if "_queue" in self.__dict__ and not sys.is_finalizing():
            self.close()

    @property
    def last_success_return(self) -> Optional[Tuple[str, Event]]:
        """(type_name, event) that a filter_predicate stopped event_gen() at, or None."""
        return self._last_success_return

    def add_watch(
        self, path_unicode: _Path, mask: int = constants.IN_ALL_EVENTS
    ) -> Optional[int]:
        """
        Watches a path, inotify_add_watch(2).

        path_unicode  what events carry, as os.fsdecode() makes it
        mask          bits of inotify.constants

        Returns the watch descriptor; None, with a warning in the log, if what is at this
        path is being watched by this very string, and then nothing is changed. By
        another string the same inode has the same descriptor, and its events carry the
        newest one.
        InotifyError: ENOENT, EACCES, ENOSPC (fs.inotify.max_user_watches), EINVAL, ….
        """
        path = os.fsdecode(path_unicode)
        with self._lock:
            _LOGGER.debug("Adding watch: [%s]", path)
            known = self._watches.wd(path)
            if known is not None and self._stands_for(path, mask & _LOOK, known):
                _LOGGER.warning("Path already being watched: [%s]", path)
                return None
            wd = self._queue.add(path, mask)
            self._watches.label(wd, path)
        _LOGGER.debug("Added watch (%d): [%s]", wd, path)
        return wd

    def _stands_for(self, path: str, flags: int, known: int) -> bool:
        """Whether the path still leads to a watch, and not to what came after it."""
        # This asks for no event, so it changes nothing about an existing watch.
        probe = constants.IN_ISDIR | constants.IN_MASK_ADD | flags
        wd = self._queue.add(path, probe)
        if wd == known:
            return True
        if self._watches.path(wd) is None:
            self._queue.remove(wd)
        return False

    def remove_watch(self, path: _Path, superficial: bool = False) -> None:
        """
        Ends the watch of a path; nothing if it is not watched. Its events are no longer
        told, even those that are queued.

        superficial  only forget it: the kernel has ended it, or will

        InotifyError: EINVAL if the kernel has ended it already; it is forgotten then.
        """
        wd = self._watches.wd(os.fsdecode(path))
        if wd is not None:
            self.remove_watch_with_id(wd, superficial)

    def remove_watch_with_id(self, wd: int, superficial: bool = False) -> None:
        """The same by the number that add_watch() returned."""
        with self._lock:
            if self._watches.path(wd) is None:
                return
            _LOGGER.debug("Removing watch: (%d)", wd)
            self._watches.forget(wd)
            if not superficial:
                self._queue.remove(wd)

    def event_gen(
        self,
        timeout_s: Optional[float] = None,
        yield_nones: bool = True,
        filter_predicate: Optional[Callable[[str, Event], Any]] = None,
        terminal_events: Collection[str] = ("IN_Q_OVERFLOW", "IN_UNMOUNT"),
    ) -> Iterator[Optional[Event]]:
        """
        Gives (header, type_names, path, filename) for each event, for ever or until
        close().

        timeout_s         end after so many seconds without an event, as soon as the wait
                          (block_duration_s) in which they have passed is over
        yield_nones       also give None after each wait and what it brought
        filter_predicate  called with each type name and the event; at False (nothing else
                          that is false) the generator ends, the event is not given but
                          kept in last_success_return
        terminal_events   type names that raise TerminalEventException instead

        What was not asked for when a generator was left comes first in the next one.
        """
        self._queue.check_open()
        self._last_success_return = None
        last_event = time.monotonic()
        while self._queue.is_open:
            self._fill()
            event = self._next()
            while event is not None:
                last_event = time.monotonic()
                for type_name in event[1]:
                    if filter_predicate and filter_predicate(type_name, event) is False:
                        self._last_success_return = (type_name, event)
                        return
                    if type_name in terminal_events:
                        raise TerminalEventException(type_name, event)
                yield event
                event = self._next()
            if timeout_s is not None and time.monotonic() - last_event >= timeout_s:
                return
            if yield_nones and self._queue.is_open:
                yield None

    def _fill(self) -> None:
        """Waits for events, unless some are left, and takes them from the kernel."""
        if not self._queue.is_empty():
            return
        block = self._block_duration_s
        block_s = block() if callable(block) else block
        try:
            self._queue.wait(block_s)
            self._queue.take()
        except ValueError:
            if self._queue.is_open:
                raise

    def _next(self) -> Optional[Event]:
        """The next event of what was taken that is to be told."""
        with self._lock:
            while True:
                raw = self._queue.pop()
                if raw is None:
                    self._rest()
                    return None
                path = "" if raw.wd == -1 else self._watches.path(raw.wd)
                if path is None:
                    continue
                try:
                    is_told = not self._tree or self._tree.handle(raw, path)
                except ValueError:
                    if self._queue.is_open:
                        raise
                    return None
                if raw.mask & constants.IN_IGNORED:
                    self._watches.forget(raw.wd)
                if is_told:
                    header = _INOTIFY_EVENT(raw.wd, raw.mask, raw.cookie, raw.len)
                    return header, self._get_event_names(raw.mask), path, raw.name

    def _rest(self) -> None:
        if self._tree:
            try:
                self._tree.rest()
            except ValueError:
                if self._queue.is_open:
                    raise

    def _get_event_names(self, event_type: int) -> List[str]:
        return list(_names(event_type))


class InotifyTrees(_Closing):
    """
    Watches directories and all below them, also what comes later; gives up what is
    removed or moved away, and follows what is renamed. Links to directories that are
    there at the beginning, or in a new directory, are followed.

    paths             the directories; a warning in the log for what is not there
    mask              bits of inotify.constants; CREATE and DELETE are told in any case
    block_duration_s  see Inotify

    Events of a new directory's content are made up where it was there before the
    directory could be watched, and may come twice. After an overflow, all is watched
    again as it is then. Where directories were moved several times before their events
    are read, what is watched is right, but the events may not add up to what is there.
    NotADirectoryError, PermissionError, InotifyError (ENOSPC, …).
    """

    def __init__(
        self,
        paths: Iterable[_Path],
        mask: int = constants.IN_ALL_EVENTS,
        block_duration_s: _Block = 1,
    ) -> None:
        self._i = Inotify(block_duration_s=block_duration_s)
        self._follower = Tree(self._i._queue, self._i._watches, mask)
        self._i._tree = self._follower
        try:
            for path in paths:
                self._follower.add_root(os.fsdecode(path))
        except BaseException:
            self.close()
            raise

    @property
    def inotify(self) -> Inotify:
        """The instance that has the watches."""
        return self._i

    def close(self) -> None:
        """Inotify.close()"""
        self._i.close()

    def event_gen(
        self, ignore_missing_new_folders: bool = False, **kwargs: Any
    ) -> Iterator[Optional[Event]]:
        """
        Inotify.event_gen(), which has the other arguments.

        ignore_missing_new_folders  do not warn in the log when a new directory has gone
                                    before it could be watched

        PermissionError, InotifyError (ENOSPC, …) if a new directory cannot be watched;
        the next generator goes on behind that.
        """
        self._follower.ignores_missing = ignore_missing_new_folders
        yield from self._i.event_gen(**kwargs)


class InotifyTree(InotifyTrees):
    """The same for one directory, path."""

    def __init__(
        self,
        path: _Path,
        mask: int = constants.IN_ALL_EVENTS,
        block_duration_s: _Block = 1,
    ) -> None:
        super().__init__([path], mask, block_duration_s)
