# SPDX-License-Identifier: MIT
"""
Tells when another distribution has put its own package inotify into the same folder.

Then files of both lie there, and removing one takes files of the other. It reads one
folder, because every import pays for it, and never looks into what is installed.
"""

import os
from typing import List

# How their folders of metadata begin: PyInotify, py-inotify, python-inotify.
_OTHERS = ("inotify-", "py_inotify-", "python_inotify-")


def _others_beside(folder: str) -> List[str]:
    try:
        names = os.listdir(folder)
    except OSError:  # in an archive
        return []
    return [
        name
        for name in names
        if name.startswith(_OTHERS) and name.endswith((".dist-info", ".egg-info"))
    ]


def warn_of_others(file: str) -> None:
    """
    Warns, RuntimeWarning, if another distribution has a package of this name here.

    file  where the package is: its __init__.py
    """
    folder = os.path.dirname(os.path.dirname(os.path.abspath(file)))
    for name in _others_beside(folder):
        import warnings  # only now: it is hardly ever needed

        warnings.warn(
            "%s in %s has a package inotify too, and the files of both are mixed: "
            "uninstall it, and install inowatch once more"
            % (name.rsplit(".", 1)[0], folder),
            RuntimeWarning,
            stacklevel=3,
        )
