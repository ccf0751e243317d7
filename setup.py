# SPDX-License-Identifier: MIT
"""
What pyproject.toml cannot say: the version, the packages, the C sources.

Makefile.am lists the sources and configure.ac has the version; both are read here, so
that there is one truth. Nothing is configured: what the shared sources need of config.h
is defined below, and no library but libc is linked.
"""

import os
import re
import sys
import sysconfig

from setuptools import Extension, setup

HERE = os.path.dirname(os.path.abspath(__file__))

# What AC_USE_SYSTEM_EXTENSIONS and AC_SYS_LARGEFILE put into config.h.
MACROS = [("_GNU_SOURCE", "1"), ("_FILE_OFFSET_BITS", "64")]

# What AC_CHECK_FUNCS finds there: functions of glibc, and since which version.
FUNCTIONS = {"HAVE_STRERRORNAME_NP": (2, 32)}

# The oldest version whose limited API knows sub-interpreters with their own GIL and
# modules that need no GIL: from there on one wheel does for all.
STABLE = (3, 13)


def read(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return file.read()


def version():
    return re.search(r"^AC_INIT\(\[inowatch\], \[([^]]+)\]\)", read("configure.ac"), re.M)[1]


def words_of(variable):
    """The words of a variable of Makefile.am."""
    text = read("Makefile.am").replace("\\\n", " ")
    return re.search(r"^%s = (.*)$" % variable, text, re.M)[1].split()


def glibc():
    """Its version; (0,) of another C library."""
    try:
        name, numbers = os.confstr("CS_GNU_LIBC_VERSION").split()
    except (AttributeError, OSError, ValueError):
        return (0,)
    return tuple(map(int, numbers.split("."))) if name == "glibc" else (0,)


def extension(is_stable):
    listed = words_of("libinowatch_core_la_SOURCES") + words_of("_inotify_la_SOURCES")
    macros = MACROS + [(name, "1") for name in FUNCTIONS if glibc() >= FUNCTIONS[name]]
    if is_stable:
        macros.append(("Py_LIMITED_API", "0x%02X%02X0000" % STABLE))
    return Extension(
        "_inotify",
        sources=[name for name in listed if name.endswith(".c")],
        depends=[name for name in listed if name.endswith(".h")],
        include_dirs=["src", "python"],
        define_macros=macros,
        extra_compile_args=["-std=gnu11", "-fvisibility=hidden"],
        py_limited_api=is_stable,
    )


def main():
    # The limited API does not exist for free-threaded builds.
    is_stable = sys.version_info >= STABLE and not sysconfig.get_config_var(
        "Py_GIL_DISABLED"
    )
    # Beside build/, which belongs to ./bootstrap.
    options = {"build": {"build_base": "build-python"}}
    if is_stable:
        options["bdist_wheel"] = {"py_limited_api": "cp%d%d" % STABLE}
    setup(
        version=version(),
        license="MIT",
        package_dir={"": "python"},
        packages=["inotify", "_inotify-stubs"],
        package_data={"inotify": ["py.typed"], "_inotify-stubs": ["__init__.pyi"]},
        include_package_data=False,
        ext_modules=[extension(is_stable)],
        options=options,
    )


main()
