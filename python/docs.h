/* SPDX-License-Identifier: MIT */
/*
 * The docstrings of the functions of the module _inotify, in their order.
 * They are constant data of the one file that includes this, _inotify.c.
 * The module's own is made in constants.c, because it lists the mask table.
 */
#ifndef IW_PYTHON_DOCS_H
#define IW_PYTHON_DOCS_H

#include <Python.h>

PyDoc_STRVAR(
	create_doc,
	"create($module, /, flags=0)\n"
	"--\n\n"
	"Make an inotify instance and return its file descriptor.\n\n"
	"flags is 0 or NONBLOCK; CLOEXEC is accepted and always added, as Python 3\n"
	"does with every descriptor: it is not inheritable. If a child program shall\n"
	"have it, call os.set_inheritable(fd, True). Close it with os.close().\n\n"
	"Raises OSError: EINVAL (other flags), EMFILE (fs.inotify.max_user_instances\n"
	"or the descriptors of the process are used up), ENFILE, ENOMEM;\n"
	"OverflowError if flags is negative or more than 32 bits.\n"
	"See inotify_init1(2).");

PyDoc_STRVAR(
	add_doc,
	"add($module, /, fd, path, mask)\n"
	"--\n\n"
	"Watch path, or change the mask of its watch; return the watch descriptor.\n\n"
	"fd is what create() returned, or an object with fileno(). path is str, bytes\n"
	"or os.PathLike. mask (0 to 2**32 - 1) joins events (MODIFY, CREATE, ...,\n"
	"ALL_EVENTS) and flags (ONLYDIR, DONT_FOLLOW, EXCL_UNLINK, ONESHOT, MASK_ADD,\n"
	"MASK_CREATE) with |. A path whose inode is watched already gives the same\n"
	"watch descriptor, and its mask is replaced unless MASK_ADD is given.\n\n"
	"Raises OSError with filename: FileNotFoundError, PermissionError (no read\n"
	"permission), NotADirectoryError (ONLYDIR), FileExistsError (MASK_CREATE),\n"
	"ENOSPC (fs.inotify.max_user_watches is used up), EINVAL (no event in mask,\n"
	"unknown bits, or fd is no inotify descriptor), EBADF, ELOOP, ENAMETOOLONG,\n"
	"ENOMEM; OverflowError if mask is out of range; ValueError if path has a NUL\n"
	"or fd is negative. Audit event: inotify.add_watch with fd, path, mask.\n"
	"See inotify_add_watch(2).");

PyDoc_STRVAR(remove_doc,
	     "remove($module, /, fd, wd)\n"
	     "--\n\n"
	     "End the watch wd, a watch descriptor returned by add().\n\n"
	     "What is queued for it is still delivered, and then an event IGNORED.\n\n"
	     "Raises OSError: EINVAL (no such watch, or fd is no inotify descriptor),\n"
	     "EBADF; ValueError if fd is negative; OverflowError if wd is no C int.\n"
	     "See inotify_rm_watch(2).");

PyDoc_STRVAR(
	read_event_doc,
	"read_event($module, /, fd, callback)\n"
	"--\n\n"
	"Call callback(event) for each event queued at the time of the call.\n\n"
	"fd is what create() returned, or an object with fileno(). event is a new dict:\n"
	"  wd      watch descriptor, -1 for Q_OVERFLOW\n"
	"  mask    what happened: constants of this module, joined with |\n"
	"  cookie  the same number for MOVED_FROM and its MOVED_TO, else 0\n"
	"  len     bytes the kernel used for the name, with its NUL padding\n"
	"  name    name inside the watched directory as str (os.fsdecode), without "
	"NULs;\n"
	"          '' for events of the watched path itself\n"
	"The result of callback is ignored. An exception that it raises ends read_event\n"
	"and is raised there; events that it was not called with stay in the kernel's\n"
	"queue for the next call. Events that arrive during the call wait for the "
	"next.\n\n"
	"It never waits, also if fd is blocking and other threads call read_event with "
	"it:\n"
	"wait with select or poll before. (If something else takes events from the same\n"
	"queue at the same moment, as os.read or another process can, make the instance\n"
	"with create(NONBLOCK), or the call may wait for the next event.)\n\n"
	"Raises BlockingIOError (EAGAIN) if there was no event; TypeError if callback "
	"is\n"
	"not callable; OSError: EBADF, EINVAL or ENOTTY if fd is no inotify descriptor;\n"
	"ValueError if fd is negative.\n"
	"See inotify(7).");

PyDoc_STRVAR(
	read_batch_doc,
	"read_batch($module, /, fd, event_type, max_bytes=0)\n"
	"--\n\n"
	"Return all events that are queued, in order, as a list of event_type.\n\n"
	"fd is what create() returned, or an object with fileno(). event_type is\n"
	"tuple or a class made of it, as collections.namedtuple() does; instances\n"
	"are made of (wd, mask, cookie, len, name), see read_event(), by\n"
	"tuple.__new__(). max_bytes, if more than 0, limits what is taken from the\n"
	"queue: each event has 16 bytes and its len. What does not fit is left for\n"
	"the next call.\n\n"
	"If there is no event it waits for the next, or returns an empty list if fd\n"
	"was made with NONBLOCK. It is one read(2), so several threads may call it\n"
	"at the same time. Neighbours with the same name share the str.\n\n"
	"Raises OSError: EINVAL (max_bytes is less than the first event, or fd is no\n"
	"inotify descriptor), EBADF; ValueError if fd is negative; TypeError for\n"
	"arguments of other types; MemoryError: what was read is lost then.\n"
	"See inotify(7).");

#endif
