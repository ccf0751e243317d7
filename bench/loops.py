# SPDX-License-Identifier: MIT
"""The C programs: built from bench/, and the reference loops among them as contenders."""

import os
import shutil
import subprocess

from peers import REFERENCE, Contender

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = ("reference/loop", "reference/setup", "reference/spawn", "tools/dispatch",
           "tools/latency", "tools/stamp", "tools/writer")


class NoCompiler(Exception):
    """There is no C compiler, or it refused."""


def build(folder):
    """Builds all into folder. Returns where each is, by its name."""
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        raise NoCompiler("there is no C compiler: install the Debian package gcc")
    programs = {}
    for source in SOURCES:
        name = os.path.basename(source)
        programs[name] = os.path.join(folder, name)
        command = [*compiler.split(), "-std=gnu11", "-D_GNU_SOURCE", "-O2", "-pthread",
                   "-o", programs[name], os.path.join(HERE, source + ".c")]
        if subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode:
            raise NoCompiler("%s.c could not be built" % source)
    return programs


def build_extension(python, folder):
    """Builds reference/bare_tuples.c for an interpreter. Returns whether it worked."""
    ask = "import sysconfig as s; print(s.get_path('include'), s.get_config_var('EXT_SUFFIX'))"
    include, suffix = subprocess.check_output([python, "-c", ask],
                                              text=True).strip().rsplit(" ", 1)
    command = [*(os.environ.get("CC") or "cc").split(), "-O2", "-shared", "-fPIC",
               "-I", include, "-o", os.path.join(folder, "bare_tuples" + suffix),
               os.path.join(HERE, "reference/bare_tuples.c")]
    return not subprocess.run(command, stdin=subprocess.DEVNULL, check=False,
                              stderr=subprocess.DEVNULL).returncode


def reading_loop(programs, wait_us=0):
    """Waits, reads, formats, writes; with a wait once in that time under load."""
    name = "C loop, waits %g ms" % (wait_us / 1000) if wait_us else "C loop"
    return Contender(name, REFERENCE, lambda job: [
        programs["loop"], job.root, hex(job.mask), str(job.ready_fd), str(wait_us)])


def setup_loop(programs, way):
    """Lists and watches: "relative", "links" or "threads"."""
    names = {"relative": "C loop, relative names", "links": "C loop, link counts",
             "threads": "C loop, two threads"}
    return Contender(names[way], REFERENCE, lambda job: [
        programs["setup"], job.root, hex(job.mask), str(job.ready_fd), way])
