# SPDX-License-Identifier: MIT
"""Answers what configure and bootstrap ask an interpreter about itself.

Usage: PYTHON m4/iw_python.py QUESTION [ARGUMENT]; a no is told by the exit status.
"""

import os
import site
import sys
import sysconfig


def is_usable():
    """Whether extensions can be built for it."""
    folders = (sysconfig.get_path("include"), sysconfig.get_path("platinclude"))
    has_headers = any(os.path.exists(os.path.join(d, "Python.h")) for d in folders if d)
    return has_headers and sys.version_info >= (3, 9)


def searched():
    """The folders where it looks for modules, those that do not exist yet included."""
    places = sys.path[1:] + site.getsitepackages() + [site.getusersitepackages()]
    return [os.path.normpath(place) for place in places]


def is_below(place, prefix):
    # /usr/local lies below /usr, but it is another prefix.
    return place.startswith(prefix + "/") and not place.startswith(prefix + "/local/")


def module_folder(prefix):
    """Below the prefix: where it looks for modules, else where it would keep them."""
    prefix = os.path.normpath(prefix)
    schemes = [sysconfig.get_path("platlib", s) for s in sysconfig.get_scheme_names()]
    usual = [place for place in schemes if place in searched()]
    usual += site.getsitepackages() + [site.getusersitepackages()]
    for place in usual:
        if is_below(place, prefix):
            return "${exec_prefix}" + place[len(prefix):]
    names = ("base", "platbase", "installed_base", "installed_platbase")
    place = sysconfig.get_path("platlib", "posix_prefix", dict.fromkeys(names, prefix))
    return "${exec_prefix}" + place[len(prefix):]


def include_flags():
    folders = (sysconfig.get_path("include"), sysconfig.get_path("platinclude"))
    return " ".join("-isystem " + folder for folder in dict.fromkeys(folders))


ANSWERS = {
    "usable": is_usable,
    "executable": lambda: sys.executable,
    "version": lambda: "%d.%d" % sys.version_info[:2],
    "include": include_flags,
    "suffix": lambda: sysconfig.get_config_var("EXT_SUFFIX"),
    "folder": module_folder,
    "searches": lambda place: os.path.normpath(place) in searched(),
}

answer = ANSWERS[sys.argv[1]](*sys.argv[2:])
if isinstance(answer, bool):
    sys.exit(0 if answer else 1)
print(answer)
