# SPDX-License-Identifier: MIT
"""watchman at work: its server, and a client that subscribes to the tree."""

import json
import os
import subprocess
import time

from watcher import Failed, Watcher


class Watchman(Watcher):
    """Both processes count: a user needs both. It tells how files are, not events."""

    def _spawn(self, job, out, error):
        program = self.contender.command(job)[0]
        socket = "--sockname=" + os.path.join(self.folder, "socket")
        self._client_command = [program, "--no-spawn", "--no-local", socket]
        files = ["--%s=%s" % (name, os.path.join(self.folder, name))
                 for name in ("statefile", "logfile", "pidfile")]
        self.children.append(subprocess.Popen(
            [program, "--foreground", "--no-save-state", socket, *files],
            stdin=subprocess.DEVNULL, stdout=error, stderr=error))
        self._watch(error)
        expression = ["anyof", ["type", "f"], ["name", os.path.basename(self.root)]]
        request = ["subscribe", self.root, "bench",
                   {"fields": ["name", "exists"], "expression": expression}]
        client = subprocess.Popen([*self._client_command, "-p", "-j", "--no-pretty"],
                                  stdin=subprocess.PIPE, stdout=out, stderr=error)
        self.children.append(client)
        client.stdin.write(json.dumps(request).encode() + b"\n")
        client.stdin.close()

    def _watch(self, error):
        """Asks until the server is there."""
        end = time.monotonic() + self.limit_s
        command = [*self._client_command, "watch", self.root]
        while subprocess.run(command, stdin=subprocess.DEVNULL, stdout=error, stderr=error,
                             check=False, timeout=self.limit_s).returncode != 0:
            self.check_alive()
            if time.monotonic() > end:
                raise Failed("the server does not answer")
            time.sleep(0.01)
