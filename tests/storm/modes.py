# SPDX-License-Identifier: MIT
"""What kinds of storms there are: how the program is started, and what is hard for it."""

import os
import shutil

from checker import Comparison, FileComparison
from limits import why_no_queue_limit, why_no_watch_limit
from listing import SENTINEL
from operations import MODIFY_ONLY
from replayer import FileReplayer, Replayer


class Setup:
    """One storm before it begins; a mode's function fills in what is special to it."""

    def __init__(self, folder, rng):
        self.folder = folder
        self.inside = folder + b"/root"
        self.outside = folder + b"/outside"
        for path in (self.inside, self.outside):
            os.mkdir(path)
        self.rng = rng
        self.tops = [self.inside]
        self.directory = folder
        self.roots = []
        self.options = ["-r", "-j"]
        self.is_listed = rng.random() < 0.5
        self.is_slow = False
        self.is_peer = False
        self.queue_limit = 0
        self.watch_limit = 0
        self.without = ()
        self.protected = [self.inside]
        self.files = ()
        self.written_file = None
        self.sentinel_roots = [self.inside]
        self.replayer = Replayer
        self.comparison = Comparison
        self.spell(self.inside)

    def spell(self, *reals):
        """The PATHs to be given: absolute, relative, with slashes, or a dot."""
        self.roots = []
        for real in reals:
            short = os.path.relpath(real, self.directory)
            ways = [real, real, short, b"./" + short]
            if os.path.isdir(real):
                ways += [short + b"/", real + b"//"]
            self.roots.append((self.rng.choice(ways), real))
        if len(reals) == 1 and self.rng.random() < 0.1:
            self.directory = reals[0]
            self.roots = [(b".", reals[0])]

    def arguments(self, program):
        """The command line, but for --ready-fd."""
        listed = ["--list"] if self.is_listed else []
        return [program, *self.options, *listed, *(given for given, _ in self.roots)]

    def told_roots(self):
        """Pairs of how the stream spells a root, and its real path."""
        return [(given.rstrip(b"/") or b"/", real) for given, real in self.roots]


def plain(setup):
    """Started before the storm, read at once."""
    setup.is_listed = False


def listed(setup):
    """Started in full work, with --list."""
    setup.is_listed = True


def slow(setup):
    """Read at a trickle while the storm lasts."""
    setup.is_slow = True


def small_queue(setup):
    """The kernel's queue overflows again and again."""
    setup.queue_limit = setup.rng.choice((24, 64, 64, 256))
    if setup.rng.random() < 0.5:
        setup.options += ["-e", "create,delete,move,modify,close_write"]
    setup.is_slow = setup.rng.random() < 0.3


def masks(setup):
    """Not all events are asked for: what is told of contents is close_write alone."""
    setup.options += ["-e", "close_write,delete,move,create"]
    setup.without = MODIFY_ONLY


def watch_limit(setup):
    """The user's watches are used up in the middle."""
    setup.watch_limit = setup.rng.choice((5, 20, 40))


def two_roots(setup):
    """One inside the other, which stays where it is."""
    inner = setup.inside + b"/a"
    os.mkdir(inner)
    reals = [setup.inside, inner]
    setup.rng.shuffle(reals)
    setup.spell(*reals)
    setup.protected.append(inner)
    setup.sentinel_roots.append(inner)


def moved_root(setup):
    """One inside the other, which may be renamed, removed and made again."""
    two_roots(setup)
    setup.protected.pop()
    setup.sentinel_roots.pop()


def file_roots(setup):
    """Files named as PATH, saved by rename, deleted and made again."""
    setup.options = ["-j"]
    setup.files = [setup.inside + b"/" + name for name in (b"one", b"two", b"three")]
    setup.written_file = setup.inside + b"/" + SENTINEL + b"file"
    setup.tops = [*setup.files, setup.written_file]
    for path in setup.tops:
        with open(path, "wb") as file:
            file.write(b"old\n")
    setup.spell(*setup.tops)
    setup.sentinel_roots = []
    setup.replayer = FileReplayer
    setup.comparison = FileComparison


def text_peer(setup):
    """A peer's text in place of our records: for comparison, never part of the checks."""
    setup.is_listed = False
    setup.is_peer = True


MODES = {
    "plain": plain, "list": listed, "slow": slow, "smallqueue": small_queue,
    "masks": masks, "limit": watch_limit, "tworoots": two_roots,
    "movedroot": moved_root, "fileroots": file_roots,
}

PEERS = {"text-peer": text_peer}


def why_no_peer():
    """The reason why there is nothing to compare with, or None."""
    return None if shutil.which("inotifywait") else "inotifywait is not there"


# Functions that give the reason why a mode cannot be run here.
CONDITIONS = {"smallqueue": why_no_queue_limit, "limit": why_no_watch_limit,
              "text-peer": why_no_peer}
