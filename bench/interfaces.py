# SPDX-License-Identifier: MIT
"""
Python's interfaces to inotify, each as it is used in a few lines: a function that watches
ROOT and the directories below it, says so, and hands each event to a callback, or lists
of them. watch.py runs them; to add one, add an entry to INTERFACES.
"""

import dataclasses
import os
import subprocess
from typing import Callable

import own

US, REFERENCE, PEER = "us", "reference", "peer"

BITS = {"create": 0x100, "delete": 0x200, "move": 0xc0, "close_write": 0x8,
        "all_events": 0xfff}
WORDS = {0x8: "CLOSE_WRITE", 0x40: "MOVED_FROM", 0x80: "MOVED_TO", 0x100: "CREATE",
         0x200: "DELETE"}
IN_ISDIR = 0x40000000


def mask_of(events):
    """Words to a number."""
    return sum(BITS[word] for word in events)


def word_of(mask):
    """A number to a word; a word is one already."""
    if isinstance(mask, str):
        return mask
    mask &= ~IN_ISDIR
    return WORDS.get(mask) or hex(mask)


def pyinotify(root, mask, tell, say_ready):
    """python3-pyinotify: a notifier and a handler."""
    import pyinotify as package

    class Handler(package.ProcessEvent):
        """Called with each event."""

        def process_default(self, event):
            """Whatever it is."""
            tell(event.path + "/", event.mask, event.name)
    manager = package.WatchManager()
    notifier = package.Notifier(manager, Handler())
    manager.add_watch(root, mask, rec=True, auto_add=True)
    say_ready()
    notifier.loop()


def watchdog(root, mask, tell, say_ready):
    """python3-watchdog: an observer thread and a handler; it has a mask of its own."""
    import threading
    from watchdog.events import FileSystemEventHandler
    from watchdog.observers import Observer
    words = {"created": "CREATE", "deleted": "DELETE", "moved": "MOVED_TO",
             "closed": "CLOSE_WRITE"}
    asked = {WORDS[bit] for bit in WORDS if mask & bit}

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
    watch: Callable  # watch(root, mask, tell, say_ready)
    imports: str
    version: str = "''"  # an expression
    # Peers are in Debian packages; ours in what the build has staged.
    kind: str = PEER
    has_lists: bool = False  # gives tell a list and a function that looks at one of it


def ours(watch, imports="inotify", kind=US, has_lists=False, condition="''"):
    """One of our own, or a reference."""
    return Interface(watch, imports, condition, kind, has_lists)


INTERFACES = {
    "_inotify": ours(own.extension, "_inotify"),
    "inotify.startloop": ours(own.startloop),
    "inotify.adapters": ours(own.tree, "inotify.adapters, inotify"),
    "inotify.read_events": ours(own.lists_of(own.named_tuples), has_lists=True),
    "inotify.read_events, each": ours(own.each_named_tuple),
    "inotify.Watcher.read": ours(own.watcher, has_lists=True,
                                 condition="inotify.Watcher and ''"),
    "C, named tuples": ours(own.lists_of(own.bare_named_tuples), "bare_tuples, inotify",
                            REFERENCE, has_lists=True),
    "C, tuples of four": ours(own.lists_of(own.bare_tuples_of_four), "bare_tuples",
                              REFERENCE, has_lists=True),
    "python3-inotify": Interface(own.tree, "inotify.adapters, inotify",
                                 "inotify.__version__"),
    "python3-pyinotify": Interface(pyinotify, "pyinotify", "pyinotify.__version__"),
    "python3-watchdog": Interface(watchdog, "watchdog.version, watchdog.observers",
                                  "watchdog.version.VERSION_STRING"),
}


def environment(name, stage):
    """For a child that uses an interface: ours come from the stage, others never do."""
    cleared = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return cleared if INTERFACES[name].kind == PEER else {**cleared, "PYTHONPATH": stage}


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
