# SPDX-License-Identifier: MIT
"""The program under test: starts it, reads it, counts its watches, ends it."""

import errno
import fcntl
import os
import select
import signal
import subprocess
import time

from stream import BadStream, LineCutter, Record

START_LIMIT_S = 60
END_LIMIT_S = 20
WITH_FEWER_WATCHES = ("echo %d >/proc/sys/user/max_inotify_watches && exec \"$@\"")


class Silent(Exception):
    """What was waited for did not come."""


class Program:
    """One run; records go to the replayer in the order in which they are read."""

    def __init__(self, arguments, replayer, stderr_path, watch_limit=0, directory=None):
        self.ready_fd, child_ready_fd = os.pipe()
        command = list(arguments)
        command[1:1] = ["--ready-fd", str(child_ready_fd)]
        if watch_limit:
            script = WITH_FEWER_WATCHES % watch_limit
            command[:0] = ["unshare", "-Ur", "sh", "-c", script, "sh"]
        try:
            self.start(command, replayer, stderr_path, (child_ready_fd,), directory)
        finally:
            os.close(child_ready_fd)

    def start(self, command, replayer, stderr_path, kept_fds, directory):
        """Runs the command; what it says on standard error goes to a file."""
        self.replayer = replayer
        self.cutter = LineCutter()
        self.records = []
        self.stderr_path = stderr_path
        with open(stderr_path, "wb") as stderr:
            self.child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=stderr, pass_fds=kept_fds, cwd=directory)
        self.out = self.child.stdout.fileno()
        os.set_blocking(self.out, False)

    def narrow_pipe(self, size):
        """Makes the pipe so small that a slow reader is felt at once."""
        try:
            fcntl.fcntl(self.out, getattr(fcntl, "F_SETPIPE_SZ", 1031), size)
        except OSError as problem:
            if problem.errno != errno.EBUSY:  # it holds more already: --list
                raise

    def take(self, size=1 << 20):
        """Reads what is there. Returns the number of bytes; -1 at the end."""
        try:
            data = os.read(self.out, size)
        except BlockingIOError:
            return 0
        if not data:
            return -1
        for line in self.cutter.feed(data):
            record = Record(line)
            self.records.append(record)
            self.replayer.apply(record)
        return len(data)

    def wait_readable(self, others=(), limit_s=1.0):
        """Waits for output or one of the other descriptors; takes the output."""
        ready, _, _ = select.select([self.out, *others], [], [], limit_s)
        if self.out in ready and self.take() < 0:
            raise Silent("the program ended: %s" % self.stderr_tail())
        return [fd for fd in ready if fd != self.out]

    def wait_ready(self):
        """Waits for the newline on --ready-fd."""
        end = time.monotonic() + START_LIMIT_S
        while not self.wait_readable([self.ready_fd], 1.0):
            if time.monotonic() > end:
                raise Silent("not ready: %s" % self.stderr_tail())
        if os.read(self.ready_fd, 16) != b"\n":
            raise Silent("--ready-fd closed without newline: %s" % self.stderr_tail())

    def wait_for(self, condition, limit_s):
        """Reads until condition() holds. Returns whether it does."""
        end = time.monotonic() + limit_s
        while not condition():
            left = end - time.monotonic()
            if left <= 0:
                return False
            self.wait_readable((), min(left, 1.0))
        return True

    def watched_inodes(self):
        """The inode numbers of all watches, from fdinfo; twice if one has two watches."""
        directory = "/proc/%d/fdinfo" % self.child.pid
        seen = set()
        inodes = []
        for name in os.listdir(directory):
            try:
                with open(os.path.join(directory, name), encoding="ascii") as file:
                    lines = file.read().splitlines()
            except FileNotFoundError:
                continue  # closed meanwhile
            for line in lines:
                if line.startswith("inotify "):
                    fields = dict(field.split(":", 1) for field in line.split()[1:])
                    inode = int(fields["ino"], 16)
                    # Directories on the way to a PATH may be on other devices.
                    if (inode, fields["sdev"]) in seen or inode not in inodes:
                        inodes.append(inode)
                    seen.add((inode, fields["sdev"]))
        return inodes

    def end(self):
        """SIGTERM. Returns what was wrong with how it left, or None."""
        self.child.send_signal(signal.SIGTERM)
        try:
            while self.take() >= 0:
                if not select.select([self.out], [], [], END_LIMIT_S)[0]:
                    return "SIGTERM did not end it"
            status = self.child.wait(END_LIMIT_S)
        except subprocess.TimeoutExpired:
            return "SIGTERM did not end it"
        if self.cutter.rest:
            raise BadStream("the last line is cut: %r" % self.cutter.rest)
        if status != -signal.SIGTERM:
            return "exit status %d after SIGTERM: %s" % (status, self.stderr_tail())
        return self.sanitizer_report()

    def sanitizer_report(self):
        """What a sanitizer or valgrind said, if anything."""
        text = self.stderr_tail(1 << 20)
        for sign in ("Sanitizer", "runtime error:", "definitely lost: "):
            if sign in text and "definitely lost: 0 bytes" not in text:
                return text
        return None

    def stderr_tail(self, size=2000):
        """The end of what it wrote to standard error."""
        with open(self.stderr_path, "rb") as file:
            return file.read()[-size:].decode("utf-8", "replace").strip()

    def close(self):
        """Leaves nothing behind, however the storm ended."""
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        self.child.stdout.close()
        if self.ready_fd >= 0:
            os.close(self.ready_fd)
            self.ready_fd = -1
