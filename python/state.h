/* SPDX-License-Identifier: MIT */
/*
 * The state of the module _inotify: every Python object that is kept between two calls.
 * Each interpreter of a process has its own; the module owns it and what it refers to.
 * It never has an object in common with another interpreter, and no C global.
 */
#ifndef IW_PYTHON_STATE_H
#define IW_PYTHON_STATE_H

#include <Python.h>

#include "base/attributes.h"

struct iw_state {
	/* The keys of an event of read_event(), interned once. */
	PyObject *wd;
	PyObject *mask;
	PyObject *cookie;
	PyObject *len;
	PyObject *name;
};

static inline struct iw_state *iw_state_of(PyObject *module)
{
	return PyModule_GetState(module);
}

/* A Py_mod_exec slot: fills the state of a new module. 0, or -1 raised. */
IW_MUST_CHECK int iw_state_exec(PyObject *module);

/* For PyModuleDef; each takes a module whose state was not made yet. */
int iw_state_traverse(PyObject *module, visitproc visit, void *arg);
int iw_state_clear(PyObject *module);
void iw_state_free(void *module);

#endif
