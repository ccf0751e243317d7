/* SPDX-License-Identifier: MIT */
/*
 * Reads a batch of events and makes a list of tuples, or of named tuples, of it.
 * The descriptor is the caller's, the list is new, and nothing is kept between calls.
 * It never holds the GIL in a system call, and never calls anything written in Python.
 */
#ifndef IW_PYTHON_BATCH_H
#define IW_PYTHON_BATCH_H

#include <Python.h>

/*
 * The method read_batch(fd, event_type, max_bytes=0) of the module (METH_VARARGS and
 * METH_KEYWORDS): see read_batch_doc in docs.h for what it takes, returns and raises.
 */
PyObject *iw_batch_read(PyObject *module, PyObject *args, PyObject *kwargs);

#endif
