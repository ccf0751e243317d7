/* SPDX-License-Identifier: MIT */
/*
 * Turns an errno into the exception that Python's programs expect: an OSError of the
 * right subclass, with errno, strerror and filename; arguments stay the caller's.
 * It never prints, and never changes what errno is.
 */
#ifndef IW_PYTHON_ERRORS_H
#define IW_PYTHON_ERRORS_H

#include <Python.h>

/*
 * Raises OSError for a positive errno; filename is the path as the caller gave it, or
 * NULL. Where a limit on inotify was met, strerror also tells which, its value now, and
 * how to raise it (source/limits.h). Returns NULL, so that a function can return it.
 */
PyObject *iw_errors_raise(int error, PyObject *filename);

#endif
