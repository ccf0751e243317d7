# SPDX-License-Identifier: MIT
"""What a worker may do to a tree: one method each, drawn by weight from a table."""

import ctypes
import io
import mmap
import os
import shutil
import subprocess
import sys
import tarfile
import time

AT_FDCWD = -100
RENAME_EXCHANGE = 2
NAMES = [b"a", b"b", b"c", b"d", b"e", b"f", b"g", b"h", b"log.txt", b"x.c"]
ODD_NAMES = [b"two words", b"new\nline", b"\xff\xfe", "ü".encode(), b"-dash",
             b" blank ", b"esc\x1b[1m", b"l" * 255, b"q\"\\", b"..."]

libc = ctypes.CDLL(None, use_errno=True)


def exchange_paths(one, two):
    """renameat2(2) with RENAME_EXCHANGE; OSError if it fails."""
    sys.audit("storm.exchange", one, two)
    if libc.renameat2(AT_FDCWD, one, AT_FDCWD, two, RENAME_EXCHANGE) != 0:
        raise OSError(ctypes.get_errno(), "renameat2")


def stamp():
    """What is written in front of a change, see listing.STAMP."""
    return b"%019d\n" % time.time_ns()


def remove_tree(path):
    """rm -r; shutil.rmtree() would wait for ever if a fifo has that name."""
    with os.scandir(path) as found:
        items = list(found)
    for item in items:
        if item.is_dir(follow_symlinks=False):
            remove_tree(item.path)
        else:
            os.unlink(item.path)
    os.rmdir(path)


class Area:
    """A directory that workers work in, and the paths below that one worker knows."""

    LIMIT = 48

    def __init__(self, top, rng):
        self.top = top
        self.rng = rng
        self.directories = [top]
        self.files = []

    def learn(self, paths, path):
        """Remembers a path, and forgets another if there are too many."""
        if path in paths:
            return
        if len(paths) >= self.LIMIT:
            paths[self.rng.randrange(1, len(paths))] = path
        else:
            paths.append(path)

    def forget(self, path):
        """A path that was of no use."""
        for paths in (self.directories, self.files):
            if path in paths and path != self.top:
                paths.remove(path)

    def directory(self):
        """A directory that may be there."""
        return self.rng.choice(self.directories)

    def new(self, directory=None):
        """A name that may be free."""
        pool = ODD_NAMES if self.rng.random() < 0.08 else NAMES
        return (directory or self.directory()) + b"/" + self.rng.choice(pool)

    def file(self):
        """A file that may be there."""
        return self.rng.choice(self.files) if self.files else self.new()

    def movable(self):
        """A directory that may be there, but not the top."""
        return self.rng.choice(self.directories[1:]) if self.directories[1:] else \
            self.new()


