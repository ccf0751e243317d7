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
        self._client_command = [program, "--no-spawn", "--no-local",
                                "--sockname=" + os.path.join(self.folder, "socket")]
        self.children.append(subprocess.Popen(
            [program, "--foreground", "--no-save-state",
             *("--%s=%s" % (name, os.path.join(self.folder, name))
               for name in ("sockname", "statefile", "logfile", "pidfile")
               if name != "sockname"), self._client_command[-1]],
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
                             check=False).returncode != 0:
            self.check_alive()
            if time.monotonic() > end:
                raise Failed("the server does not answer")
            time.sleep(0.01)
