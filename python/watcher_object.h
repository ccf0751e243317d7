/* SPDX-License-Identifier: MIT */
/*
 * What a Python Watcher is made of, and how threads share it.
 * The object owns the C watcher, its filter, its descriptors and the records that wait.
 * It never holds the GIL in a turn or while it waits for another thread.
 *
 * turn_lock guards the C watcher and the queue. It is waited for without the GIL, and
 * whoever holds it may take the GIL. state_lock guards users, is_closed and the alarm,
 * for moments, in which no Python code runs. Whoever uses the object enters it and leaves
 * it again; closing it only says so, and the last to leave frees what it had.
 */
#ifndef IW_PYTHON_WATCHER_OBJECT_H
#define IW_PYTHON_WATCHER_OBJECT_H

#include <Python.h>

#include <pthread.h>

#include "base/buffer.h"
#include "pattern.h"
#include "readiness.h"
#include "record_queue.h"
#include "source/watcher.h"
#include "state.h"

/* Who is to be told by an exception that a PATH cannot be watched. */
struct iw_adding {
	const char *path; /* plain; NULL: about any PATH */
	size_t path_len;
	bool is_missing_ok; /* not if it is not there yet */
	bool is_active;
	int error;             /* a positive errno; 0: none so far */
	struct iw_buffer lost; /* the first PATH with an error */
};

struct iw_watcher_object {
	PyObject_HEAD struct iw_watcher *watcher; /* NULL: not open, or freed */
	struct iw_filter *filter;
	PyObject *module;   /* that made the type */
	PyObject *patterns; /* what filter calls */
	struct iw_pattern_calls calls;
	struct iw_record_queue queue;
	struct iw_readiness readiness;
	struct iw_adding adding;
	pthread_mutex_t turn_lock;
	pthread_mutex_t state_lock;
	unsigned users;
	unsigned holds; /* how many of them are Python's */
	long long pid;  /* of the process that opened it */
	int error;      /* that ended the C watcher: a negative errno */
	char is_closed;
	char is_bytes;
	bool is_listed;
	bool is_ready;
	bool has_more; /* a turn is due at once */
};

/* The record function of the C watcher; context is the object. */
int iw_watcher_object_keep(void *context, const struct iw_record *record);

/*
 * Says that this thread uses the object. Returns 0, or -1 raised: ValueError if it is
 * closed, RuntimeError in a forked child.
 */
int iw_watcher_object_enter(struct iw_watcher_object *self);
void iw_watcher_object_leave(struct iw_watcher_object *self);

/*
 * Counts those that entered, and will leave, because Python said so: one more or one
 * less. Returns false if there is none to take away.
 */
bool iw_watcher_object_count_hold(struct iw_watcher_object *self, int change);

/* Closes it, if it is open. Raises nothing. */
void iw_watcher_object_close(struct iw_watcher_object *self);

/* Takes turn_lock. Returns 0, or -1 with RuntimeError if this thread has it already. */
int iw_watcher_object_lock(struct iw_watcher_object *self);

/* Sets the alarm to what is due next, and lets go of turn_lock. */
void iw_watcher_object_unlock(struct iw_watcher_object *self);

/* With turn_lock: lets the C watcher work. Returns 1, 0, or -1 raised. */
int iw_watcher_object_turn(struct iw_watcher_object *self);

/*
 * Appends at most max records (-1: all there are) to list, after one turn if none wait.
 * Returns 1 if there is more to do at once, 0 if it is time to wait, or -1 raised.
 */
int iw_watcher_object_look(struct iw_watcher_object *self, PyObject *list,
			   Py_ssize_t max);

/*
 * Waits for something to do, without the GIL, until deadline_ns. Returns 0, also when a
 * signal came.
 */
int iw_watcher_object_wait(struct iw_watcher_object *self, int64_t deadline_ns);

bool iw_watcher_object_is_closed(struct iw_watcher_object *self);

/* Raises what a negative errno stands for, with a remedy if there is one; returns -1. */
int iw_watcher_object_raise(int error, const char *path, size_t path_len, bool is_bytes);

#endif
