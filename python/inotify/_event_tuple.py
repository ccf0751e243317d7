# SPDX-License-Identifier: MIT
"""
What event_gen() of inotify.adapters gives for an event: a tuple of four.

It knows the names of masks, and neither descriptors nor trees. Nothing is kept but the
names of the masks that were seen.
"""

import functools
from typing import List, NamedTuple, Tuple

from inotify import constants
from inotify._event_queue import RawEvent


class _INOTIFY_EVENT(NamedTuple):
    wd: int
    mask: int
    cookie: int
    len: int


# Where users find it, and so what pickles say.
_INOTIFY_EVENT.__module__ = "inotify.adapters"

Event = Tuple[_INOTIFY_EVENT, List[str], str, str]


@functools.lru_cache(maxsize=1024)
def type_names(mask: int) -> Tuple[str, ...]:
    """The names of the bits that are known, in the order of constants.MASK_LOOKUP."""
    lookup = constants.MASK_LOOKUP
    return tuple(name for bit, name in lookup.items() if mask & bit)


def event_tuple(raw: RawEvent, path: str) -> Event:
    """(header, type_names, path, filename); the list is nobody else's."""
    # The way around _INOTIFY_EVENT() is several times faster.
    header = tuple.__new__(_INOTIFY_EVENT, raw[:4])
    return header, list(type_names(raw.mask)), path, raw.name
