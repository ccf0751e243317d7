# SPDX-License-Identifier: MIT
"""Waits for quiet, then compares what the stream told with what is there."""

import os
import time

from listing import SENTINEL, list_tree
from operations import stamp

SYNC_LIMIT_S = 60
SENTINEL_LIMIT_S = 10
QUIET_ROUNDS = 3
PATIENCE_S = 1.0
HALF_MOVE_S = 0.004


class Wrong(Exception):
    """A storm was told wrongly; path says about what, if that is known."""

    def __init__(self, text, path=None):
        super().__init__(text)
        self.path = path


class Sentinels:
    """Names that are made after all work: when they were told, so was what came before."""

    def __init__(self, program, roots, written_file=None):
        self.program = program
        self.roots = roots
        self.written_file = written_file
        self.number = 0
        self.last = []

    def send(self):
        """Makes new ones and waits until each has been told."""
        replayer = self.program.replayer
        began_ns = time.time_ns()
        self.number += 1
        if self.written_file:
            self.write(self.written_file)
            arrived = (lambda: self.told_ns(self.written_file) >= began_ns)
        else:
            for path in self.last:
                os.unlink(path)
            name = b"/" + SENTINEL + b"%d" % self.number
            self.last = [root + name for root in self.roots if os.path.isdir(root)]
            for path in self.last:
                self.write(path)
            arrived = (lambda: all(replayer.find(path) for path in self.last))
        if not self.program.wait_for(arrived, SENTINEL_LIMIT_S):
            raise Wrong("a sentinel was not told: %r" % (self.last or self.written_file))

    def write(self, path):
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        try:
            os.write(fd, stamp())
        finally:
            os.close(fd)

    def told_ns(self, path):
        """When the content of the path was last told to have changed."""
        node = self.program.replayer.find(path)
        return node.content_ns if node else 0

    def is_in_sync(self):
        """The stream's own word for it."""
        replayer = self.program.replayer
        return replayer.is_ready and not replayer.is_resyncing

    def wait_quiet(self):
        """Sends sentinels until some in a row bring no other news."""
        replayer = self.program.replayer
        end = time.monotonic() + SYNC_LIMIT_S
        quiet = 0
        while quiet < QUIET_ROUNDS:
            before = replayer.news
            self.send()
            if not self.is_in_sync():
                self.program.wait_for(self.is_in_sync, SENTINEL_LIMIT_S)
            if quiet == QUIET_ROUNDS - 1:
                self.program.wait_for(lambda: replayer.news != before, HALF_MOVE_S)
            is_quiet = replayer.news == before and self.is_in_sync()
            quiet = quiet + 1 if is_quiet else 0
            if time.monotonic() > end:
                raise Wrong("not in sync: ready %s, resyncing %s"
                            % (replayer.is_ready, replayer.is_resyncing))


class Tree:
    """
    The real tree, for a walk side by side with the model; helpers are the inodes that
    may be watched because a PATH is or was there: what it names now, although that may be
    a file, and the directories above it (P4).
    """

    def __init__(self, tops, named=()):
        self.tops = tops
        self.helpers = set()
        # A PATH that became a symbolic link is followed, to wherever that is.
        self.followed = {path for path in named if os.path.islink(path)}
        for path in named:
            while path not in (b"", b"/"):
                if os.path.lexists(path):
                    self.helpers.add(os.lstat(path).st_ino)
                path = os.path.dirname(path)
        self.entries = {}
        self.children = {}
        for top in tops:
            self.entries.update(list_tree(top, is_content_read=True))
        for path in self.entries:
            directory, _, name = path.rpartition(b"/")
            self.children.setdefault(directory, set()).add(name)


