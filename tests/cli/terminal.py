# SPDX-License-Identifier: MIT
"""
What a terminal and its shell do to the program: terminal.py SCENARIO PROGRAM

It is the shell: the leader of a session whose terminal it holds from both ends, with the
program as a job. It waits for what the terminal shows, or for the program; each wait has a
deadline, and nothing sleeps.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import sys
import termios
import time
from collections.abc import Callable
from typing import NoReturn

DEADLINE = 30.0
SUSPEND = b"\x1a"
INTERRUPT = b"\x03"
IGNORED = (signal.SIGTTOU, signal.SIGTTIN, signal.SIGTSTP, signal.SIGINT, signal.SIGQUIT)
DEFAULTS = (*IGNORED, signal.SIGPIPE, signal.SIGHUP)
CLEAR = b"\x1b[H\x1b[2J"
HISTORY = b"\x1b[3J"
KEYS = r"inowatch: keys: space runs it, r restarts it, q quits\r\n"


class Terminal:
    """A terminal, and the job that was started last."""

    def __init__(self, program: str) -> None:
        self.program = program
        self.master, self.slave = pty.openpty()
        os.setsid()
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
        for number in IGNORED:
            signal.signal(number, signal.SIG_IGN)
        self.modes = termios.tcgetattr(self.slave)
        self.seen = b""
        self.pid = 0

    def start(self, *arguments: str, stderr: str = "", is_background: bool = False) -> None:
        """Starts the program with standard input, output and error on the terminal."""
        # What the last job has written and nobody has read is not of this one.
        os.write(self.slave, b"<start>")
        self.expect(r"<start>\Z")
        began, begin = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self._become([self.program, *arguments], stderr, began)
        os.close(began)
        os.setpgid(self.pid, self.pid)
        if not is_background:
            os.tcsetpgrp(self.slave, self.pid)
        os.close(begin)

    def _become(self, vector: list[str], stderr: str, began: int) -> NoReturn:
        try:
            os.setpgid(0, 0)
            for number in DEFAULTS:
                signal.signal(number, signal.SIG_DFL)
            for fd in range(3):
                os.dup2(self.slave, fd)
            if stderr:
                os.dup2(os.open(stderr, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
            os.closerange(began + 1, 256)
            os.read(began, 1)  # the parent has given us the terminal
            os.execv(vector[0], vector)
        finally:
            os._exit(126)

    def press(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def expect(self, pattern: str) -> re.Match[bytes]:
        """Waits until the terminal shows this; forgets what it has shown so far."""
        end = time.monotonic() + DEADLINE
        while True:
            match = re.search(pattern.encode(), self.seen)
            if match:
                self.seen = self.seen[match.end() :]
                return match
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.master], [], [], left)[0]:
                raise AssertionError(f"{pattern!r} is not in {self.seen!r}")
            self.seen += os.read(self.master, 65536)

    def wait(self, options: int = 0) -> int:
        """Waits for the program; a negative number is the signal that ended it."""
        signal.alarm(int(DEADLINE))
        pid, status = os.waitpid(self.pid, options)
        signal.alarm(0)
        assert pid == self.pid, (pid, self.pid)
        if os.WIFSTOPPED(status):
            return 1000 + os.WSTOPSIG(status)
        os.tcsetpgrp(self.slave, os.getpgrp())
        return os.waitstatus_to_exitcode(status)

    def take_over(self) -> None:
        """What a shell does when its job was stopped."""
        os.tcsetpgrp(self.slave, os.getpgrp())

    def foreground(self, is_continued: bool = True) -> None:
        os.tcsetpgrp(self.slave, self.pid)
        if is_continued:
            os.killpg(self.pid, signal.SIGCONT)

    def is_plain(self) -> bool:
        return bool(termios.tcgetattr(self.slave) == self.modes)

    def runs(self) -> bool:
        return os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED) == (0, 0)


def touch(name: str) -> None:
    os.close(os.open(name, os.O_WRONLY | os.O_CREAT))


def keys(terminal: Terminal) -> None:
    """Space runs it, other keys do nothing, q ends with 0; nothing is echoed."""
    terminal.start("d", "--", "echo", "ran")
    terminal.expect(KEYS)
    assert not terminal.is_plain()
    flags = fcntl.fcntl(terminal.slave, fcntl.F_GETFL)
    assert not flags & os.O_NONBLOCK, "the terminal is the shell's too"
    terminal.press(b"x \n")
    shown = terminal.expect(r"ran\r\n(?s:.*)ended with status 0 after \d+ ms")
    assert b"x" not in shown.string[: shown.start()], shown.string
    terminal.press(b" ")
    terminal.expect(r"ran\r\n")
    terminal.press(b"q")
    assert terminal.wait() == 0
    assert terminal.is_plain()


def restart(terminal: Terminal) -> None:
    """r stops it and starts it again, and starts it when it has ended."""
    terminal.start("--initial", "d", "--", "sh", "-c", "echo begin $$; read -r _ <>never; echo end")
    terminal.expect(KEYS)
    first = terminal.expect(r"begin (\d+)\r\n")[1]
    terminal.press(b"r")
    terminal.expect(r"inowatch: sh was stopped after \d+ ms\r\n")
    second = terminal.expect(r"begin (\d+)\r\n")[1]
    assert first != second and not os.path.exists(b"/proc/" + first)
    with open("never", "r+b", buffering=0) as never:  # reading too: it waits for the command
        never.write(b"\n")
        terminal.expect(r"end\r\n")
    terminal.press(b"r")
    third = terminal.expect(r"begin (\d+)\r\n")[1]
    terminal.press(b"q")
    assert terminal.wait() == 0
    assert not os.path.exists(b"/proc/" + third)


def space(terminal: Terminal) -> None:
    """Space while it runs: once more afterwards, and not beside it."""
    terminal.start("--initial", "d", "--", "sh", "-c", "echo begin; read -r _ <>never; echo end")
    terminal.expect(r"begin\r\n")
    terminal.press(b" ")
    with open("never", "r+b", buffering=0) as never:
        for pattern in (r"end\r\n", r"begin\r\n", r"end\r\n"):
            if pattern.startswith("end"):
                never.write(b"\n")
            shown = terminal.expect(pattern)
            assert b"begin" not in shown.string[: shown.start()]
    terminal.press(b"q")
    assert terminal.wait() == 0


def stubborn(terminal: Terminal) -> None:
    """The second q kills what does not end."""
    terminal.start(
        *("--initial", "--stop-timeout", "1h", "d", "--", "sh", "-c"),
        "trap 'echo told' TERM; echo $$; while :; do cat <>never & wait; done",
    )
    command = terminal.expect(r"\n(\d+)\r\n")[1]
    terminal.press(b"q")
    terminal.expect(r"told\r\n")
    terminal.press(b"q")
    assert terminal.wait() == 0
    assert not os.path.exists(b"/proc/" + command)


def ends(terminal: Terminal) -> None:
    """However it ends, the modes are those from before."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        terminal.start("d", "--", "true")
        terminal.expect(KEYS)
        assert not terminal.is_plain()
        if number == signal.SIGINT:
            terminal.press(INTERRUPT)
        else:
            os.kill(terminal.pid, number)
        assert terminal.wait() == -number
        assert terminal.is_plain(), number
    for arguments, status in (
        (("-n", "1", "d", "--", "false"), 1),
        (("--exit-on-error", "d", "--", "sh", "-c", "exit 7"), 7),
        (("-t", "1ms", "d", "--", "true"), 2),
        (("--print", "-o", "/dev/full", "d", "--", "true"), 4),
    ):
        terminal.start("--initial", *arguments)
        if status == 4:
            terminal.expect(KEYS)
            touch("d/full")
        got = terminal.wait()
        assert got == status, (got, status)
        assert terminal.is_plain(), arguments


