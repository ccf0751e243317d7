/* SPDX-License-Identifier: MIT */
#define PY_SSIZE_T_CLEAN
#include "watcher_type.h"

#include <math.h>
#include <stddef.h>
#include <structmember.h>

#include "watcher_open.h"

/* ---- Life ---- */

static PyObject *create(PyTypeObject *type, PyObject *args IW_UNUSED,
			PyObject *kwargs IW_UNUSED)
{
	allocfunc alloc = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
	struct iw_watcher_object *self = (struct iw_watcher_object *)alloc(type, 0);
	pthread_mutexattr_t checking;

	if (!self)
		return NULL;
	self->readiness = IW_READINESS_INIT;
	pthread_mutexattr_init(&checking);
	pthread_mutexattr_settype(&checking, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutex_init(&self->turn_lock, &checking);
	pthread_mutexattr_destroy(&checking);
	pthread_mutex_init(&self->state_lock, NULL);
	return (PyObject *)self;
}

/* ---- Garbage ---- */

static int traverse(PyObject *object, visitproc visit, void *arg)
{
	const struct iw_watcher_object *self = (const struct iw_watcher_object *)object;

	Py_VISIT(Py_TYPE(object));
	Py_VISIT(self->module);
	Py_VISIT(self->patterns);
	return 0;
}

static int clear(PyObject *object)
{
	struct iw_watcher_object *self = (struct iw_watcher_object *)object;

	/* The filter calls the patterns: both go together. */
	iw_watcher_object_close(self);
	return 0;
}

static void destroy(PyObject *object)
{
	struct iw_watcher_object *self = (struct iw_watcher_object *)object;
	PyTypeObject *type = Py_TYPE(object);
	freefunc free_object = (freefunc)PyType_GetSlot(type, Py_tp_free);

	PyObject_GC_UnTrack(object);
	iw_watcher_object_close(self);
	Py_CLEAR(self->module);
	pthread_mutex_destroy(&self->turn_lock);
	pthread_mutex_destroy(&self->state_lock);
	free_object(object);
	Py_DECREF(type);
}

/* ---- Methods ---- */

static int64_t deadline_in(double seconds)
{
	static const double LONG_S = 1e9; /* no process lives as long */

	if (seconds >= LONG_S)
		return -1;
	return iw_readiness_now_ns() + (int64_t)(seconds * 1e9);
}

/* A timeout in seconds or None. Returns 0, or -1 raised. */
static int parse_timeout(PyObject *timeout, int64_t *ret_deadline_ns)
{
	double seconds;

	if (timeout == Py_None) {
		*ret_deadline_ns = -1;
		return 0;
	}
	seconds = PyFloat_AsDouble(timeout);
	if (seconds == -1.0 && PyErr_Occurred())
		return -1;
	if (isnan(seconds) || seconds < 0) {
		PyErr_SetString(PyExc_ValueError, "timeout must not be negative");
		return -1;
	}
	*ret_deadline_ns = deadline_in(seconds);
	return 0;
}

/* At most max records (-1: all), as a list; empty at the deadline. NULL: raised. */
static PyObject *receive(struct iw_watcher_object *self, Py_ssize_t max,
			 int64_t deadline_ns)
{
	PyObject *list;

	if (iw_watcher_object_enter(self) < 0)
		return NULL;
	list = PyList_New(0);
	while (list) {
		const int r = iw_watcher_object_look(self, list, max);

		/* What was taken is never thrown away, though the rest had no memory. */
		if (PyList_Size(list) > 0) {
			PyErr_Clear();
			break;
		}
		if (r < 0 || PyErr_CheckSignals() < 0) {
			Py_CLEAR(list);
		} else if (iw_watcher_object_is_closed(self)) {
			PyErr_SetString(PyExc_ValueError, "the Watcher is closed");
			Py_CLEAR(list);
		} else if (deadline_ns >= 0 && iw_readiness_now_ns() >= deadline_ns) {
			break;
		} else if (r == 0) {
			iw_watcher_object_wait(self, deadline_ns);
		}
	}
	iw_watcher_object_leave(self);
	return list;
}

PyDoc_STRVAR(read_doc,
	     "read($self, /, timeout=None)\n"
	     "--\n\n"
	     "Return the records that have come, as a list.\n\n"
	     "If there are none it waits for some, for at most timeout seconds, without\n"
	     "end if that is None; then the list is empty. 0 takes what is there now.\n\n"
	     "Raises ValueError if the Watcher is closed, also while it waits, or if\n"
	     "timeout is negative; what a pattern has raised, with the records left for\n"
	     "the next call; RuntimeError in a forked child.");

static PyObject *read_records(PyObject *object, PyObject *args, PyObject *kwargs)
{
	static char *keywords[] = {"timeout", NULL};
	PyObject *timeout = Py_None;
	int64_t deadline_ns;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:read", keywords, &timeout) ||
	    parse_timeout(timeout, &deadline_ns) < 0)
		return NULL;
	return receive((struct iw_watcher_object *)object, -1, deadline_ns);
}

