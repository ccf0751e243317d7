#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Print what happens below a directory, beside other asyncio tasks."""

import argparse
import asyncio
import os

import inotify


async def print_records(watcher):
    async for record in watcher:
        if record.old_path is not None:
            print(record.event, record.old_path, "->", record.path, flush=True)
        else:
            print(record.event, record.path, flush=True)


async def report_calm(watcher, seconds):
    """Another task: tells when nothing has happened for some time."""
    async for _ in watcher:
        while True:
            try:
                await asyncio.wait_for(watcher.__anext__(), seconds)
            except asyncio.TimeoutError:
                break
        print("calm again", flush=True)


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", default=".", help="a directory (default: .)")
    parser.add_argument("--ready-fd", type=int, metavar="N",
                        help="write one newline to this descriptor when it is watched")
    arguments = parser.parse_args()
    mask = inotify.IN_CREATE | inotify.IN_CLOSE_WRITE | inotify.IN_MOVE | inotify.IN_DELETE

    # Two Watchers, because each record of one is given out once.
    async with inotify.Watcher(arguments.path, recursive=True, mask=mask) as watcher, \
            inotify.Watcher(arguments.path, recursive=True, mask=mask) as second:
        if arguments.ready_fd is not None:
            os.write(arguments.ready_fd, b"\n")
        await asyncio.gather(print_records(watcher), report_calm(second, 0.1))


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
