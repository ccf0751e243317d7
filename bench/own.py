# SPDX-License-Identifier: MIT
"""
Our own interfaces of Python, and the references in C that make the same tuples, each as
interfaces.py has those of others. What gives lists hands them over whole.
"""

import os


def directories(root):
    """ROOT and all below."""
    return [folder for folder, _, _ in os.walk(root)]


def extension(root, mask, tell, say_ready):
    """_inotify: a callback for each event that is queued, after a select."""
    import select
    import _inotify
    descriptor = _inotify.create(_inotify.CLOEXEC)
    folders = {_inotify.add(descriptor, folder, mask): folder + "/"
               for folder in directories(root)}
    say_ready()

    def take(event):
        tell(folders.get(event["wd"]), event["mask"], event["name"])
    while True:
        select.select([descriptor], [], [])
        _inotify.read_event(descriptor, take)


def of_tuple(event):
    """What is told of an event that is a tuple, with or without the length."""
    return event[1], event[-1]


def of_record(event):
    """What is told of a record of Watcher."""
    return event.mask, os.path.basename(event.path)


def lists_of(read):
    """A reader of lists: read() is made for a descriptor."""
    def watch(root, mask, tell_all, say_ready):
        import _inotify
        descriptor = _inotify.create()
        for folder in directories(root):
            _inotify.add(descriptor, folder, mask)
        next_list = read(descriptor)
        say_ready()
        while True:
            tell_all(next_list(), of_tuple)
    return watch


def named_tuples(descriptor):
    """inotify.read_events(): the list that it returns."""
    import inotify
    return lambda: inotify.read_events(descriptor)


def bare_named_tuples(descriptor):
    """The same in the least C."""
    import bare_tuples
    import inotify
    return lambda: bare_tuples.read_named(descriptor, inotify.Event)


def bare_tuples_of_four(descriptor):
    """Plain tuples in the least C."""
    import bare_tuples
    return lambda: bare_tuples.read_plain(descriptor)


def each_named_tuple(root, mask, tell, say_ready):
    """inotify.read_events(), and a look at each event, as callbacks and generators have."""
    import inotify
    descriptor = inotify.init()
    folders = {inotify.add_watch(descriptor, folder, mask): folder + "/"
               for folder in directories(root)}
    say_ready()
    while True:
        for event in inotify.read_events(descriptor):
            tell(folders.get(event.wd), event.mask, event.name)


def startloop(root, mask, tell, say_ready):
    """inotify.startloop(): a callback."""
    import inotify
    folders = {inotify.watch(folder, mask): folder + "/" for folder in directories(root)}
    say_ready()
    inotify.startloop(lambda event: tell(folders.get(event.wd), event.mask, event.name),
                      timeout=-1)


def tree(root, mask, tell, say_ready):
    """inotify.adapters.InotifyTree: a generator. As in python3-inotify."""
    import inotify.adapters
    import logging
    logging.disable(logging.CRITICAL)
    found = inotify.adapters.InotifyTree(root, mask=mask)
    say_ready()
    for event in found.event_gen(yield_nones=False):
        tell(event[2] + "/", event[0].mask, event[3])


def watcher(root, mask, tell_all, say_ready):
    """inotify.Watcher.read(): lists of records."""
    import inotify
    with inotify.Watcher(*directories(root), recursive=False, mask=mask) as source:
        say_ready()
        while True:
            tell_all(source.read(None), of_record)
