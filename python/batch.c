/* SPDX-License-Identifier: MIT */
#define PY_SSIZE_T_CLEAN
#include "batch.h"

#include <errno.h>
#include <limits.h>
#include <stdalign.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/decode.h"

/* No event is larger: a name is shorter than a path, whatever the file system. */
#define LARGEST_EVENT (sizeof(struct inotify_event) + PATH_MAX)

/* What is queued most of the time fits here; only what does not is allocated. */
#define USUAL_BYTES 8192

/* Up to that a buffer is made as large as is asked for. */
#define UNCOUNTED_BYTES 65536

/* read(2) takes no more. */
#define MOST_BYTES ((size_t)INT_MAX & ~(size_t)4095)

enum { WD, MASK, COOKIE, LEN, NAME, FIELDS };

/*
 * Makes the events of one batch. The type's own tuple.__new__() copies values, which is
 * one and the same tuple for all events: what does not differ from the event before (two
 * of three names, as a rule) is not made again.
 */
struct maker {
	newfunc new_tuple;
	PyTypeObject *type;
	PyObject *args;           /* (values,), the one argument of new_tuple */
	PyObject *values;         /* wd, mask, cookie, len, name; owned by args */
	struct iw_raw_event last; /* what values holds */
	int is_plain;             /* instances refer to nothing but values */
};

/* -- Making events ---------------------------------------------------------------------
 */

/* tp_new of tuple: for the limited API, types are opaque. */
static newfunc tuple_new(void)
{
#ifdef Py_LIMITED_API
	void *slot = PyType_GetSlot(&PyTuple_Type, Py_tp_new);
	newfunc function;

	memcpy(&function, &slot, sizeof(function));
	return function;
#else
	return PyTuple_Type.tp_new;
#endif
}

/*
 * Whether tuple.__new__() can make instances of this type. It is tried, because it alone
 * knows: types derived in C, as os.stat_result, have a size and fields of their own.
 * Names are interned, here and below, because the interpreter's cache of attributes keeps
 * each str that it was asked for.
 */
static int check_type(PyObject *type)
{
	PyObject *name, *empty;

	if (!PyType_Check(type) ||
	    !PyType_IsSubtype((PyTypeObject *)type, &PyTuple_Type)) {
		PyErr_SetString(PyExc_TypeError, "event_type must be a kind of tuple");
		return -1;
	}
	name = PyUnicode_InternFromString("__new__");
	if (!name)
		return -1;
	empty = PyObject_CallMethodObjArgs((PyObject *)&PyTuple_Type, name, type, NULL);
	Py_DECREF(name);
	Py_XDECREF(empty);
	return empty ? 0 : -1;
}

/* Whether instances have no __dict__, the only other thing they could refer to. */
static int is_plain(PyTypeObject *type)
{
	PyObject *name = PyUnicode_InternFromString("__dictoffset__");
	PyObject *offset = name ? PyObject_GetAttr((PyObject *)type, name) : NULL;
	const int is_zero = offset && PyLong_AsLong(offset) == 0;

	Py_XDECREF(name);
	Py_XDECREF(offset);
	return PyErr_Occurred() ? -1 : is_zero;
}

static void maker_done(struct maker *maker)
{
	Py_CLEAR(maker->args);
}

/* Returns 0, or -1 raised; maker_done() in any case. */
static int maker_init(struct maker *maker, PyTypeObject *type)
{
	*maker = (struct maker){.new_tuple = tuple_new(), .type = type};
	maker->is_plain = is_plain(type);
	if (maker->is_plain < 0)
		return -1;
	maker->args = PyTuple_New(1);
	maker->values = PyTuple_New(FIELDS);
	if (!maker->args || !maker->values) {
		Py_XDECREF(maker->values);
		return -1;
	}
	/* Tracked tuples can be found by others, and these change as tuples never do. */
	PyObject_GC_UnTrack(maker->args);
	PyObject_GC_UnTrack(maker->values);
	/* The only reference to values goes into args: what has two cannot be changed. */
	if (PyTuple_SetItem(maker->args, 0, maker->values) < 0)
		return -1;
	for (Py_ssize_t i = 0; i < FIELDS; i++) {
		PyObject *value = i == NAME ? PyUnicode_FromStringAndSize("", 0)
					    : PyLong_FromLong(0);

		if (!value || PyTuple_SetItem(maker->values, i, value) < 0)
			return -1;
	}
	return 0;
}

/* Takes over value, which may be NULL after an error. */
static int set_value(struct maker *maker, Py_ssize_t index, PyObject *value)
{
	return value ? PyTuple_SetItem(maker->values, index, value) : -1;
}

