# SPDX-License-Identifier: MIT
"""The work that is watched, and whether all of it was told."""

import contextlib
import os
import shutil
import subprocess
import tempfile

WORDS = ("create", "close_write", "delete")  # of one file of tools/writer.c
EVENTS_PER_FILE = len(WORDS)
DIRECTORIES = 16
ASKED = ("create", "delete", "move", "close_write")


@contextlib.contextmanager
def folder(parent):
    """A temporary folder that is removed."""
    path = tempfile.mkdtemp(dir=parent)
    try:
        yield path
    finally:
        shutil.rmtree(path)


def make_flat_tree(root):
    """The directories in which tools/writer.c works."""
    for number in range(DIRECTORIES):
        os.makedirs(os.path.join(root, "d%02d" % number))


def make_deep_tree(root, count, files=0, fan_out=10):
    """So many directories below root, each but the last ones with fan_out others.

    files: how many (empty) files are in each, too.
    """
    paths = [root]
    os.makedirs(root, exist_ok=True)
    for number in range(count):
        path = "%s/dir-%05d" % (paths[number // fan_out], number)
        os.mkdir(path)
        paths.append(path)
    for path in paths if files else ():
        for number in range(files):
            os.close(os.open("%s/file-%02d" % (path, number),
                             os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))


class Writer:
    """Writes files, each under a name of its own, and knows which records they make."""

    def __init__(self, program, root):
        self.program = program
        self.root = root
        self.files = 0

    @property
    def events(self):
        """How many events it has made."""
        return self.files * EVENTS_PER_FILE

    def write(self, files, rate=0):
        """Writes so many files, at so many events a second (0: as fast as it can)."""
        first = self.files
        self.files += files
        subprocess.run([self.program, self.root, str(DIRECTORIES), str(first), str(files),
                        str(rate)], check=True, stdin=subprocess.DEVNULL)

    def count_told(self, contender, output):
        """Which of its events output lacks, and how many are told again: (lost, twice)."""
        told = {word: bytearray(self.files) for word in WORDS}
        words_of = {}
        twice = 0
        for match in contender.pattern.finditer(output):
            number = int(match["file"])
            if number >= self.files or int(match["dir"]) != number % DIRECTORIES:
                raise ValueError("%s told of a file that was not there: %r"
                                 % (contender.name, match[0]))
            for word in words_of.setdefault(match["words"], match["words"].split(b",")):
                if word in contender.words:
                    marks = told[contender.words[word]]
                    twice += marks[number]
                    marks[number] = 1
        return self.events - sum(map(sum, told.values())), twice
