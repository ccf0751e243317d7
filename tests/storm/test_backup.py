# SPDX-License-Identifier: MIT
"""
What --backup has at rest is what is there, after random work in and beside the tree: names,
content, modes, modification times. SEED=N begins with that seed, BACKUP_STORMS=N makes so
many storms.
"""

import os
import random
import select
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

from operations import WEIGHTS, Operations  # noqa: E402

PROGRAM = os.environ["INOWATCH"]
STORMS = int(os.environ.get("BACKUP_STORMS", "4"))
FIRST_SEED = int(os.environ.get("SEED", "1"))
OPERATIONS = 600
LIMIT_S = 60


def listing(top, linked):
    """All that is kept of a tree. Files with a second name elsewhere change unseen."""
    found = {}
    for folder, folders, files in os.walk(top):
        for name in folders + files:
            path = os.path.join(folder, name)
            below = os.path.relpath(path, top)
            status = os.lstat(path)
            if stat.S_ISLNK(status.st_mode):
                found[below] = os.readlink(path)
            elif stat.S_ISDIR(status.st_mode):
                found[below] = stat.S_IMODE(status.st_mode)
            elif stat.S_ISREG(status.st_mode):
                with open(path, "rb") as stream:
                    content = stream.read()
                found[below] = (stat.S_IMODE(status.st_mode), status.st_mtime_ns, content)
                if status.st_ino in linked:
                    linked.add(below)
    return found


class Storms(unittest.TestCase):

    def setUp(self):
        self.folder = os.fsencode(tempfile.mkdtemp(prefix="inowatch-storm."))
        self.addCleanup(shutil.rmtree, self.folder)
        self.tree = self.folder + b"/tree"
        self.store = self.folder + b"/store"
        os.mkdir(self.tree)
        os.mkdir(self.folder + b"/outside")

    def differences(self, linked):
        """Names that differ between the tree and the newest versions."""
        try:
            here = listing(self.tree, linked)
            there = listing(self.store + b"/current" + self.tree, set())
        except FileNotFoundError:
            return [b"still changing"]
        return [name for name in here.keys() | there.keys()
                if name not in linked and here.get(name) != there.get(name)]

    def wait_until_equal(self, child, linked):
        deadline = time.monotonic() + LIMIT_S
        while True:
            different = self.differences(linked)
            if not different:
                return
            left = deadline - time.monotonic()
            if left <= 0:
                self.fail(f"never became equal: {sorted(different)[:10]}")
            # Nothing is told of directories, so it may be equal without a line.
            told = select.select([child.stdout], [], [], min(left, 0.1))[0]
            if told and not os.read(child.stdout.fileno(), 1 << 16):
                self.fail("inowatch has ended")

    def storm(self, seed):
        rng = random.Random(seed)
        operations = Operations(rng, self.tree, self.folder + b"/outside")
        # What is written through a mapping is told by nobody.
        names, weights = zip(*((name, weight) for name, weight in WEIGHTS.items()
                               if name != "store"))
        child = subprocess.Popen(
            [PROGRAM, "--backup", self.store, "--settle", "20ms", "--max-wait", "200ms",
             self.tree], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        with child:
            try:
                for name in rng.choices(names, weights, k=OPERATIONS):
                    try:
                        getattr(operations, name)()
                    except (OSError, shutil.Error):
                        continue
                operations.close()
                self.wait_until_equal(child, operations.linked_inodes)
            finally:
                child.terminate()
        subprocess.run([PROGRAM, "-q", "--check", self.store, "--verify"], check=True)

    def test_at_rest_the_store_is_what_is_there(self):
        for seed in range(FIRST_SEED, FIRST_SEED + STORMS):
            with self.subTest(seed=seed):
                self.setUp()
                self.storm(seed)


if __name__ == "__main__":
    unittest.main()
