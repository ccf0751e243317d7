/* SPDX-License-Identifier: MIT */
#define PY_SSIZE_T_CLEAN
#include "watcher_object.h"

#include <errno.h>
#include <string.h>

#include "event_record.h"

/* ---- Records ---- */

static bool is_root(const struct iw_record *record)
{
	size_t below_len;

	iw_path_below_root(&record->path, &below_len);
	return below_len == 0;
}

static size_t trimmed_len(const char *path, size_t len)
{
	while (len > 1 && path[len - 1] == '/')
		len--;
	return len;
}

/* True if an exception will tell of this loss, so that no record does. */
static bool is_raised(const struct iw_adding *adding, const struct iw_record *record)
{
	const struct iw_path *path = &record->path;

	if (!adding->is_active || record->event != IW_LOST || !is_root(record))
		return false;
	if (adding->is_missing_ok &&
	    (record->error == ENOENT || record->error == ENOTDIR))
		return false;
	return !adding->path ||
	       (trimmed_len(path->bytes, path->len) == adding->path_len &&
		memcmp(path->bytes, adding->path, adding->path_len) == 0);
}

int iw_watcher_object_keep(void *context, const struct iw_record *record)
{
	struct iw_watcher_object *self = context;
	struct iw_adding *adding = &self->adding;

	if (is_raised(adding, record)) {
		if (adding->error)
			return 0;
		adding->error = record->error;
		return iw_path_append_plain(&adding->lost, &record->path);
	}
	/* Whoever made the Watcher begins with what is there when that is done. */
	const bool is_told = self->is_ready || self->is_listed;
	if (record->event == IW_READY)
		self->is_ready = true;
	return is_told || record->event == IW_LOST
		       ? iw_record_queue_add(&self->queue, record)
		       : 0;
}

/* ---- Errors ---- */

int iw_watcher_object_raise(int error, const char *path, size_t path_len, bool is_bytes)
{
	const char *remedy = iw_event_record_remedy(-error);
	PyObject *filename = NULL, *number, *text, *exception = NULL;

	if (error == -ENOMEM) {
		PyErr_NoMemory();
		return -1;
	}
	if (path) {
		filename = iw_event_record_path(path, path_len, is_bytes);
		if (!filename)
			return -1;
	}
	number = PyLong_FromLong(-error);
	text = PyUnicode_FromFormat("%s%s%s", strerror(-error), remedy ? ": " : "",
				    remedy ? remedy : "");
	/* OSError itself chooses its subclass by the number; no filename ends the list.
	 */
	if (number && text)
		exception = PyObject_CallFunctionObjArgs(PyExc_OSError, number, text,
							 filename, NULL);
	if (exception)
		PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
	Py_XDECREF(exception);
	Py_XDECREF(text);
	Py_XDECREF(number);
	Py_XDECREF(filename);
	return -1;
}

/* ---- Who uses it ---- */

/* The locks of the parent's threads may be held for ever in a forked child. */
static bool is_foreign(const struct iw_watcher_object *self)
{
	return self->pid && self->pid != getpid();
}

bool iw_watcher_object_is_closed(struct iw_watcher_object *self)
{
	if (is_foreign(self))
		return self->is_closed;
	pthread_mutex_lock(&self->state_lock);
	const bool is_closed = self->is_closed || !self->watcher;
	pthread_mutex_unlock(&self->state_lock);
	return is_closed;
}

int iw_watcher_object_enter(struct iw_watcher_object *self)
{
	if (is_foreign(self)) {
		PyErr_SetString(PyExc_RuntimeError,
				"a Watcher belongs to the process that opened it: make "
				"another after fork()");
		return -1;
	}
	pthread_mutex_lock(&self->state_lock);
	const bool is_open = self->watcher && !self->is_closed;
	self->users += is_open;
	pthread_mutex_unlock(&self->state_lock);
	if (is_open)
		return 0;
	PyErr_SetString(PyExc_ValueError, "the Watcher is closed");
	return -1;
}

/* Nobody uses it any more, and nobody can enter. */
static void release(struct iw_watcher_object *self)
{
	struct iw_watcher *watcher = self->watcher;
	PyObject *patterns = self->patterns;

	self->watcher = NULL;
	self->patterns = NULL;
	Py_BEGIN_ALLOW_THREADS
	/* Closing many watches takes the kernel its time. */
	iw_readiness_close(&self->readiness);
	iw_watcher_free(watcher);
	Py_END_ALLOW_THREADS
	iw_filter_free(self->filter);
	self->filter = NULL;
	iw_record_queue_done(&self->queue);
	iw_buffer_done(&self->adding.lost);
	Py_XDECREF(patterns);
}

