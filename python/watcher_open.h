/* SPDX-License-Identifier: MIT */
/*
 * How a Watcher gets its PATHs: when it is made, and later.
 * The caller has the object; of the Python objects given nothing is kept but patterns.
 * It never leaves a PATH half added: what cannot be watched is raised and taken back.
 */
#ifndef IW_PYTHON_WATCHER_OPEN_H
#define IW_PYTHON_WATCHER_OPEN_H

#include "watcher_object.h"

/* tp_init: parses the arguments, opens the watcher, and turns until it is ready. */
int iw_watcher_open(PyObject *object, PyObject *args, PyObject *kwargs);

/*
 * With turn_lock: has path, which is bytes, watched when it returns. Returns 0, or -1
 * raised, with the PATH taken back.
 */
int iw_watcher_add_path(struct iw_watcher_object *self, PyObject *path,
			bool is_missing_ok);

/* With turn_lock: the opposite. Returns 0, or -1 raised: KeyError if there is no such. */
int iw_watcher_remove_path(struct iw_watcher_object *self, PyObject *path);

#endif
