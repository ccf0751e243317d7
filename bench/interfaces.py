# SPDX-License-Identifier: MIT
"""
Python's interfaces to inotify, each as it is used in a few lines: a function that watches
ROOT and the directories below it, says so, and hands each event to a callback. watch.py
runs them; to add one, add an entry to INTERFACES.
"""

import dataclasses
import os
import subprocess
from typing import Callable

BITS = {"create": 0x100, "delete": 0x200, "move": 0xc0, "close_write": 0x8,
        "all_events": 0xfff}
WORDS = {0x8: "CLOSE_WRITE", 0x40: "MOVED_FROM", 0x80: "MOVED_TO", 0x100: "CREATE",
         0x200: "DELETE"}
IN_ISDIR = 0x40000000


def mask_of(events):
    """Words to a number."""
    return sum(BITS[word] for word in events)


def word_of(mask):
    """A number to a word."""
    mask &= ~IN_ISDIR
    return WORDS.get(mask) or hex(mask)


def directories(root):
    """ROOT and all below."""
    return [folder for folder, _, _ in os.walk(root)]


def own_extension(root, events, tell, say_ready):
    """_inotify: a callback for each event that is queued, after a select."""
    import select
    import _inotify
    descriptor = _inotify.create(_inotify.CLOEXEC)
    folders = {_inotify.add(descriptor, folder, mask_of(events)): folder + "/"
               for folder in directories(root)}
    say_ready()

    def take(event):
        tell(folders.get(event["wd"]), word_of(event["mask"]), event["name"])
    while True:
        select.select([descriptor], [], [])
        _inotify.read_event(descriptor, take)


def python_inotify(root, events, tell, say_ready):
    """python3-inotify (PyInotify): a generator over a tree."""
    import inotify.adapters
    import logging
    logging.disable(logging.CRITICAL)
    tree = inotify.adapters.InotifyTree(root, mask=mask_of(events))
    say_ready()
    for event in tree.event_gen(yield_nones=False):
        tell(event[2] + "/", word_of(event[0].mask), event[3])


def pyinotify(root, events, tell, say_ready):
    """python3-pyinotify: a notifier and a handler."""
    import pyinotify as package

    class Handler(package.ProcessEvent):
        """Called with each event."""

        def process_default(self, event):
            """Whatever it is."""
            tell(event.path + "/", word_of(event.mask), event.name)
    manager = package.WatchManager()
    notifier = package.Notifier(manager, Handler())
    manager.add_watch(root, mask_of(events), rec=True, auto_add=True)
    say_ready()
    notifier.loop()


def watchdog(root, events, tell, say_ready):
    """python3-watchdog: an observer thread and a handler; it has a mask of its own."""
    import threading
    from watchdog.events import FileSystemEventHandler
    from watchdog.observers import Observer
    words = {"created": "CREATE", "deleted": "DELETE", "moved": "MOVED_TO",
             "closed": "CLOSE_WRITE"}
    asked = {word for word in words.values()
             if word.partition("D_")[0].lower() in ",".join(events)}

    class Handler(FileSystemEventHandler):
        """Called with each event."""

        def on_any_event(self, event):
            """Whatever it is."""
            word = words.get(event.event_type)
            if word in asked:
                path = getattr(event, "dest_path", "") or event.src_path
                folder, _, name = path.rpartition("/")
                tell(folder + "/", word, name)
    observer = Observer()
    observer.schedule(Handler(), root, recursive=True)
    observer.start()
    say_ready()
    threading.Event().wait()


@dataclasses.dataclass(frozen=True)
class Interface:
    """How to use it, and how to see that it is there and in which version."""
    watch: Callable  # watch(root, events, tell, say_ready)
    imports: str
    version: str  # an expression
    is_ours: bool = False  # found in what the build has staged, not in a Debian package


INTERFACES = {
    "_inotify": Interface(own_extension, "_inotify", "''", is_ours=True),
    "python3-inotify": Interface(python_inotify, "inotify.adapters, inotify",
                                 "inotify.__version__"),
    "python3-pyinotify": Interface(pyinotify, "pyinotify", "pyinotify.__version__"),
    "python3-watchdog": Interface(watchdog, "watchdog.version, watchdog.observers",
                                  "watchdog.version.VERSION_STRING"),
}


def environment(name, stage):
    """For a child that uses an interface: ours come from the stage, others never do."""
    cleared = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return {**cleared, "PYTHONPATH": stage} if INTERFACES[name].is_ours else cleared


def find(name, pythons, stage):
    """The first interpreter that has an interface, and its version; or None twice."""
    interface = INTERFACES[name]
    script = "import sys, %s; print(sys.version.split()[0], %s)" % (interface.imports,
                                                                   interface.version)
    for python in pythons:
        try:
            result = subprocess.run([python, "-W", "ignore", "-c", script], check=False,
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                    stderr=subprocess.DEVNULL,
                                    env=environment(name, stage))
        except OSError:
            continue
        if result.returncode == 0:
            release, _, version = result.stdout.decode().strip().partition(" ")
            return python, "%s (Python %s)" % (" ".join([name, version]).strip(), release)
    return None, None