class Operations:
    """One worker's hands."""

    def __init__(self, rng, inside, outside, protected=()):
        self.rng = rng
        self.inside = Area(inside, rng)
        self.outside = Area(outside, rng)
        self.protected = protected
        self.linked_inodes = set()
        self.held = []

    def close(self):
        """No file stays open behind a storm."""
        while self.held:
            os.close(self.held.pop())

    def area(self):
        """Mostly the watched one."""
        return self.outside if self.rng.random() < 0.1 else self.inside

    def guard(self, path):
        """Leaves alone what must stay, and what holds it."""
        for kept in self.protected:
            if kept == path or kept.startswith(path + b"/"):
                raise PermissionError(1, "protected")
        return path

    # ---- content ----

    def write_to(self, path, flags, count=1):
        """Opens, writes lines that begin with the time before them, closes."""
        fd = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC, 0o644)
        try:
            for _ in range(count):
                os.write(fd, stamp() + b"-" * self.rng.randrange(60) + b"\n")
        finally:
            os.close(fd)

    def create(self):
        area = self.area()
        path = area.new()
        self.write_to(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, self.rng.randrange(3))
        area.learn(area.files, path)

    def write(self):
        flags = os.O_WRONLY | self.rng.choice((0, os.O_CREAT, os.O_CREAT | os.O_TRUNC))
        self.write_to(self.area().file(), flags, self.rng.randrange(1, 4))

    def append(self):
        self.write_to(self.inside.file(), os.O_WRONLY | os.O_APPEND)

    def write_held(self):
        """Writes to what was opened long ago, maybe under another name."""
        if len(self.held) < 3:
            flags = os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_CLOEXEC
            self.held.append(os.open(self.area().file(), flags))
        fd = self.rng.choice(self.held)
        os.write(fd, stamp())
        if self.rng.random() < 0.4:
            self.held.remove(fd)
            os.close(fd)

    def truncate(self):
        os.truncate(self.inside.file(), self.rng.randrange(30))

    def allocate(self):
        fd = os.open(self.inside.file(), os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            os.posix_fallocate(fd, 0, self.rng.randrange(1, 9000))
        finally:
            os.close(fd)

    def store(self):
        """Through a mapping; the last reference goes with munmap(2)."""
        fd = os.open(self.inside.file(), os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            area = mmap.mmap(fd, 0)
        finally:
            os.close(fd)
        area[0:1] = b"#"
        area.close()

    def appear(self):
        """O_TMPFILE, written, then given a name."""
        area = self.area()
        path = area.new()
        fd = os.open(os.path.dirname(path), os.O_TMPFILE | os.O_WRONLY, 0o644)
        try:
            os.write(fd, stamp())
            os.link("/proc/self/fd/%d" % fd, path, follow_symlinks=True)
        finally:
            os.close(fd)
        area.learn(area.files, path)

    def replace(self):
        """As editors save."""
        path = self.area().file()
        self.guard(path)
        temporary = path[:200] + b"~"
        self.write_to(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.rename(temporary, path)

    # ---- names ----

    def make(self):
        area = self.area()
        path = area.new()
        os.mkdir(path)
        area.learn(area.directories, path)

    def make_deep(self):
        area = self.area()
        path = area.directory()
        if path.count(b"/") - area.top.count(b"/") > 12:
            return
        for _ in range(self.rng.randrange(1, 7)):
            path = area.new(path)
            try:
                os.mkdir(path)
            except FileExistsError:
                pass
            area.learn(area.directories, path)
        leaf = area.new(path)
        self.write_to(leaf, os.O_WRONLY | os.O_CREAT)
        area.learn(area.files, leaf)

    def make_again(self):
        path = self.guard(self.inside.movable())
        os.rmdir(path)
        os.mkdir(path)
        if self.rng.random() < 0.5:
            self.write_to(path + b"/again", os.O_WRONLY | os.O_CREAT)

    def link(self):
        area = self.area()
        path = area.new()
        fd = os.open(self.area().file(), os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            # Told to the checker even if it fails: better one file less is compared.
            self.linked_inodes.add(os.fstat(fd).st_ino)
            os.link("/proc/self/fd/%d" % fd, path, follow_symlinks=True)
        finally:
            os.close(fd)
        area.learn(area.files, path)

    def link_symbolically(self):
        target = self.rng.choice((self.inside.file(), self.inside.directory(), b"self",
                                  b"../a", self.outside.directory()))
        os.symlink(target, self.area().new())

    def make_fifo(self):
        os.mkfifo(self.area().new())

    def change_mode(self):
        path = self.rng.choice((self.inside.file(), self.inside.directory()))
        mode = 0o755 if self.rng.random() < 0.5 else 0o700
        os.chmod(path, mode)

    def remove_file(self):
        area = self.area()
        path = self.guard(area.file())
        os.unlink(path)
        area.forget(path)

    def remove_tree(self):
        area = self.area()
        path = self.guard(area.movable())
        remove_tree(path)
        area.forget(path)

    def rename(self, source_area, target_area, is_directory):
        """From one area to another or the same, to a new name or over one."""
        source = source_area.movable() if is_directory else source_area.file()
        if self.rng.random() < 0.3:
            target = target_area.movable() if is_directory else target_area.file()
        else:
            target = target_area.new()
        os.rename(self.guard(source), self.guard(target))
        source_area.forget(source)
        paths = target_area.directories if is_directory else target_area.files
        target_area.learn(paths, target)

    def rename_file(self):
        self.rename(self.inside, self.inside, False)

    def rename_directory(self):
        self.rename(self.inside, self.inside, True)

    def move_out(self):
        self.rename(self.inside, self.outside, self.rng.random() < 0.6)

    def move_in(self):
        self.rename(self.outside, self.inside, self.rng.random() < 0.6)

    def move_over_empty(self):
        source, target = self.guard(self.inside.movable()), self.inside.new()
        os.mkdir(target)
        os.rename(source, target)
        self.inside.forget(source)
        self.inside.learn(self.inside.directories, target)

    def exchange(self):
        draw = (self.inside.movable if self.rng.random() < 0.5 else self.inside.file)
        exchange_paths(self.guard(draw()), self.guard(self.inside.movable()
                       if self.rng.random() < 0.3 else draw()))

    # ---- trees ----

    def copy_tree(self):
        area = self.area()
        source, target = area.movable(), self.inside.new()
        if target.startswith(source + b"/") or source.count(b"/") > 24:
            return
        if self.rng.random() < 0.2 and shutil.which("cp"):
            # Into a fifo that is there it would wait for ever.
            subprocess.run(["cp", "-rT", "--remove-destination", "--", source, target],
                           check=False, stdin=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        else:
            self.copy_slowly(source, target, [40])
        self.inside.learn(self.inside.directories, target)

    def copy_slowly(self, source, target, left):
        """cp -r by hand, of at most left[0] names, without times."""
        os.mkdir(target)
        for name in os.listdir(source):
            left[0] -= 1
            one, two = source + b"/" + name, target + b"/" + name
            if left[0] < 0 or len(two) > 1500:
                return
            try:
                if os.path.isdir(one) and not os.path.islink(one):
                    self.copy_slowly(one, two, left)
                elif os.path.isfile(one) and not os.path.islink(one):
                    shutil.copyfile(one, two)
            except OSError:
                continue

    def unpack(self):
        """tar x, which may find half of it there."""
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            for name in ("t", "t/u", "t/u/v", "t/w"):
                item = tarfile.TarInfo(name)
                item.type, item.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(item)
                for leaf in ("one", "two"):
                    item = tarfile.TarInfo(name + "/" + leaf)
                    item.size = 20
                    tar.addfile(item, io.BytesIO(stamp()))
        directory = self.inside.directory()
        if shutil.which("tar"):
            subprocess.run(["tar", "-xmf", "-", "-C", directory], check=False,
                           input=archive.getvalue(), stderr=subprocess.DEVNULL)
        for name in (b"/t", b"/t/u", b"/t/w"):
            self.inside.learn(self.inside.directories, directory + name)


WEIGHTS = {
    "create": 10, "write": 9, "append": 6, "write_held": 4, "truncate": 3, "allocate": 1,
    "store": 1, "appear": 1, "replace": 6, "make": 8, "make_deep": 6, "make_again": 3,
    "link": 2, "link_symbolically": 2, "make_fifo": 0.5, "change_mode": 3,
    "remove_file": 5, "remove_tree": 4, "rename_file": 7, "rename_directory": 9,
    "move_out": 4, "move_in": 6, "move_over_empty": 2, "exchange": 3, "copy_tree": 2,
    "unpack": 0.5,
}

# They change content without a close_write of that name.
MODIFY_ONLY = ("truncate",)
