# SPDX-License-Identifier: MIT
"""Rebuilds a tree from the stream of records alone, as the manual tells readers to."""

from listing import SENTINEL


class Node:
    """A name: type None means that only names below it were told."""

    __slots__ = ("type", "children", "content_ns", "is_lost")

    def __init__(self, kind=None, content_ns=0):
        self.type = kind
        self.children = {}
        self.content_ns = content_ns
        self.is_lost = False


class Replayer:
    """
    Content may have changed at a name with found, modify, close_write, moved_in and move,
    and with create as well: a hard link makes a name that is complete at once.

    Roots are pairs (PATH as given, real path): records speak of the one, the model holds
    the other, so that one tree under two spellings is one tree here as well.
    """

    def __init__(self, roots):
        self.top = Node()
        self.spellings = sorted(roots, key=lambda root: -len(root[0]))
        self.is_ready = False
        self.is_resyncing = False
        self.news = 0
        self.counts = {"records": 0, "overflows": 0, "resyncs": 0, "lost": 0,
                       "again": 0, "missing": 0, "sourceless": 0}
        self.handlers = {
            "found": self.add, "create": self.add, "moved_in": self.add,
            "modify": self.touch, "close_write": self.touch,
            "delete": self.remove, "moved_out": self.remove,
            "move": self.move, "exchange": self.exchange, "resync": self.resync,
            "lost": self.lose, "overflow": self.overflow,
            "synced": self.end_resync, "ready": self.start,
        }

    def load(self, listing, time_ns):
        """Starts from a listing: {real path: entry with .type}, taken at time_ns."""
        for path in sorted(listing):
            node = self.reach(path)
            node.type = listing[path].type
            node.content_ns = time_ns

    def apply(self, record):
        """Takes one record of the stream."""
        self.counts["records"] += 1
        handler = self.handlers.get(record.event)
        before = self.news
        if handler:
            handler(record)
        if record.path and SENTINEL in record.path:
            self.news = before

    def normalise(self, path):
        """The real path of a path as the stream spells it."""
        for spelling, real in self.spellings:
            if path == spelling:
                return real
            prefix = spelling if spelling.endswith(b"/") else spelling + b"/"
            if path.startswith(prefix):
                return real + b"/" + path[len(prefix):]
        return path

    def find(self, path):
        """The node of a real path, or None."""
        node = self.top
        for name in path.split(b"/")[1:]:
            node = node.children.get(name)
            if node is None:
                return None
        return node

    def reach(self, path):
        """The node of a real path, made if it is not there."""
        node = self.top
        for name in path.split(b"/")[1:]:
            node = node.children.setdefault(name, Node())
        return node

    def directory_of(self, path):
        """The node that holds the name, and the name; records below end its loss."""
        directory, _, name = path.rpartition(b"/")
        node = self.reach(directory)
        node.is_lost = False
        return node, name

    def add(self, record):
        """found, create, moved_in."""
        directory, name = self.directory_of(self.normalise(record.path))
        node = directory.children.get(name)
        if node is None or node.type is None:
            self.news += 1
        else:
            self.counts["again"] += 1
        if node is None or (node.type == "dir" and record.type == "file"):
            node = directory.children[name] = Node()
        if node.type != record.type:
            self.news += 1
        node.type = record.type
        self.renew(node, record)

    def renew(self, node, record):
        """Notes that the content may have changed."""
        if record.time_ns > node.content_ns:
            node.content_ns = record.time_ns

    def touch(self, record):
        """modify, close_write: of what is not there they are no error."""
        node = self.find(self.normalise(record.path))
        if node:
            self.news += 1
            self.renew(node, record)

    def remove(self, record):
        """delete, moved_out."""
        directory, name = self.directory_of(self.normalise(record.path))
        if directory.children.pop(name, None) is None:
            self.counts["missing"] += 1
        else:
            self.news += 1

    def move(self, record):
        """move: its target is replaced, all below goes with it."""
        old_directory, old_name = self.directory_of(self.normalise(record.source))
        directory, name = self.directory_of(self.normalise(record.path))
        node = old_directory.children.pop(old_name, None)
        self.news += 1
        if node is None:
            # Nothing is known of the source: what is at the target stays.
            self.counts["sourceless"] += 1
            node = directory.children.get(name) or Node(record.type)
        node.type = record.type
        directory.children[name] = node
        self.renew(node, record)

    def exchange(self, record):
        """exchange: two names have swapped places with all below."""
        one, one_name = self.directory_of(self.normalise(record.path))
        two, two_name = self.directory_of(self.normalise(record.source))
        first = one.children.pop(one_name, None)
        second = two.children.pop(two_name, None)
        self.news += 1
        if first is None or second is None:
            self.counts["sourceless"] += 1
        if second:
            one.children[one_name] = second
        if first:
            two.children[two_name] = first

    def resync(self, record):
        """resync: all below is forgotten, found follows."""
        node = self.reach(self.normalise(record.path))
        node.children = {}
        node.is_lost = False
        node.type = node.type or record.type or "dir"
        self.counts["resyncs"] += 1
        self.is_resyncing = True
        self.news += 1

    def lose(self, record):
        """lost: the name may be there, what is below it is unknown."""
        self.counts["lost"] += 1
        self.news += 1
        # What was lost before ready is in the listing, and lost all the same.
        self.reach(self.normalise(record.path)).is_lost = True

    def overflow(self, _record):
        """overflow: until synced nothing is promised."""
        self.counts["overflows"] += 1
        self.is_resyncing = True
        self.news += 1

    def end_resync(self, _record):
        """synced."""
        self.is_resyncing = False
        self.news += 1

    def start(self, _record):
        """ready: also ends what --list has listed."""
        self.is_ready = True
        self.is_resyncing = False
        self.news += 1

    def names_below(self, path):
        """Yields (path, node) of a real path and all below it, parents first."""
        node = self.find(path)
        waiting = [(path, node)] if node else []
        while waiting:
            path, node = waiting.pop()
            yield path, node
            for name, child in node.children.items():
                waiting.append((path + b"/" + name, child))


class FileReplayer(Replayer):
    """
    Files named as PATH. There is a name while the last of the records that decide says
    so: delete_self and move_self do not decide, because the old inode's may come when a
    new file has taken the name long since.
    """

    def lose(self, record):
        super().lose(record)
        self.forget(record)

    def resync(self, record):
        super().resync(record)
        self.forget(record)

    def forget(self, record):
        """The name is not there, until a record says otherwise."""
        path = self.normalise(record.path)
        directory, name = self.directory_of(path)
        directory.children.pop(name, None)