def suspend(terminal: Terminal) -> None:
    """^Z gives the terminal back and stops the command; fg takes both up again."""
    # No shell: one that is about to wait may tell of a signal only after the next.
    terminal.start(
        *("--initial", "d", "--", sys.executable, "-uc"),
        "import signal; told = {signal.SIGTSTP: 'held', signal.SIGCONT: 'going'}\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, told); print('begin')\n"
        "while True: print(told[signal.sigwait(told)])",
    )
    terminal.expect(r"begin\r\n")
    for _ in range(2):
        terminal.press(SUSPEND)
        assert terminal.wait(os.WUNTRACED) == 1000 + signal.SIGTSTP
        terminal.take_over()
        assert terminal.is_plain()
        terminal.expect(r"held\r\n")
        terminal.foreground()
        terminal.expect(r"going\r\n")
    terminal.press(b"r")
    terminal.expect(r"begin\r\n")
    assert not terminal.is_plain()
    # Its modes are not to be taken for the shell's when it could not give them back.
    os.kill(terminal.pid, signal.SIGSTOP)
    assert terminal.wait(os.WUNTRACED) == 1000 + signal.SIGSTOP
    terminal.take_over()
    terminal.foreground()
    terminal.press(b"r")
    terminal.expect(r"begin\r\n")
    terminal.press(b"q")
    assert terminal.wait() == 0
    assert terminal.is_plain()


