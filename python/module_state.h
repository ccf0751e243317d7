/* SPDX-License-Identifier: MIT */
/*
 * What one interpreter's module _inotify keeps: names and types that its objects share.
 * The module owns all of it and visits and clears it for the garbage collector.
 * It never holds anything that belongs to one object, and nothing is shared by
 * interpreters.
 */
#ifndef IW_PYTHON_MODULE_STATE_H
#define IW_PYTHON_MODULE_STATE_H

#include <Python.h>

#include "core/record.h"

struct iw_module_state {
	/* The keys of an event, interned once. */
	PyObject *wd;
	PyObject *mask;
	PyObject *cookie;
	PyObject *len;
	PyObject *name;

	PyObject *words[IW_EVENT_COUNT]; /* of records */
	PyObject *record_type;
	PyObject *mask_type; /* inotify.Mask, once it was needed */
};

#endif
