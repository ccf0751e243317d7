# SPDX-License-Identifier: MIT
"""For tests of programs that watch files."""

import contextlib
import os
import tempfile
from typing import Iterator


@contextlib.contextmanager
def temp_path() -> Iterator[str]:
    """
    Gives an empty folder, which is the working directory until the block ends.

    It is removed then, with what is in it, if it is still there.
    OSError as of tempfile.mkdtemp() and os.chdir().
    """
    before = os.getcwd()
    folder = tempfile.TemporaryDirectory()
    try:
        os.chdir(folder.name)
        yield folder.name
    finally:
        os.chdir(before)
        with contextlib.suppress(FileNotFoundError):
            folder.cleanup()
