# SPDX-License-Identifier: MIT
"""A contender at work over one tree: started, seen to be ready, measured, stopped."""

import os
import select
import signal
import subprocess
import time

import limits
from measure import is_stopped, quiet_cpu_ns, rss_bytes
from peers import BY_FD, BY_PROBE, Job

SENTINEL_STEP_S = 0.002
SENTINEL_AGAIN_S = 0.05


class Failed(Exception):
    """A contender did not do what it should."""


class Watcher:
    """
    A running contender. Its output goes to a file, or to a pipe whose end is self.pipe;
    what it says on standard error is kept for messages.
    """
    limit_s = 120

    def __init__(self, contender, root, events, folder, is_piped=False):
        self.contender = contender
        self.root = root
        self.folder = folder
        self.children = []
        self.out_path = os.path.join(folder, "out")
        self.error_path = os.path.join(folder, "err")
        self.pipe = -1
        self._seen = 0
        self._rest = b""
        self._probes = 0
        self._waits = 0
        self._ready_fd = -1
        self._queue_limit = None
        try:
            self._start(events, is_piped)
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def pids(self):
        """Of all its processes."""
        return [child.pid for child in self.children]

    def _start(self, events, is_piped):
        # An instance keeps the limit that stands when it is made.
        self._queue_limit = limits.held("max_queued_events")
        out = self._open_output(is_piped)
        self._ready_fd, ready = os.pipe()
        error = os.open(self.error_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            self._begin_ns = time.monotonic_ns()
            self._spawn(Job(self.root, events, ready), out, error)
        finally:
            for descriptor in (out, error, ready):
                os.close(descriptor)

    def _open_output(self, is_piped):
        if is_piped:
            self.pipe, out = os.pipe()
            return out
        return os.open(self.out_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)

    def _spawn(self, job, out, error):
        if not isinstance(self.contender.ready, str):
            error = subprocess.PIPE
        command = self.contender.command(job)
        self.children.append(subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=error,
            pass_fds=[job.ready_fd] if self.contender.ready == BY_FD else [],
            env={**(self.contender.environment or os.environ), "LC_ALL": "C.UTF-8"}))

    # Readiness.

    def wait_ready(self):
        """Returns the nanoseconds from the start until it was ready."""
        if self.contender.ready == BY_FD:
            self._wait_text(self._ready_fd, b"\n")
        elif self.contender.ready == BY_PROBE:
            self.wait_sentinel("probe")
        else:
            self._wait_text(self.children[0].stderr.fileno(), self.contender.ready)
        wall_ns = time.monotonic_ns() - self._begin_ns
        self._queue_limit.close()
        return wall_ns

    def _wait_text(self, descriptor, text):
        end = time.monotonic() + self.limit_s
        said = b""
        while text not in said:
            left_s = end - time.monotonic()
            if left_s <= 0 or not select.select([descriptor], [], [], left_s)[0]:
                raise Failed("not ready in %d s" % self.limit_s)
            piece = os.read(descriptor, 65536)
            if not piece:
                raise Failed("ended before it was ready" + self._message(said))
            said += piece

    def _message(self, said=b""):
        with open(self.error_path, "rb") as file:
            said = said.strip() or file.read()[-500:].strip()
        lines = said.decode(errors="replace").replace(self.root, "ROOT").splitlines()
        return ": " + lines[-1] if lines else ""

    # Output.

    def wait_sentinel(self, prefix="end", folder=None):
        """
        Makes files in the folder (default: the root) until one of them was told. More than
        one, because the first may be what an overflow has lost.
        """
        end = time.monotonic() + self.limit_s
        next_s = 0
        # Those of an earlier wait may still be queued.
        self._waits += 1
        prefix = "%s-%d-" % (prefix, self._waits)
        while not self.saw(prefix.encode()):
            now = time.monotonic()
            if now > end:
                raise Failed("told nothing in %d s" % self.limit_s)
            if now >= next_s:
                self._make(os.path.join(folder or self.root, prefix))
                next_s = now + SENTINEL_AGAIN_S
            self.check_alive()
            time.sleep(SENTINEL_STEP_S)

    def _make(self, prefix):
        with open("%s%d" % (prefix, self._probes), "wb") as file:
            file.write(b"\n")
        self._probes += 1

    def saw(self, text):
        """Was this in what was written since this was asked before?"""
        if self.pipe >= 0:
            new = self._rest + self._read_pipe()
        else:
            with open(self.out_path, "rb") as file:
                file.seek(self._seen)
                new = self._rest + file.read()
        self._seen += len(new) - len(self._rest)
        # It may be cut in two by the end of what was read.
        self._rest = new[max(0, len(new) - len(text)):]
        return text in new

    def _read_pipe(self):
        os.set_blocking(self.pipe, False)
        try:
            return os.read(self.pipe, 1 << 20)
        except BlockingIOError:
            return b""

    def output(self):
        """All that it has written to its file."""
        with open(self.out_path, "rb") as file:
            return file.read()

    # Its processes.

    def check_alive(self):
        """Fails when it has ended."""
        for child in self.children:
            if child.poll() is not None:
                raise Failed("ended with status %d%s"
                             % (child.returncode, self._message()))

    def cpu_ns(self):
        """CPU time so far, once it rests."""
        self.check_alive()
        return quiet_cpu_ns(self.pids)

    def rss_bytes(self):
        """Resident memory now."""
        self.check_alive()
        return rss_bytes(self.pids)

    def pause(self):
        """Stops it where it is."""
        for child in self.children:
            child.send_signal(signal.SIGSTOP)
        while not all(is_stopped(child.pid) for child in self.children):
            self.check_alive()
            time.sleep(0.0005)

    def resume(self):
        """Lets it go on."""
        for child in self.children:
            child.send_signal(signal.SIGCONT)

    def stop(self):
        """Ends it, and waits until it is gone."""
        for child in reversed(self.children):
            child.send_signal(signal.SIGCONT)
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            if child.stderr:
                child.stderr.close()
        if self._queue_limit:
            self._queue_limit.close()
        for descriptor in (self._ready_fd, self.pipe):
            if descriptor >= 0:
                os.close(descriptor)
        self.children, self._ready_fd, self.pipe = [], -1, -1
