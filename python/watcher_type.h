/* SPDX-License-Identifier: MIT */
/*
 * The Python type _inotify.Watcher, on which inotify.Watcher is built.
 * The module owns the type; watcher_object.h says what an object owns.
 * It takes paths as bytes only: spelling and asyncio are done in Python.
 */
#ifndef IW_PYTHON_WATCHER_TYPE_H
#define IW_PYTHON_WATCHER_TYPE_H

#include <Python.h>

/* Makes the type and adds it. Returns 0, or -1 raised. */
int iw_watcher_type_init(PyObject *module);

#endif
