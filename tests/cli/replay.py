# SPDX-License-Identifier: MIT
"""Rebuilds the tree below a PATH from inowatch's JSON records, and prints it.

    replay.py PATH <records

One line for each name: its path, and "dir" or "file". The start is an empty directory.
"""

import json
import sys


def remove(tree, path):
    for name in [name for name in tree if name == path or name.startswith(path + "/")]:
        del tree[name]


def move(tree, source, target):
    taken = {
        target + name[len(source) :]: kind
        for name, kind in tree.items()
        if name == source or name.startswith(source + "/")
    }
    remove(tree, source)
    remove(tree, target)
    tree.update(taken)


def exchange(tree, one, other):
    move(tree, one, "\0")
    move(tree, other, one)
    move(tree, "\0", other)


def apply(tree, record):
    event, path = record["event"], record.get("path")
    if event == "moved_in":
        remove(tree, path)  # a rename replaces what it comes over
    if event in ("found", "create", "moved_in"):
        tree.setdefault(path, record["type"])
    elif event in ("delete", "moved_out"):
        remove(tree, path)
    elif event == "move":
        move(tree, record["from"], path)
        tree.setdefault(path, record["type"])
    elif event == "exchange":
        exchange(tree, path, record["from"])
    elif event == "resync":
        for name in [name for name in tree if name.startswith(path + "/")]:
            del tree[name]


def main():
    tree = {}
    for line in sys.stdin:
        apply(tree, json.loads(line))
    tree.pop(sys.argv[1], None)
    for path in sorted(tree, key=lambda path: path.encode()):
        print(path, tree[path])


main()