/* Takes the only record out of a list; a new reference. NULL: none, or NULL given. */
static PyObject *only(PyObject *list)
{
	PyObject *record = NULL;

	if (list && PyList_Size(list) > 0) {
		record = PyList_GetItem(list, 0);
		Py_XINCREF(record);
	}
	Py_XDECREF(list);
	return record;
}

static PyObject *next(PyObject *object)
{
	PyObject *record = only(receive((struct iw_watcher_object *)object, 1, -1));

	/* Its end is the end of the iteration; a pattern's ValueError is none. */
	if (!record && PyErr_ExceptionMatches(PyExc_ValueError) &&
	    iw_watcher_object_is_closed((struct iw_watcher_object *)object))
		PyErr_Clear();
	return record;
}

PyDoc_STRVAR(take_doc, "take($self, /)\n"
		       "--\n\n"
		       "Return the oldest record, or None if none has come.\n\n"
		       "It never waits. Raises what read() does.");

static PyObject *take_record(PyObject *object, PyObject *args IW_UNUSED)
{
	PyObject *record = only(receive((struct iw_watcher_object *)object, 1, 0));

	if (record || PyErr_Occurred())
		return record;
	Py_RETURN_NONE;
}

PyDoc_STRVAR(add_doc,
	     "add_path($self, /, path, missing_ok=False)\n"
	     "--\n\n"
	     "Watch path (bytes), too.\n\n"
	     "What is there already is told as resync and found. With missing_ok it may\n"
	     "be made later. Raises OSError with filename if it cannot be watched, and\n"
	     "what read() does.");

static PyObject *add_path(PyObject *object, PyObject *args, PyObject *kwargs)
{
	static char *keywords[] = {"path", "missing_ok", NULL};
	struct iw_watcher_object *self = (struct iw_watcher_object *)object;
	int is_missing_ok = 0, r;
	PyObject *path;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "S|p:add_path", keywords, &path,
					 &is_missing_ok) ||
	    iw_watcher_object_enter(self) < 0)
		return NULL;
	r = iw_watcher_object_lock(self);
	if (r == 0) {
		r = iw_watcher_add_path(self, path, is_missing_ok);
		iw_watcher_object_unlock(self);
	}
	iw_watcher_object_leave(self);
	if (r < 0)
		return NULL;
	Py_RETURN_NONE;
}

PyDoc_STRVAR(
	remove_doc,
	"remove_path($self, /, path)\n"
	"--\n\n"
	"Watch path (bytes) and what is below it no more.\n\n"
	"What another path reaches, too, goes on, after a resync. What was told\n"
	"before is still read. Raises KeyError if it is no path of this Watcher, and\n"
	"what read() does.");

static PyObject *remove_path(PyObject *object, PyObject *args, PyObject *kwargs)
{
	static char *keywords[] = {"path", NULL};
	struct iw_watcher_object *self = (struct iw_watcher_object *)object;
	PyObject *path;
	int r;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "S:remove_path", keywords,
					 &path) ||
	    iw_watcher_object_enter(self) < 0)
		return NULL;
	r = iw_watcher_object_lock(self);
	if (r == 0) {
		r = iw_watcher_remove_path(self, path);
		iw_watcher_object_unlock(self);
	}
	iw_watcher_object_leave(self);
	if (r < 0)
		return NULL;
	Py_RETURN_NONE;
}

PyDoc_STRVAR(fileno_doc,
	     "fileno($self, /)\n"
	     "--\n\n"
	     "Return a descriptor that is readable when read(0) has something to do.\n\n"
	     "It stays the same, and is the Watcher's: only wait for it. Having waited,\n"
	     "call read(0), which may still return nothing.");

static PyObject *get_fileno(PyObject *object, PyObject *args IW_UNUSED)
{
	struct iw_watcher_object *self = (struct iw_watcher_object *)object;

	if (iw_watcher_object_enter(self) < 0)
		return NULL;
	const int fd = self->readiness.fd;
	iw_watcher_object_leave(self);
	return PyLong_FromLong(fd);
}

PyDoc_STRVAR(close_doc,
	     "close($self, /)\n"
	     "--\n\n"
	     "End all watches and close the descriptors. Twice is harmless.\n\n"
	     "Any thread may call it, and signal handlers and patterns, too: whoever\n"
	     "waits is woken. Records that were not read are forgotten. A forked child\n"
	     "closes its own descriptors, and its parent goes on.");

