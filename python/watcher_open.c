/* SPDX-License-Identifier: MIT */
#define PY_SSIZE_T_CLEAN
#include "watcher_open.h"

#include <errno.h>
#include <sys/inotify.h>

#include "event_record.h"

struct arguments {
	PyObject *paths;
	PyObject *patterns;
	unsigned int mask;
	unsigned int max_depth;
	int is_recursive;
	int is_link_followed;
	int is_one_file_system;
	int is_paired;
	int is_listed;
	int is_missing_ok;
	int is_bytes;
};

static int parse(struct arguments *parsed, PyObject *args, PyObject *kwargs)
{
	static char *keywords[] = {
		"paths",        "mask",       "max_depth",  "recursive",
		"follow_links", "is_bytes",   "pair_moves", "one_file_system",
		"listed",       "missing_ok", "patterns",   NULL};

	*parsed = (struct arguments){
		.mask = IN_ALL_EVENTS, .is_link_followed = 1, .is_paired = 1};
	return PyArg_ParseTupleAndKeywords(
		       args, kwargs, "O!|$IIpppppppO!:Watcher", keywords, &PyTuple_Type,
		       &parsed->paths, &parsed->mask, &parsed->max_depth,
		       &parsed->is_recursive, &parsed->is_link_followed,
		       &parsed->is_bytes, &parsed->is_paired, &parsed->is_one_file_system,
		       &parsed->is_listed, &parsed->is_missing_ok, &PyTuple_Type,
		       &parsed->patterns)
		       ? 0
		       : -1;
}

/* The module whose type is the nearest ancestor made from a module: a new reference. */
static PyObject *find_module(PyTypeObject *type)
{
	for (; type; type = PyType_GetSlot(type, Py_tp_base)) {
		PyObject *module = PyType_GetModule(type);

		if (module) {
			Py_INCREF(module);
			return module;
		}
		PyErr_Clear(); /* a class made in Python */
	}
	PyErr_SetString(PyExc_TypeError, "no Watcher");
	return NULL;
}

static int make_filter(struct iw_watcher_object *self, PyObject *patterns)
{
	if (iw_filter_new(&self->filter) < 0) {
		PyErr_NoMemory();
		return -1;
	}
	Py_XINCREF(patterns);
	self->patterns = patterns;
	return patterns ? iw_pattern_add_all(self->filter, patterns, &self->calls) : 0;
}

static int make_watcher(struct iw_watcher_object *self, const struct arguments *parsed)
{
	const struct iw_watcher_config config = {
		.mask = parsed->mask,
		.is_recursive = parsed->is_recursive,
		.is_link_watched = !parsed->is_link_followed,
		.is_one_file_system = parsed->is_one_file_system,
		.is_paired = parsed->is_paired,
		.is_listed = parsed->is_listed,
		.max_depth = parsed->max_depth,
		.filter = self->filter,
		.record = iw_watcher_object_keep,
		.context = self,
	};

	int r = iw_watcher_new(&config, &self->watcher);
	if (r == 0)
		r = iw_readiness_open(&self->readiness, iw_watcher_fd(self->watcher));
	return r < 0 ? iw_watcher_object_raise(r, NULL, 0, false) : 0;
}

/* Has a PATH watched in the next turn. */
static int add_path(struct iw_watcher_object *self, PyObject *path)
{
	Py_ssize_t len;
	char *bytes;

	if (PyBytes_AsStringAndSize(path, &bytes, &len) < 0)
		return -1;
	const int r = iw_watcher_add(self->watcher, bytes, (size_t)len);
	if (r == -EINVAL) {
		PyErr_SetString(PyExc_ValueError, len ? "a path cannot have a null byte"
						      : "a path cannot be empty");
		return -1;
	}
	return r < 0 ? iw_watcher_object_raise(r, bytes, (size_t)len, self->is_bytes) : 0;
}

/* Turns until all that was asked for is watched, or it is known that it cannot be. */
static int get_ready(struct iw_watcher_object *self)
{
	int r = 0;

	while (r >= 0 && !self->is_ready) {
		r = iw_watcher_object_turn(self);
		if (r == 0 && !self->is_ready)
			r = iw_watcher_object_wait(self,
						   iw_watcher_deadline_ns(self->watcher));
		if (r >= 0 && PyErr_CheckSignals() < 0)
			r = -1;
	}
	return r < 0 ? -1 : 0;
}

