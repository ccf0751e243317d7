# SPDX-License-Identifier: MIT
"""
Keeps the watches of whole trees: looks at each event before the user gets it.

It uses the queue and the table of an Inotify object, and owns neither. The rules:

- A directory is watched first and listed after: what the listing misses is an event, and
  what it finds in a new directory is told as if it were one.
- Each directory is listed once, and its own listing is told by its parent alone, as it
  would be if it were listed before it is watched: until its subtree is listed, it is
  watched without OPEN, ACCESS and CLOSE_NOWRITE. Programs compare such lists of events.
- A directory is its watch descriptor. When a name turns out to stand for another one than
  the table says, the table is put right, and what is below is listed: events of it may
  have come when it was not where the table said. What lost its name that way is found by
  an event to come, or looked for when there is none.
- What is known and found under a name that an event gave before it came there is left to
  its own MOVED_TO, which is queued: readers move what they know of it then.
- A new directory found in a known one is told before what is in it, although the known
  one's own events may tell it once more. Names that change several times before they are
  read can still be told in an order that does not add up to the tree.
- A directory that leaves is kept until its own MOVE_SELF, which the kernel queues after
  both halves of a rename: what was not moved to a watched directory until then is out.
- A directory is found by its first path; if a link was that, all is looked at again when
  the link goes.
"""

import contextlib
import errno
import logging
import os
from typing import Dict, List, NamedTuple, Set, Tuple

from inotify import constants as c
from inotify._event_queue import EventQueue, RawEvent, made_up
from inotify._family import LIMBO, ROOT, Family
from inotify._found import Found
from inotify._watch_table import WatchTable
from inotify.calls import InotifyError

_LOGGER = logging.getLogger("inotify.adapters")

_OF_LISTING = c.IN_OPEN | c.IN_ACCESS | c.IN_CLOSE_NOWRITE
_TOLD_ALWAYS = c.IN_IGNORED | c.IN_UNMOUNT | c.IN_Q_OVERFLOW
_ADDED = c.IN_ISDIR | c.IN_CREATE | c.IN_DELETE
_ADDED_UNTOLD = c.IN_MOVED_FROM | c.IN_MOVED_TO | c.IN_MOVE_SELF | c.IN_ONLYDIR

_PROBE = c.IN_ISDIR | c.IN_MASK_ADD

# The path has gone, or does not lead to a directory any more.
_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)


class _Entry(NamedTuple):
    name: str
    is_dir: bool  # a link to a directory is one
    is_link: bool


class _Move(NamedTuple):
    source: Tuple[int, str]
    target: Tuple[int, str]
    replaced: int  # the watch that had the target's name


class _Step(NamedTuple):
    path: str
    parent: int
    name: str
    is_link: bool
    is_anew: bool  # list it although it is known
    is_all: bool  # tell what is in it although it is known
    is_untold: bool = False  # nobody was told of its name by the listing
    is_overtaken: bool = False  # what is known elsewhere comes here by an event to come


class _Scan:
    """What is wanted of walks through subtrees, and what they found."""

    def __init__(
        self, is_told: bool, is_anew: bool = False, is_resync: bool = False
    ) -> None:
        self.is_told = is_told  # tell what is in new directories
        self.is_all = False  # and in known ones
        self.is_overtaken = False  # see _Step, for where it begins
        self.is_anew = is_anew  # list known directories too
        self.is_resync = is_resync  # ask for less than before while listing
        self.reached: Set[int] = set()
        self.found: List[RawEvent] = []