static PyObject *close_watcher(PyObject *object, PyObject *args IW_UNUSED)
{
	iw_watcher_object_close((struct iw_watcher_object *)object);
	Py_RETURN_NONE;
}

PyDoc_STRVAR(
	hold_doc,
	"hold($self, /)\n"
	"--\n\n"
	"Return the descriptor, which stays open until let_go(), whoever closes it.\n\n"
	"Raises ValueError if it is closed; RuntimeError in a forked child.");

static PyObject *hold(PyObject *object, PyObject *args IW_UNUSED)
{
	struct iw_watcher_object *self = (struct iw_watcher_object *)object;

	if (iw_watcher_object_enter(self) < 0)
		return NULL;
	iw_watcher_object_count_hold(self, 1);
	return PyLong_FromLong(self->readiness.fd);
}

PyDoc_STRVAR(let_go_doc,
	     "let_go($self, /)\n"
	     "--\n\n"
	     "End what hold() began. Raises RuntimeError if that was not called.");

static PyObject *let_go(PyObject *object, PyObject *args IW_UNUSED)
{
	struct iw_watcher_object *self = (struct iw_watcher_object *)object;

	if (self->pid && self->pid != getpid())
		Py_RETURN_NONE; /* what its parent holds is its parent's */
	if (!iw_watcher_object_count_hold(self, -1)) {
		PyErr_SetString(PyExc_RuntimeError, "let_go() without hold()");
		return NULL;
	}
	iw_watcher_object_leave(self);
	Py_RETURN_NONE;
}

static PyObject *get_closed(PyObject *object, void *closure IW_UNUSED)
{
	return PyBool_FromLong(
		iw_watcher_object_is_closed((struct iw_watcher_object *)object));
}

#define KEYWORD_METHOD(function) ((PyCFunction)(void (*)(void))(function))

static PyMethodDef methods[] = {
	{"read", KEYWORD_METHOD(read_records), METH_VARARGS | METH_KEYWORDS, read_doc},
	{"take", take_record, METH_NOARGS, take_doc},
	{"add_path", KEYWORD_METHOD(add_path), METH_VARARGS | METH_KEYWORDS, add_doc},
	{"remove_path", KEYWORD_METHOD(remove_path), METH_VARARGS | METH_KEYWORDS,
	 remove_doc},
	{"fileno", get_fileno, METH_NOARGS, fileno_doc},
	{"close", close_watcher, METH_NOARGS, close_doc},
	{"hold", hold, METH_NOARGS, hold_doc},
	{"let_go", let_go, METH_NOARGS, let_go_doc},
	{"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, NULL},
	{NULL, NULL, 0, NULL},
};

static PyMemberDef members[] = {
	{"pid", T_LONGLONG, offsetof(struct iw_watcher_object, pid), READONLY,
	 "the process that opened it; 0: none has"},
	{"is_bytes", T_BOOL, offsetof(struct iw_watcher_object, is_bytes), READONLY,
	 "whether paths of records are bytes"},
	{NULL, 0, 0, 0, NULL},
};

static PyGetSetDef getters[] = {
	{"closed", get_closed, NULL, "whether it was closed, or never opened", NULL},
	{NULL, NULL, NULL, NULL, NULL},
};

static char type_doc[] =
	"Watcher(paths, *, mask=4095, max_depth=0, recursive=False,\n"
	"        follow_links=True, is_bytes=False, pair_moves=True,\n"
	"        one_file_system=False, listed=False, missing_ok=False,\n"
	"        patterns=())\n"
	"--\n\n"
	"What inotify.Watcher is built on, and explains.\n\n"
	"paths is a tuple of bytes; max_depth 0 means no limit; patterns is a tuple\n"
	"of (kind, callable, is_bytes), kind being 0 (exclude), 1 (include) or 3\n"
	"(ignore).";

static PyType_Slot slots[] = {
	{Py_tp_doc, type_doc},           {Py_tp_new, create},
	{Py_tp_init, iw_watcher_open},   {Py_tp_dealloc, destroy},
	{Py_tp_traverse, traverse},      {Py_tp_clear, clear},
	{Py_tp_iter, PyObject_SelfIter}, {Py_tp_iternext, next},
	{Py_tp_methods, methods},        {Py_tp_members, members},
	{Py_tp_getset, getters},         {0, NULL},
};

static PyType_Spec spec = {
	.name = "_inotify.Watcher",
	.basicsize = sizeof(struct iw_watcher_object),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
	.slots = slots,
};

int iw_watcher_type_init(PyObject *module)
{
	PyObject *type = PyType_FromModuleAndSpec(module, &spec, NULL);
	const int r = type ? PyModule_AddType(module, (PyTypeObject *)type) : -1;

	Py_XDECREF(type);
	return r;
}