/* Brings values up to date. The bytes of the last event must be there still. */
static int set_values(struct maker *maker, const struct iw_raw_event *raw)
{
	const struct iw_raw_event *last = &maker->last;

	if (raw->wd != last->wd && set_value(maker, WD, PyLong_FromLong(raw->wd)) < 0)
		return -1;
	if (raw->mask != last->mask &&
	    set_value(maker, MASK, PyLong_FromUnsignedLong(raw->mask)) < 0)
		return -1;
	if (raw->cookie != last->cookie &&
	    set_value(maker, COOKIE, PyLong_FromUnsignedLong(raw->cookie)) < 0)
		return -1;
	if (raw->len != last->len &&
	    set_value(maker, LEN, PyLong_FromUnsignedLong(raw->len)) < 0)
		return -1;
	/* Without a name there are no bytes to be compared. */
	if ((raw->name_len != last->name_len ||
	     (raw->name_len && memcmp(raw->name, last->name, raw->name_len) != 0)) &&
	    set_value(maker, NAME,
		      PyUnicode_DecodeFSDefaultAndSize(raw->name,
						       (Py_ssize_t)raw->name_len)) < 0)
		return -1;
	maker->last = *raw;
	return 0;
}

static PyObject *copy_values(struct maker *maker)
{
	PyObject *values = maker->values;

	/* tuple() of a tuple is this very one, no copy. */
	if (maker->type == &PyTuple_Type)
		return PyTuple_Pack(
			FIELDS, PyTuple_GetItem(values, WD),
			PyTuple_GetItem(values, MASK), PyTuple_GetItem(values, COOKIE),
			PyTuple_GetItem(values, LEN), PyTuple_GetItem(values, NAME));
	return maker->new_tuple(maker->type, maker->args, NULL);
}

static PyObject *make_event(struct maker *maker, const struct iw_raw_event *raw)
{
	PyObject *event;

	if (set_values(maker, raw) < 0)
		return NULL;
	event = copy_values(maker);
	/* No part of a circle, so the collector need not look at thousands of them. */
	if (event && maker->is_plain)
		PyObject_GC_UnTrack(event);
	return event;
}

/* The list of all events in bytes; NULL raised. */
static PyObject *make_list(PyTypeObject *type, const void *bytes, size_t len)
{
	PyObject *list = PyList_New(0);
	struct iw_decoder decoder;
	struct iw_raw_event raw;
	struct maker maker = {0};
	int r = list ? maker_init(&maker, type) : -1;

	iw_decoder_init(&decoder, bytes, len);
	while (r == 0 && (r = iw_decoder_next(&decoder, &raw)) > 0) {
		PyObject *event = make_event(&maker, &raw);

		r = event ? PyList_Append(list, event) : -1;
		Py_XDECREF(event);
	}
	maker_done(&maker);
	if (r == 0)
		return list;
	if (!PyErr_Occurred()) {
		errno = EINVAL; /* these are no events */
		PyErr_SetFromErrno(PyExc_OSError);
	}
	Py_XDECREF(list);
	return NULL;
}

/* -- Reading --------------------------------------------------------------------------
 */

/* How many bytes to read: all that are queued, or fewer. Reading tells what is wrong. */
static size_t find_size(int fd, Py_ssize_t max_bytes)
{
	size_t size = LARGEST_EVENT;
	int queued = 0;

	/* The kernel counts by going through its whole queue, each time. */
	if (max_bytes > 0 && max_bytes <= UNCOUNTED_BYTES)
		return (size_t)max_bytes;
	/* Another thread may take what is counted, and leave a larger event as the first.
	 */
	if (ioctl(fd, FIONREAD, &queued) == 0 && queued > (int)size)
		size = (size_t)queued;
	if (max_bytes > 0 && (size_t)max_bytes < size)
		size = (size_t)max_bytes;
	return size < MOST_BYTES ? size : MOST_BYTES;
}

/* Reads until it is not interrupted. Returns the length, -1 raised, 0 for EAGAIN. */
static ssize_t read_bytes(int fd, void *bytes, size_t size)
{
	ssize_t n;
	int error;

	do {
		Py_BEGIN_ALLOW_THREADS
		n = read(fd, bytes, size);
		error = n < 0 ? errno : 0;
		Py_END_ALLOW_THREADS
		if (error != EINTR)
			break;
	} while (PyErr_CheckSignals() == 0);
	if (error == 0)
		return n;
	if (error == EAGAIN)
		return 0;
	if (error != EINTR) {
		errno = error;
		PyErr_SetFromErrno(PyExc_OSError);
	}
	return -1;
}

PyObject *iw_batch_read(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
	static char *keywords[] = {"fd", "event_type", "max_bytes", NULL};
	alignas(struct inotify_event) char usual[USUAL_BYTES];
	PyObject *fd_object, *type, *max_object = NULL, *list = NULL;
	Py_ssize_t max_bytes = 0;
	void *bytes = usual;
	size_t size;
	ssize_t len;
	int fd;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|O:read_batch", keywords,
					 &fd_object, &type, &max_object))
		return NULL;
	fd = PyObject_AsFileDescriptor(fd_object);
	if (fd < 0 || check_type(type) < 0)
		return NULL;
	/* Without an exception for it, what is too large is the largest. */
	if (max_object)
		max_bytes = PyNumber_AsSsize_t(max_object, NULL);
	if (PyErr_Occurred())
		return NULL;
	size = find_size(fd, max_bytes);
	if (size > sizeof(usual))
		bytes = PyMem_Malloc(size);
	if (!bytes)
		return PyErr_NoMemory();
	len = read_bytes(fd, bytes, size);
	if (len >= 0)
		list = make_list((PyTypeObject *)type, bytes, (size_t)len);
	if (bytes != usual)
		PyMem_Free(bytes);
	return list;
}