def background(terminal: Terminal) -> None:
    """A job in the background neither takes keys nor is it stopped."""
    terminal.start("d", "--", "echo", "ran", is_background=True)
    terminal.expect(r"Watches established")
    touch("d/a")
    terminal.expect(r"ran\r\n")
    terminal.expect(r"ended with status 0")
    assert terminal.is_plain()
    terminal.press(b" shell\n")
    assert os.read(terminal.slave, 100) == b" shell\n"
    assert terminal.runs()
    # A shell that brings a running job to the foreground sends no signal.
    terminal.foreground(is_continued=False)
    touch("d/b")
    terminal.expect(KEYS)
    terminal.expect(r"ran\r\n")
    terminal.press(SUSPEND)
    assert terminal.wait(os.WUNTRACED) == 1000 + signal.SIGTSTP
    terminal.take_over()
    os.killpg(terminal.pid, signal.SIGCONT)
    touch("d/c")
    terminal.expect(r"ran\r\n")
    assert terminal.is_plain()
    terminal.press(b"q shell\n")
    assert os.read(terminal.slave, 100) == b"q shell\n"
    assert terminal.runs()
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.wait() == -signal.SIGTERM
    assert terminal.is_plain()


def each(terminal: Terminal) -> None:
    """A run for each path has none without a path."""
    terminal.start("d", "--", "echo", "ran", "{}")
    terminal.expect(r"Watches established")
    terminal.press(b" ")
    terminal.expect(r"inowatch: keys cannot run it: it is run for each path that changes\r\n")
    touch("d/a")
    terminal.expect(r"ran d/a\r\n")
    terminal.press(b"q")
    assert terminal.wait() == 0


def status(terminal: Terminal) -> None:
    """A line for each run, green and red; plain with NO_COLOR; none with -q."""
    green, red, end = r"\x1b\[32m", r"\x1b\[31m", r"\x1b\[0m\r\n"
    terminal.start("--initial", "-n1", "d", "--", "true")
    terminal.expect(rf"inowatch: {green}true ended with status 0 after \d+ ms{end}")
    terminal.wait()
    terminal.start("-n1", "d", "--", "false")
    terminal.expect(KEYS)
    touch("d/a")
    terminal.expect(rf"inowatch: {red}d/a: false ended with status 1 after \d+ ms{end}")
    terminal.wait()
    terminal.start("--initial", "-n1", "d", "--", "sh", "-c", "kill -KILL $$")
    terminal.expect(rf"inowatch: {red}sh was killed by signal 9, KILL after \d+ ms{end}")
    terminal.wait()
    terminal.start("--color", "never", "--initial", "-n1", "d", "--", "true")
    terminal.expect(r"inowatch: true ended with status 0 after \d+ ms\r\n")
    terminal.wait()
    os.environ["NO_COLOR"] = "1"
    terminal.start("--initial", "-n1", "d", "--", "false")
    terminal.expect(r"inowatch: false ended with status 1 after \d+ ms\r\n")
    terminal.wait()
    del os.environ["NO_COLOR"]
    terminal.start("-q", "--initial", "-n1", "d", "--", "sh", "-c", "echo ran; exit 1")
    assert terminal.wait() == 1
    os.write(terminal.slave, b"over")
    terminal.expect(r"\Aran\r\nover")
    terminal.start("--initial", "-n1", "d", "--", "false", stderr="err")
    terminal.wait()
    with open("err", "rb") as err:
        assert err.read() == b"inowatch: false ended with status 1\n"


def clear(terminal: Terminal) -> None:
    """-C clears the screen before each run, -CC its history too."""
    screen, history = re.escape(CLEAR.decode()), re.escape(HISTORY.decode())
    terminal.start("-C", "--initial", "-n2", "-q", "d", "--", "echo", "ran")
    terminal.expect(rf"\A{screen}ran\r\n")
    terminal.press(b" ")
    terminal.expect(rf"\A{screen}ran\r\n")
    terminal.wait()
    terminal.start("-CC", "--initial", "-n1", "-q", "d", "--", "echo", "ran")
    terminal.expect(rf"\A{screen}{history}ran\r\n")
    terminal.wait()
    terminal.start("-C", "-q", "d", "--", "echo", "ran", is_background=True)
    terminal.foreground()
    terminal.press(b" ")
    terminal.expect(rf"\A ?{screen}ran\r\n")
    terminal.take_over()
    touch("d/behind")
    terminal.expect(r"\Aran\r\n")
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.wait()
    os.environ["TERM"] = "dumb"
    terminal.start("-C", "--initial", "-n1", "-q", "d", "--", "echo", "ran")
    terminal.expect(r"\Aran\r\n")
    terminal.wait()


SCENARIOS: dict[str, Callable[[Terminal], None]] = {
    scenario.__name__: scenario
    for scenario in (
        *(keys, restart, space, stubborn, ends),
        *(suspend, background, each, status, clear),
    )
}


def main() -> None:
    os.environ["TERM"] = "xterm"
    terminal = Terminal(sys.argv[2])
    try:
        SCENARIOS[sys.argv[1]](terminal)
    finally:
        # Also if it was not waited for: what is left of the job ends with its terminal.
        if terminal.pid:
            try:
                os.kill(terminal.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


if __name__ == "__main__":
    # The leader of a group cannot make a session.
    child = os.fork()
    if child == 0:
        try:
            main()
        except BaseException:  # what it is, is said, and it must not go on as the parent
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
