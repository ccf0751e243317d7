# SPDX-License-Identifier: MIT
"""
A file system whose power can be cut: an image, mounted in a mount namespace of this
process, that is shut down without writing its log, and mounted again.
"""

import contextlib
import ctypes
import fcntl
import os
import shutil
import struct
import subprocess

CLONE_NEWNS = 0x00020000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
FS_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2
MIB = 1 << 20
ROOM = 1024 * MIB
LIMIT_S = 60

# How each is made and mounted, and its size in MiB.
KINDS = {
    "ext4": (["mkfs.ext4", "-q", "-F"], "loop", 64),
    "ext4-fast": (["mkfs.ext4", "-q", "-F", "-O", "fast_commit"],
                  "loop,data=writeback", 64),
    "xfs": (["mkfs.xfs", "-q", "-f"], "loop", 320),
}


class CannotMount(Exception):
    """The reason why there can be no such file system here."""


def run(*command):
    """The program's error if it fails; it does not outlive its limit."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=LIMIT_S, check=False)
    if done.returncode != 0:
        raise OSError("%s: %s" % (" ".join(map(str, command)),
                                  done.stderr.decode("utf-8", "replace").strip()))


def place():
    """Where images lie: in memory if there is room, because syncing them is no test."""
    with contextlib.suppress(OSError):
        state = os.statvfs("/dev/shm")
        if not os.environ.get("TMPDIR") and state.f_bavail * state.f_frsize > ROOM:
            return "/dev/shm"
    return None


def enter_namespace():
    """Whatever is mounted from now on goes when this process ends, however it does."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != 0:
        raise CannotMount("only root may mount")
    if libc.unshare(CLONE_NEWNS) != 0 or \
            libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) != 0:
        raise CannotMount("no mount namespace: " + os.strerror(ctypes.get_errno()))


class Powered:
    """One file system; folder is where it is mounted."""

    def __init__(self, kind, place):
        make, self.options, size = KINDS[kind]
        self.image = os.path.join(place, kind + ".img")
        self.folder = os.path.join(place, kind)
        self.is_mounted = False
        if not shutil.which(make[0]):
            raise CannotMount(make[0] + " is not installed")
        with open(self.image, "wb") as image:
            image.truncate(size * MIB)
        os.mkdir(self.folder)
        try:
            run(*make, self.image)
            self.mount()
        except OSError as problem:
            raise CannotMount(str(problem)) from problem

    def mount(self):
        """As it is now, with what its log has."""
        run("mount", "-o", self.options, self.image, self.folder)
        self.is_mounted = True

    def cut(self):
        """What was not durable is gone. Nothing of it may be open."""
        fd = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(fd, FS_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(fd)
        self.unmount()
        self.mount()

    def unmount(self):
        """For good, or for a moment."""
        if self.is_mounted:
            run("umount", self.folder)
            self.is_mounted = False