/* With turn_lock: raises what adding a PATH came to. Returns 0 or -1. */
static int end_adding(struct iw_watcher_object *self)
{
	struct iw_adding *adding = &self->adding;
	int r = 0;

	if (adding->error)
		r = iw_watcher_object_raise(-adding->error, adding->lost.data,
					    adding->lost.len, self->is_bytes);
	iw_buffer_done(&adding->lost);
	*adding = (struct iw_adding){0};
	return r;
}

static int fill(struct iw_watcher_object *self, const struct arguments *parsed)
{
	const Py_ssize_t len = PyTuple_Size(parsed->paths);

	self->is_bytes = (char)parsed->is_bytes;
	self->is_listed = parsed->is_listed;
	if (make_filter(self, parsed->patterns) < 0 || make_watcher(self, parsed) < 0)
		return -1;
	for (Py_ssize_t i = 0; i < len; i++) {
		if (add_path(self, PyTuple_GetItem(parsed->paths, i)) < 0)
			return -1;
	}
	self->adding = (struct iw_adding){.is_active = true,
					  .is_missing_ok = parsed->is_missing_ok};
	if (get_ready(self) < 0) {
		iw_buffer_done(&self->adding.lost);
		return -1;
	}
	return end_adding(self);
}

int iw_watcher_open(PyObject *object, PyObject *args, PyObject *kwargs)
{
	struct iw_watcher_object *self = (struct iw_watcher_object *)object;
	struct arguments parsed;

	if (parse(&parsed, args, kwargs) < 0)
		return -1;
	if (self->pid) {
		PyErr_SetString(PyExc_RuntimeError, "a Watcher is opened only once");
		return -1;
	}
	self->module = find_module(Py_TYPE(object));
	if (!self->module)
		return -1;
	self->pid = getpid();
	self->users = 1; /* what it calls may close it already */
	if (iw_watcher_object_lock(self) < 0)
		return -1;
	const int r = fill(self, &parsed);
	if (r == 0) {
		iw_watcher_object_unlock(self);
	} else {
		pthread_mutex_unlock(&self->turn_lock);
		iw_watcher_object_close(self);
	}
	iw_watcher_object_leave(self);
	return r;
}

/* With turn_lock: turns until nothing waits to be visited. Returns 0, or -1 raised. */
static int visit_all(struct iw_watcher_object *self)
{
	struct iw_watcher_state state = {.waiting = 1};
	int r = 1;

	while (r > 0 && state.waiting > 0) {
		r = iw_watcher_object_turn(self);
		if (r >= 0 && PyErr_CheckSignals() < 0)
			r = -1;
		iw_watcher_get_state(self->watcher, &state);
	}
	return r < 0 ? -1 : 0;
}

/* A PATH that could not be added is none. */
static void take_back(struct iw_watcher_object *self, const char *bytes, size_t len)
{
	const int r = self->error ? 0 : iw_watcher_remove(self->watcher, bytes, len);

	if (r < 0 && r != -ENOENT)
		self->error = r;
	self->has_more = true; /* a turn is due before anybody waits */
}

int iw_watcher_add_path(struct iw_watcher_object *self, PyObject *path,
			bool is_missing_ok)
{
	Py_ssize_t len;
	char *bytes;

	if (PyBytes_AsStringAndSize(path, &bytes, &len) < 0)
		return -1;
	size_t plain_len = (size_t)len;
	while (plain_len > 1 && bytes[plain_len - 1] == '/')
		plain_len--;
	self->adding = (struct iw_adding){.is_active = true,
					  .is_missing_ok = is_missing_ok,
					  .path = bytes,
					  .path_len = plain_len};
	int r = add_path(self, path);
	if (r == 0)
		r = visit_all(self);
	if (r < 0 || self->adding.error)
		take_back(self, bytes, (size_t)len);
	if (r < 0)
		self->adding.error = 0; /* what was raised says more */
	return end_adding(self) < 0 ? -1 : r;
}

int iw_watcher_remove_path(struct iw_watcher_object *self, PyObject *path)
{
	Py_ssize_t len;
	char *bytes;

	if (PyBytes_AsStringAndSize(path, &bytes, &len) < 0)
		return -1;
	const int r = self->error ? self->error
				  : iw_watcher_remove(self->watcher, bytes, (size_t)len);
	if (r == 0)
		return visit_all(self);
	if (r == -ENOENT) {
		PyObject *key = iw_event_record_path(bytes, (size_t)len, self->is_bytes);

		if (key)
			PyErr_SetObject(PyExc_KeyError, key);
		Py_XDECREF(key);
		return -1;
	}
	self->error = r;
	return iw_watcher_object_raise(r, NULL, 0, false);
}