class Comparison:
    """One look at model and tree; first is the first difference, or None."""

    def __init__(self, replayer, tree, linked_inodes):
        self.replayer = replayer
        self.tree = tree
        self.linked_inodes = linked_inodes
        self.first = None
        self.watched_surely = set()
        self.watched_maybe = set()
        for top in tree.tops:
            if top in tree.entries or replayer.find(top):
                self.walk(top)

    def differ(self, text, path):
        """Keeps the first."""
        if self.first is None:
            self.first = Wrong("%s: %r" % (text, path), path)

    def walk(self, top):
        """Compares each name; what is below a lost one is nobody's promise."""
        waiting = [(top, self.replayer.find(top))]
        while waiting:
            path, node = waiting.pop()
            entry = self.tree.entries.get(path)
            if path in self.tree.followed:
                continue # a link for one PATH, a directory for the other
            self.compare_name(path, entry, node)
            is_dir = entry is not None and entry.type == "dir"
            if node is None or node.is_lost:
                if is_dir:
                    self.allow_below(path)
                continue
            if is_dir:
                self.watched_surely.add(entry.inode)
            names = {name for name in node.children if not name.startswith(SENTINEL)}
            names |= self.tree.children.get(path, set())
            for name in sorted(names, reverse=True):
                waiting.append((path + b"/" + name, node.children.get(name)))

    def compare_name(self, path, entry, node):
        """Existence, type, content."""
        kind = node.type if node else None
        if entry is None:
            if kind is not None:
                self.differ("told, but not there", path)
            return
        if kind is None:
            self.differ("there, but not told", path)
        elif kind != entry.type:
            self.differ("a %s, but told to be a %s" % (entry.type, kind), path)
        elif entry.is_regular and entry.links == 1 and \
                entry.inode not in self.linked_inodes and \
                node.content_ns < entry.changed_ns:
            late = entry.changed_ns - node.content_ns
            self.differ("changed at %d, %d ns after it was last told"
                        % (entry.changed_ns, late), path)

    def allow_below(self, top):
        """Directories that may be watched again although they were lost once."""
        waiting = [top]
        while waiting:
            path = waiting.pop()
            entry = self.tree.entries[path]
            if entry.type == "dir":
                self.watched_maybe.add(entry.inode)
                for name in self.tree.children.get(path, ()):
                    waiting.append(path + b"/" + name)

    def compare_watches(self, inodes):
        """One watch for each directory; besides these only what helps to find a PATH."""
        watched = set(inodes)
        if len(watched) < len(inodes):
            self.differ("an inode has two watches", None)
        names = {entry.inode: path for path, entry in self.tree.entries.items()}
        for inode in self.watched_surely - watched:
            self.differ("not watched", names[inode])
        if self.tree.followed:
            return
        allowed = self.watched_surely | self.watched_maybe | self.tree.helpers
        for inode in watched - allowed:
            self.differ("a watch of what is not there (inode %d)" % inode,
                        names.get(inode))


class FileComparison(Comparison):
    """Files named as PATH: each has a watch of its own."""

    def compare_watches(self, inodes):
        self.watched_surely = {entry.inode for entry in self.tree.entries.values()}
        super().compare_watches(inodes)


def check(program, sentinels, setup, linked_inodes):
    """
    Raises Wrong if the tree differs. What comes late is waited for, but an overflow that
    reading the tree has caused must not heal what was wrong. Returns if it came late.
    """
    sentinels.wait_quiet()
    replayer = program.replayer
    tree = Tree(setup.tops, [real for _, real in setup.roots])
    overflows = replayer.counts["overflows"]
    end = time.monotonic() + PATIENCE_S
    is_late = False
    while True:
        comparison = setup.comparison(replayer, tree, linked_inodes)
        comparison.compare_watches(program.watched_inodes())
        if comparison.first is None:
            return is_late
        if time.monotonic() > end or replayer.counts["overflows"] != overflows:
            raise comparison.first
        is_late = True
        before = replayer.news
        sentinels.wait_quiet()
        if replayer.news != before:
            end = time.monotonic() + PATIENCE_S
