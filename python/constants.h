/* SPDX-License-Identifier: MIT */
/*
 * The constants of the module _inotify: the mask table, and what create() takes.
 * The module owns the numbers; the text for its docstring goes to the caller's buffer.
 * It never invents a name: all are those of <sys/inotify.h>, with and without IN_.
 */
#ifndef IW_PYTHON_CONSTANTS_H
#define IW_PYTHON_CONSTANTS_H

#include <Python.h>

#include "base/attributes.h"
#include "base/buffer.h"

/* Adds all constants, and a line about each to doc. Returns 0, or -1 raised. */
int iw_constants_add(PyObject *module, struct iw_buffer *doc);

#endif
