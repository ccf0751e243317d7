# SPDX-License-Identifier: MIT
"""
notify.py NAME COMMAND…: runs a command with NOTIFY_SOCKET=NAME, says each assignment
that comes there, and ends it by SIGTERM when it is ready; "STOPPING=1" has to follow.
"""

import os
import signal
import socket
import subprocess
import sys

LIMIT_S = 30


def main():
    name, command = sys.argv[1], sys.argv[2:]
    address = "\0" + name[1:] if name.startswith("@") else name
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.settimeout(LIMIT_S)
        receiver.bind(address)
        environment = dict(os.environ, NOTIFY_SOCKET=name)
        with subprocess.Popen(command, env=environment) as child:
            try:
                for wanted in ("READY=1", "STOPPING=1"):
                    told = []
                    while wanted not in told:
                        told = receiver.recv(4096).decode().split("\n")
                        print("\n".join(told), flush=True)
                    child.send_signal(signal.SIGTERM)
            except OSError:
                child.kill()
                raise
    print("ended with %d" % child.returncode)


main()
