#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Store a copy of each file whenever it changes.

    backup.py --to ~/backup ~/.vimrc ~/.bashrc

A copy lies in the store under the whole path of its file, so that files of the same
name in different directories never overwrite each other: /home/me/.vimrc is stored as
~/backup/home/me/.vimrc. A copy is written under another name, forced to the disk and
then renamed: the store never shows half a copy. One version is kept, and it stays when
the file is deleted. A file may be missing at first, be deleted, renamed and replaced:
what counts is its path.

A file is stored when a writer closes it and when it is renamed to its path. Other
changes (metadata, truncate, a writer that does not close it, a hard link made) are
stored when the file has been left alone for --settle seconds.

Exit status: 0 ended by the touch-down file, 1 something could not be stored or nothing
could be watched, 2 wrong usage. INT, TERM and HUP end it after the copy at hand.
"""

import argparse
import contextlib
import errno
import os
import select
import shutil
import signal
import stat
import sys
import tempfile
import time

try:
    import _inotify
except ImportError as error:
    sys.exit("backup.py: %s; install inowatch, or set PYTHONPATH to its module" % error)

# After these a file is complete; after the others a writer may still be busy.
COMPLETE = _inotify.CLOSE_WRITE | _inotify.MOVED_TO
CONTENT = _inotify.CLOSE_WRITE | _inotify.MODIFY | _inotify.ATTRIB
FILE_MASK = CONTENT | _inotify.MOVE_SELF | _inotify.DELETE_SELF
# Of the directories above a file: that they are there, and what comes into the last.
SELF_MASK = _inotify.MOVE_SELF | _inotify.DELETE_SELF | _inotify.ONLYDIR
NAME_MASK = COMPLETE | _inotify.CREATE | _inotify.ONLYDIR


def shown(path):
    """A name may hold anything but NUL and slash: keep it from acting on a terminal."""
    return path if path.isprintable() else ascii(path)


def log(text, *paths, file=None):
    text = text % tuple(map(shown, paths))
    print(time.strftime("%Y-%m-%d %H:%M:%S"), text, file=file or sys.stdout, flush=True)


def complain(error):
    path = shown(os.fsdecode(error.filename)) + ": " if error.filename else ""
    log("error: %s", path + error.strerror, file=sys.stderr)


def state_of(file):
    """What tells one content of a path (or descriptor) from another; None: nothing."""
    try:
        status = os.stat(file)
    except OSError:
        return None
    identity = (status.st_dev, status.st_ino, status.st_mode, status.st_size)
    return identity + (status.st_mtime_ns, status.st_ctime_ns)


def sync_directory(path):
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def make_directories(path):
    """Like os.makedirs, but private, and on the disk when it returns."""
    if not os.path.isdir(path):
        make_directories(os.path.dirname(path))
        os.mkdir(path, 0o700)
        sync_directory(os.path.dirname(path))


class Changed(Exception):
    """The file was written while it was copied: its next event brings another try."""


def store_copy(path, target):
    """Puts a whole copy of path at target; returns the state that was copied."""
    # Not to wait for a writer, should the path have become a FIFO.
    source_fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(source_fd, "rb") as source:
        state, status = state_of(source_fd), os.fstat(source_fd)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        folder = os.path.dirname(target)
        make_directories(folder)
        copy_fd, temporary = tempfile.mkstemp(prefix=".backup-", dir=folder)
        try:
            with open(copy_fd, "wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
                copy.flush()
                if state_of(source_fd) != state:
                    raise Changed
                os.fchmod(copy_fd, status.st_mode & 0o777)
                os.utime(copy_fd, ns=(status.st_atime_ns, status.st_mtime_ns))
                os.fsync(copy_fd)
            os.rename(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise
    sync_directory(folder)
    return state


class Watches:
    """The watches of a few paths: on each file, and on the directories above it."""

    def __init__(self):
        self.fd = _inotify.create(_inotify.NONBLOCK)
        self.users = {}  # watch descriptor: {path: names in it (None: itself)}

    def _add(self, watched, mask, path, name=None):
        """Returns the watch descriptor, or None if nothing is there."""
        try:
            wd = _inotify.add(self.fd, watched, mask | _inotify.MASK_ADD)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except PermissionError:
            if name is None:
                raise
            return None  # then a rename of that directory is not seen
        self.users.setdefault(wd, {}).setdefault(path, set()).add(name)
        return wd

    def follow(self, path):
        """Watches path, from the root down, as far as it exists now.

        What the path leads to through symbolic links is watched as well. Watches of
        what was there before are given up.
        """
        used = self._follow_one(path, path)
        if os.path.realpath(path) != path:
            used |= self._follow_one(path, os.path.realpath(path))
        for wd in [wd for wd in self.users if wd not in used]:
            self._give_up(wd, path)

    def _follow_one(self, path, way):
        """Each directory is watched before the next one is looked for, so that what
        comes into being meanwhile is either found or told."""
        used = set()
        directory, names = "/", way.strip("/").split("/")
        above, name_above = "/", names[0]
        for name in names:
            wd = self._add(directory, SELF_MASK, path, name)
            if wd is None or os.path.islink(directory):
                used.add(self._add(above, NAME_MASK, path, name_above))
                wd = self._add(directory, SELF_MASK, path, name)
            used.add(wd)
            above, name_above = directory, name
            directory = os.path.join(directory, name)
        used.add(self._add(above, NAME_MASK, path, name_above))
        used.add(self._add(way, FILE_MASK, path))
        return used

    def _give_up(self, wd, path):
        if self.users[wd].pop(path, None) is None or self.users[wd]:
            return
        del self.users[wd]
        with contextlib.suppress(OSError):  # file and watch may be gone together
            _inotify.remove(self.fd, wd)

    def read(self):
        """Returns {path: joined mask} of what happened since the last time."""
        happened = {}

        def receive(event):
            mask, wd = event["mask"], event["wd"]
            if mask & _inotify.Q_OVERFLOW:
                users = {path: () for paths in self.users.values() for path in paths}
            else:
                users = self.users.get(wd, {})
            for path, names in users.items():
                if not event["name"] or event["name"] in names:
                    happened[path] = happened.get(path, 0) | mask
            if mask & _inotify.IGNORED:
                self.users.pop(wd, None)

        with contextlib.suppress(BlockingIOError):
            _inotify.read_event(self.fd, receive)
        return happened


class Backup:
    def __init__(self, arguments):
        self.files = arguments.files
        self.store = arguments.to
        self.touch_down = arguments.touch_down
        self.settle_s = arguments.settle
        self.watches = Watches()
        self.stored = {}  # path: the state that was stored
        self.failed = set()
        self.settling = {}  # path: when it will have been left alone long enough
        self.touch_down_state = None

    def start(self):
        """Returns whether anything could be watched and stored."""
        for path in self.files:
            self.look_at(path)
            if not os.path.lexists(path):
                log("%s does not exist yet, waiting for it", path)
        if self.touch_down:
            self.touch_down_state = state_of(self.touch_down)
            self.watches.follow(self.touch_down)
        return len(self.failed) < len(self.files)

    def look_at(self, path):
        """Watches what the path is now, and stores it if it is not what was stored."""
        self.settling.pop(path, None)
        try:
            self.watches.follow(path)
            if state_of(path) in (None, self.stored.get(path)):
                self.note_absence(path)
                return
            target = self.store + path
            self.stored[path] = store_copy(path, target)
            self.failed.discard(path)
            log("stored %s in %s", path, target)
        except Changed:
            self.settling[path] = time.monotonic() + self.settle_s
        except OSError as error:
            if os.path.lexists(path):  # else it has just gone, which will be told
                self.failed.add(path)
                complain(error)

    def note_absence(self, path):
        if state_of(path) is None and self.stored.pop(path, None):
            log("%s is gone, waiting for it", path)

    def is_touched_down(self):
        state = state_of(self.touch_down) if self.touch_down else None
        return state is not None and state != self.touch_down_state

    def take_events(self):
        for path, mask in self.watches.read().items():
            if path == self.touch_down:
                self.follow(path)
            elif mask & COMPLETE:
                self.look_at(path)
            else:
                self.settling[path] = time.monotonic() + self.settle_s
                if mask & ~CONTENT:
                    self.follow(path)

    def follow(self, path):
        try:
            self.watches.follow(path)
        except OSError as error:
            self.failed.add(path)
            complain(error)
        self.note_absence(path)

    def store_settled(self, now):
        for path in [path for path, end in self.settling.items() if end <= now]:
            self.look_at(path)

    def wait(self, signals):
        """Returns whether a signal came; else there are events, or a file settled."""
        end = min(self.settling.values(), default=None)
        timeout_s = None if end is None else max(0, end - time.monotonic())
        readable, _, _ = select.select([self.watches.fd, signals], [], [], timeout_s)
        return signals in readable

    def run(self, signals):
        """Returns 0, or the number of the signal that ended it."""
        signum = 0
        while not signum and not self.is_touched_down():
            if self.wait(signals):
                signum = os.read(signals, 1)[0]
            self.take_events()
            self.store_settled(time.monotonic())
        # What was changed before the touch-down is stored before it leaves.
        self.take_events()
        self.store_settled(float("inf"))
        for path in self.settling:
            self.failed.add(path)
            log("error: %s was written to the end, its last state is not stored", path)
        return signum


def signals_as_bytes():
    """Gives a descriptor from which the numbers of INT, TERM and HUP are read."""
    read_end, write_end = os.pipe()
    os.set_blocking(read_end, False)
    os.set_blocking(write_end, False)
    signal.set_wakeup_fd(write_end)
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(signum) != signal.SIG_IGN:  # nohup
            signal.signal(signum, lambda signum, frame: None)
    return read_end


def go_to_background(log_path):
    """Returns in a daemon, a descriptor: "+" written to it lets the parent leave."""
    log_fd = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    read_end, write_end = os.pipe()
    if os.fork() != 0:
        os.close(write_end)
        if os.read(read_end, 1) == b"+":
            os._exit(0)
        print("backup.py: it did not start, see", shown(log_path), file=sys.stderr)
        sys.stderr.flush()
        os._exit(1)
    os.setsid()
    if os.fork() != 0:
        os._exit(0)
    os.close(read_end)
    os.chdir("/")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log_fd, 1)
    os.dup2(log_fd, 2)
    return write_end


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("files", nargs="+", metavar="FILE", help="file to guard")
    add("--to", required=True, metavar="DIR", help="the store")
    add("--touch-down", metavar="PATH", help="end when this file is made or touched")
    add("--background", action="store_true", help="run as a daemon")
    add("--log", metavar="PATH", help="where the daemon writes its messages")
    add("--settle", type=float, default=1.0, metavar="SECONDS", help="(default: 1)")
    ready = "write one newline to this descriptor when all is watched and stored"
    add("--ready-fd", type=int, metavar="N", help=ready)
    arguments = parser.parse_args()
    check_arguments(parser, arguments)
    return arguments


def check_arguments(parser, arguments):
    # Absolute, but symbolic links stay: what counts is the path that the user guards.
    store = arguments.to = os.path.abspath(arguments.to)
    arguments.files = list(dict.fromkeys(map(os.path.abspath, arguments.files)))
    if arguments.touch_down:
        arguments.touch_down = os.path.abspath(arguments.touch_down)
    for path in arguments.files:
        if os.path.isdir(path):
            parser.error("%s is a directory; name the files in it" % shown(path))
        if (os.path.realpath(path) + "/").startswith(os.path.realpath(store) + "/"):
            parser.error("%s lies in the store" % shown(path))
        if path == arguments.touch_down:
            parser.error("%s is guarded, and the touch-down file" % shown(path))
    if arguments.background != bool(arguments.log):
        parser.error("--background and --log go together")
    if not 0 <= arguments.settle <= 86400:
        parser.error("--settle is not between 0 and a day")
    if arguments.ready_fd is not None:
        try:
            os.fstat(arguments.ready_fd)
        except (OSError, OverflowError):
            parser.error("--ready-fd %d is not open" % arguments.ready_fd)


def main():
    arguments = parse_arguments()
    sys.stdout.reconfigure(errors="backslashreplace")
    try:
        make_directories(arguments.to)
        parent_fd = go_to_background(arguments.log) if arguments.background else -1
        backup = Backup(arguments)
        signals = signals_as_bytes()
        if not backup.start():
            return 1  # each file was complained about
        if parent_fd >= 0:
            log("in the background as process %s", str(os.getpid()))
            os.write(parent_fd, b"+")
        if arguments.ready_fd is not None:
            os.write(arguments.ready_fd, b"\n")
        signum = backup.run(signals)
    except OSError as error:
        complain(error)
        return 1
    if signum:
        log("ended by %s", signal.Signals(signum).name)
        signal.signal(signum, signal.SIG_DFL)
        os.kill(os.getpid(), signum)
    log("touched down")
    return 1 if backup.failed else 0


if __name__ == "__main__":
    sys.exit(main())