void iw_watcher_object_leave(struct iw_watcher_object *self)
{
	pthread_mutex_lock(&self->state_lock);
	const bool is_last = --self->users == 0 && self->is_closed;
	pthread_mutex_unlock(&self->state_lock);
	if (is_last)
		release(self);
}

bool iw_watcher_object_count_hold(struct iw_watcher_object *self, int change)
{
	if (is_foreign(self))
		return false;
	pthread_mutex_lock(&self->state_lock);
	const bool is_right = change > 0 || self->holds > 0;
	if (is_right)
		self->holds = change > 0 ? self->holds + 1 : self->holds - 1;
	pthread_mutex_unlock(&self->state_lock);
	return is_right;
}

/* In a forked child: what it shares with its parent is only closed. */
static void close_foreign(struct iw_watcher_object *self)
{
	if (self->is_closed)
		return;
	self->is_closed = true;
	/* In the middle of another thread's turn nothing of it can be trusted. */
	if (pthread_mutex_trylock(&self->turn_lock) != 0)
		return;
	release(self);
	pthread_mutex_unlock(&self->turn_lock);
}

void iw_watcher_object_close(struct iw_watcher_object *self)
{
	if (is_foreign(self)) {
		close_foreign(self);
		return;
	}
	pthread_mutex_lock(&self->state_lock);
	const bool is_first = !self->is_closed;
	const bool is_last = is_first && self->users == 0;
	self->is_closed = true;
	if (is_first && !is_last)
		iw_readiness_arm(&self->readiness, IW_READY_NOW);
	pthread_mutex_unlock(&self->state_lock);
	if (is_last)
		release(self);
}

/* ---- Turns ---- */

int iw_watcher_object_lock(struct iw_watcher_object *self)
{
	int r = pthread_mutex_trylock(&self->turn_lock);

	if (r == EBUSY) {
		Py_BEGIN_ALLOW_THREADS
		r = pthread_mutex_lock(&self->turn_lock);
		Py_END_ALLOW_THREADS
	}
	if (r == 0)
		return 0;
	PyErr_SetString(PyExc_RuntimeError,
			"what a Watcher calls cannot use it, but for close()");
	return -1;
}

void iw_watcher_object_unlock(struct iw_watcher_object *self)
{
	int64_t at_ns = IW_READY_NOW;

	if (!self->has_more && !self->error && iw_record_queue_is_empty(&self->queue))
		at_ns = iw_watcher_deadline_ns(self->watcher);
	pthread_mutex_lock(&self->state_lock);
	if (!self->is_closed)
		iw_readiness_arm(&self->readiness, at_ns);
	pthread_mutex_unlock(&self->state_lock);
	pthread_mutex_unlock(&self->turn_lock);
}

int iw_watcher_object_turn(struct iw_watcher_object *self)
{
	int r = self->error;

	if (r == 0) {
		iw_pattern_leave_python(&self->calls);
		r = iw_watcher_turn(self->watcher);
		self->error = r < 0 ? r : 0;
		self->has_more = r > 0;
		if (iw_pattern_return_to_python(&self->calls) < 0)
			return -1;
	}
	return r < 0 ? iw_watcher_object_raise(r, NULL, 0, false) : r;
}

/* Appends waiting records to list. Returns 0, or -1 raised. */
static int take(struct iw_watcher_object *self, PyObject *list, Py_ssize_t max)
{
	const struct iw_state *state = PyModule_GetState(self->module);
	struct iw_queued_record queued;

	for (Py_ssize_t i = 0; i != max && iw_record_queue_first(&self->queue, &queued);
	     i++) {
		PyObject *record = iw_event_record_new(state, &queued, self->is_bytes);
		const int r = record ? PyList_Append(list, record) : -1;

		Py_XDECREF(record);
		if (r < 0)
			return -1;
		iw_record_queue_pop(&self->queue, &queued);
	}
	return 0;
}

int iw_watcher_object_look(struct iw_watcher_object *self, PyObject *list, Py_ssize_t max)
{
	int r = 0;

	if (iw_watcher_object_lock(self) < 0)
		return -1;
	if (iw_record_queue_is_empty(&self->queue))
		r = iw_watcher_object_turn(self);
	if (r >= 0)
		r = take(self, list, max);
	if (r == 0)
		r = self->has_more;
	iw_watcher_object_unlock(self);
	return r;
}

int iw_watcher_object_wait(struct iw_watcher_object *self, int64_t deadline_ns)
{
	const int fd = self->readiness.fd;
	int r;

	Py_BEGIN_ALLOW_THREADS
	r = iw_readiness_wait(fd, deadline_ns);
	Py_END_ALLOW_THREADS
	return r < 0 ? 0 : r;
}