class Tree:
    """
    queue    whose events it follows
    watches  the paths that events carry
    mask     what the user asked for; CREATE and DELETE are told in any case
    """

    def __init__(self, queue: EventQueue, watches: WatchTable, mask: int) -> None:
        self.ignores_missing = False  # say nothing of new directories that have gone
        self._queue = queue
        self._watches = watches
        mask |= _ADDED
        self._told = mask & c.IN_ALL_EVENTS | _TOLD_ALWAYS
        self._mask = mask & ~c.IN_MASK_CREATE | _ADDED_UNTOLD | c.IN_MASK_ADD
        self._roots: List[str] = []
        self._family = Family()
        self._found = Found()
        self._leaving: Dict[int, int] = {}  # cookie to watch descriptor
        self._last_cookie = 0  # of a directory's MOVED_FROM
        self._links: Set[int] = set()  # watches that were reached by a link
        self._last_move = _Move((ROOT, ""), (ROOT, ""), 0)

    def add_root(self, path: str) -> None:
        """
        Watches all that is there, following links. Warns if nothing is there.
        NotADirectoryError, PermissionError, InotifyError (ENOSPC, …).
        """
        if os.path.lexists(path) and not os.path.isdir(path):
            text = os.strerror(errno.ENOTDIR)
            raise NotADirectoryError(errno.ENOTDIR, text, path)
        self._roots.append(path)
        self._walk(path, (ROOT, path), _Scan(is_told=False))

    # -- Events -----------------------------------------------------------------------

    def handle(self, raw: RawEvent, path: str) -> bool:
        """
        Follows what the event of the directory at path says. Whether the user is to
        get it. If this raises an OSError, the user gets the event at the next time.
        """
        is_told = bool(raw.mask & self._told)
        if raw.end == 0:
            return is_told
        self._found.advance(raw.end)
        try:
            is_news = self._follow(raw, os.path.join(path, raw.name))
        except OSError:
            self._queue.push_front([raw._replace(end=0)])
            raise
        return is_told and is_news

    def rest(self) -> None:
        """
        All that was queued has been followed: if the place of a directory is not known
        now, looks for it. OSError as add_root().
        """
        if not self._family.lost() or self._queue.end() != self._queue.taken():
            return
        try:
            self._look_again()
        finally:
            for wd in self._family.lost():
                self._drop(wd)

    def _follow(self, raw: RawEvent, path: str) -> bool:
        """Whether this was not told before."""
        if raw.mask & c.IN_Q_OVERFLOW:
            # Nothing is told of what is found: the overflow says that all may differ.
            self._leaving.clear()
            self._found.clear()
            self._look_again()
        elif raw.mask & c.IN_MOVE_SELF:
            return not self._left(raw.wd)
        elif raw.mask & c.IN_IGNORED:
            self._family.remove(raw.wd)
            self._links.discard(raw.wd)
        elif raw.mask & c.IN_CREATE:
            return self._created(raw, path)
        elif raw.mask & (c.IN_DELETE | c.IN_MOVED_FROM):
            self._removed(raw)
        elif raw.mask & c.IN_MOVED_TO and raw.mask & c.IN_ISDIR:
            self._moved_to(raw, path)
        return True

    def _created(self, raw: RawEvent, path: str) -> bool:
        if self._found.has(raw.wd, raw.name):
            return False
        if raw.mask & c.IN_ISDIR:
            scan = _Scan(is_told=True)
            scan.is_overtaken = True
            self._enter(raw, path, scan)
        return True

    def _removed(self, raw: RawEvent) -> None:
        self._found.gone(raw.wd, raw.name)
        wd = self._family.child(raw.wd, raw.name)
        if not raw.mask & c.IN_ISDIR:
            if wd in self._links:  # what it leads to does not go with it
                self._look_again()
        elif raw.mask & c.IN_MOVED_FROM:
            self._last_cookie = raw.cookie
            if wd:
                self._leaving[raw.cookie] = wd
        elif wd:
            self._drop(wd)

    def _moved_to(self, raw: RawEvent, path: str) -> None:
        wd = self._leaving.pop(raw.cookie, 0)
        if wd:
            wd = self._unless_exchanged(wd, raw, path)
            self._place(wd, raw.wd, raw.name)
        scan = _Scan(is_told=True, is_anew=True)
        # Whoever was not told where it came from does not know what is in it.
        scan.is_all = not wd and raw.cookie != self._last_cookie
        scan.is_overtaken = bool(wd)
        self._enter(raw, path, scan)

    def _unless_exchanged(self, wd: int, raw: RawEvent, path: str) -> int:
        """
        What has come to path: wd, or what wd has taken the place of, if two directories
        have exchanged their names: that is told as two renames, there and back.
        """
        last = self._last_move
        source = self._family.place(wd)
        target = (raw.wd, raw.name)
        self._last_move = _Move(source, target, self._family.child(*target))
        if last.replaced and (last.source, last.target) == (target, source):
            if self._is_at(last.replaced, path):
                return last.replaced
        return wd

    def _left(self, wd: int) -> bool:
        """Whether this directory, which was moved, is out of the tree."""
        if wd not in self._leaving.values() and wd not in self._family.lost():
            return False
        self._drop(wd)
        return True

    def _look_again(self) -> None:
        """Watches what can be reached now, and nothing else."""
        scan = _Scan(is_told=False, is_anew=True, is_resync=True)
        for root in self._roots:
            self._walk(root, (ROOT, root), scan)
        for wd in self._family.all():
            if wd not in scan.reached:
                self._drop(wd)

    # -- What is watched --------------------------------------------------------------

    def _is_at(self, wd: int, path: str) -> bool:
        """Whether this directory is at that path now."""
        with contextlib.suppress(InotifyError):  # asks for no event, changes nothing
            now = self._queue.add(path, _PROBE)
            if now == wd:
                return True
            if self._watches.path(now) is None:
                self._queue.remove(now)
        return False

    def _place(self, wd: int, parent: int, name: str) -> None:
        """Notes where a directory is, and with it all below it."""
        if self._family.place(wd) == (parent, name):
            return
        self._family.put(wd, parent, name)
        self._settle(wd)
        for each in self._family.below(wd):
            above, name = self._family.place(each)
            folder = self._watches.path(above) if above != ROOT else ""
            if folder is not None:
                self._watches.move(each, os.path.join(folder, name))

    def _drop(self, wd: int) -> None:
        """Ends the watches of a directory and of all below it."""
        for each in self._family.below(wd):
            self._watches.forget(each)
            self._links.discard(each)
            self._settle(each)
            with contextlib.suppress(InotifyError):  # the kernel was first
                self._queue.remove(each)
        for each in reversed(self._family.below(wd)):
            self._family.remove(each)

    def _settle(self, wd: int) -> None:
        """It is known where this directory is, or that it is out."""
        for cookie in [key for key, value in self._leaving.items() if value == wd]:
            del self._leaving[cookie]

    # -- Walking ----------------------------------------------------------------------

    def _enter(self, raw: RawEvent, path: str, scan: _Scan) -> None:
        """Walks because of an event; what is found is told after it."""
        folder = self._watches.path(raw.wd)
        if folder is None or not self._is_at(raw.wd, folder):
            return  # it was moved: all in it is looked at when that is followed
        try:
            self._walk(path, (raw.wd, raw.name), scan)
        finally:
            self._queue.push_front(scan.found)

    def _walk(self, root: str, place: Tuple[int, str], scan: _Scan) -> None:
        """Watches a directory and all below it, breadth first."""
        first = _Step(root, *place, False, scan.is_anew, scan.is_all)
        todo = [first._replace(is_overtaken=scan.is_overtaken)]
        watched: List[Tuple[int, str]] = []
        try:
            for step in todo:
                wd, is_new, is_moved = self._watch(step, scan)
                if not wd:
                    continue
                watched.append((wd, step.path))
                scan.reached.add(wd)
                (self._links.add if step.is_link else self._links.discard)(wd)
                is_anew = step.is_anew or is_moved
                if not is_new and not is_anew:
                    continue
                is_all = step.is_all or is_moved
                entries = self._list(step.path)
                if is_new and step.is_untold and scan.is_told:
                    entry = _Entry(step.name, True, step.is_link)
                    self._tell(step.parent, [entry], scan)
                is_silent = not is_new and not is_all
                if scan.is_told and not is_silent:
                    self._tell(wd, entries, scan)
                for entry in entries:
                    if entry.is_dir:
                        path = os.path.join(step.path, entry.name)
                        place = (wd, entry.name)
                        new = _Step(path, *place, entry.is_link, is_anew, is_all)
                        todo.append(new._replace(is_untold=is_silent))
        finally:
            self._listen(watched)

    def _watch(self, step: _Step, scan: _Scan) -> Tuple[int, bool, bool]:
        """
        The watch, whether it is new, and whether it was known at another place; 0 if
        nothing is to be done there.
        """
        mask = self._mask & ~_OF_LISTING
        if scan.is_resync:
            mask &= ~c.IN_MASK_ADD
        try:
            wd = self._queue.add(step.path, mask)
        except InotifyError as error:
            self._missing(step.path, error)
            return 0, False, False
        before = self._watches.path(wd)
        if before is None:
            self._watches.label(wd, step.path)
        elif before != step.path and _is_same(before, step.path):
            return 0, False, False  # two ways to one directory: the first stays
        known = self._family.place(wd)
        is_moved = before is not None and known != (step.parent, step.name)
        if is_moved and step.is_overtaken and known[0] != LIMBO:
            return 0, False, False
        self._place(wd, step.parent, step.name)
        self._settle(wd)
        return wd, before is None, is_moved

    def _missing(self, path: str, error: OSError) -> None:
        """Raises the error unless it is usual that something has gone meanwhile."""
        if error.errno in _GONE:
            if not self.ignores_missing:
                _LOGGER.warning("Path is not there any more: [%s]", path)
            return
        if error.errno in (errno.EACCES, errno.EPERM):
            text = os.strerror(error.errno)
            raise PermissionError(error.errno, text, path) from error
        raise error

    def _list(self, path: str) -> List[_Entry]:
        is_following = not self._mask & c.IN_DONT_FOLLOW
        try:
            with os.scandir(path) as entries:
                return [_look(entry, is_following) for entry in entries]
        except OSError as error:
            self._missing(path, error)
            return []

    def _tell(self, wd: int, entries: List[_Entry], scan: _Scan) -> None:
        for entry in entries:
            is_made_dir = entry.is_dir and not entry.is_link
            mask = c.IN_CREATE | (c.IN_ISDIR if is_made_dir else 0)
            scan.found.append(made_up(wd, mask, entry.name))
        self._found.add(wd, (entry.name for entry in entries), self._queue.end())

    def _listen(self, watched: List[Tuple[int, str]]) -> None:
        """Asks for what was left out while listing."""
        if not self._mask & _OF_LISTING:
            return
        for wd, path in reversed(watched):
            with contextlib.suppress(InotifyError):
                now = self._queue.add(path, self._mask)
                if now != wd and self._watches.path(now) is None:
                    self._queue.remove(now)  # another one: its own event is to come


def _look(entry: "os.DirEntry[str]", is_following: bool) -> _Entry:
    try:
        is_dir = entry.is_dir(follow_symlinks=is_following)
    except OSError:  # a link that leads nowhere, or where nobody may look
        is_dir = False
    return _Entry(entry.name, is_dir, entry.is_symlink())


def _is_same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
