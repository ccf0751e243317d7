# SPDX-License-Identifier: MIT
"""
Types into a shell, as somebody at a terminal: typist.py SHELL ARGUMENT... <KEYS

The shell runs on a terminal of its own and gets standard input as keys; a tab is TAB. It
has to end by them. What it shows goes to standard error; what the test wants to know, the
keys have to write to files.
"""

from __future__ import annotations

import os
import pty
import select
import sys


def main(*command: str) -> int:
    """Returns the shell's status."""
    keys = sys.stdin.buffer.read()
    pid, master = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm"
        os.execvp(command[0], command)
    while True:
        readable, writable, _ = select.select([master], [master] if keys else [], [])
        if writable:
            keys = keys[os.write(master, keys[:256]) :]
        if not readable:
            continue
        try:
            shown = os.read(master, 65536)
        except OSError:  # EIO: nobody has the terminal any more
            shown = b""
        if not shown:
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.write(2, shown)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
