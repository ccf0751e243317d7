/* SPDX-License-Identifier: MIT */
/*
 * Patterns that are Python callables, for the filter of a C watcher.
 * The callables belong to whoever made the filter and must outlive it; an exception that
 * one raises belongs to struct iw_pattern_calls until it is raised again.
 * It never holds the GIL between two calls, and never hides what it could not judge.
 */
#ifndef IW_PYTHON_PATTERN_H
#define IW_PYTHON_PATTERN_H

#include <Python.h>

#include "base/attributes.h"
#include "core/filter.h"

/* How callables are called from a turn, which runs without the GIL. */
struct iw_pattern_calls {
	PyThreadState *thread; /* of the turn */
	PyObject *type;        /* the first exception that a callable raised, or NULL */
	PyObject *value;
	PyObject *traceback;
};

/*
 * Adds a pattern to filter for each tuple (kind, callable, is_bytes) of patterns: a kind
 * is one of enum iw_filter_kind; a callable gets the plain path as bytes or str and
 * returns whether it matches. Returns 0, or -1 raised (TypeError, MemoryError).
 */
int iw_pattern_add_all(struct iw_filter *filter, PyObject *patterns,
		       struct iw_pattern_calls *calls);

/* To be called around a turn. */
void iw_pattern_leave_python(struct iw_pattern_calls *calls);
/* Returns 0, or -1 with the first exception of the turn raised. */
int iw_pattern_return_to_python(struct iw_pattern_calls *calls);

#endif
