/* SPDX-License-Identifier: MIT */
/*
 * The Python type Record: one thing that happened to one path, and cannot be changed.
 * A Record owns its objects; the words of events belong to the module's state.
 * It never refers to the Watcher that told it, and makes its mask an inotify.Mask only
 * when that is looked at.
 */
#ifndef IW_PYTHON_EVENT_RECORD_H
#define IW_PYTHON_EVENT_RECORD_H

#include <Python.h>

#include "record_queue.h"
#include "state.h"

/* Makes the type and the words of events, and adds the type. 0, or -1 raised. */
int iw_event_record_init(PyObject *module);

/* A new Record whose paths are bytes or str (surrogateescape); NULL with MemoryError. */
PyObject *iw_event_record_new(const struct iw_state *state,
			      const struct iw_queued_record *queued, bool is_bytes);

/* A path as records have it. */
PyObject *iw_event_record_path(const char *bytes, size_t len, bool is_bytes);

/* What to do about an errno of inotify, for a user; NULL if nothing is known. */
const char *iw_event_record_remedy(int error);

#endif
