/* SPDX-License-Identifier: MIT */
/*
 * The Python module _inotify: functions over inotify(7), and its constants.
 * Everything that holds Python objects lives in the module's state, so that each
 * interpreter of a process has its own; descriptors belong to the caller.
 * It never holds the GIL in a system call.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <errno.h>
#include <stdalign.h>
#include <sys/inotify.h>

#include "batch.h"
#include "constants.h"
#include "core/decode.h"
#include "docs.h"
#include "errors.h"
#include "one_event.h"
#include "state.h"

/* -- Arguments ------------------------------------------------------------------------
 */

/* "O&" converter: an int, or an object with fileno(). */
static int convert_fd(PyObject *object, void *ret_fd)
{
	const int fd = PyObject_AsFileDescriptor(object);

	if (fd < 0)
		return 0;
	*(int *)ret_fd = fd;
	return 1;
}

/* "O&" converter: the kernel's masks and flags are 32 bits, whatever a long is here. */
static int convert_mask(PyObject *object, void *ret_mask)
{
	PyObject *index = PyNumber_Index(object);
	unsigned long value;

	if (!index)
		return 0;
	value = PyLong_AsUnsignedLong(index);
	Py_DECREF(index);
	if (value == (unsigned long)-1 && PyErr_Occurred())
		return 0;
	if (value > UINT32_MAX) {
		PyErr_SetString(PyExc_OverflowError, "mask is greater than 2**32 - 1");
		return 0;
	}
	*(uint32_t *)ret_mask = (uint32_t)value;
	return 1;
}

/* -- Functions ------------------------------------------------------------------------
 */

static PyObject *create(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
	static char *keywords[] = {"flags", NULL};
	uint32_t flags = 0;
	int fd;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O&:create", keywords,
					 convert_mask, &flags))
		return NULL;
	Py_BEGIN_ALLOW_THREADS
	fd = inotify_init1((int)(flags | IN_CLOEXEC));
	Py_END_ALLOW_THREADS
	if (fd < 0)
		return iw_errors_raise(errno, NULL);
	return PyLong_FromLong(fd);
}

static PyObject *add(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
	static char *keywords[] = {"fd", "path", "mask", NULL};
	PyObject *path, *path_bytes = NULL;
	uint32_t mask;
	int fd, wd, error;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O&OO&:add", keywords, convert_fd,
					 &fd, &path, convert_mask, &mask))
		return NULL;
	if (!PyUnicode_FSConverter(path, &path_bytes))
		return NULL;
	if (PySys_Audit("inotify.add_watch", "iOI", fd, path, (unsigned)mask) < 0) {
		Py_DECREF(path_bytes);
		return NULL;
	}
	/* The path may lead through a file system that waits and is interrupted. */
	do {
		Py_BEGIN_ALLOW_THREADS
		wd = inotify_add_watch(fd, PyBytes_AsString(path_bytes), mask);
		error = wd < 0 ? errno : 0;
		Py_END_ALLOW_THREADS
	} while (error == EINTR && PyErr_CheckSignals() == 0);
	Py_DECREF(path_bytes);
	if (error == EINTR)
		return NULL;
	if (error)
		return iw_errors_raise(error, path);
	return PyLong_FromLong(wd);
}

static PyObject *remove_watch(PyObject *Py_UNUSED(module), PyObject *args,
			      PyObject *kwargs)
{
	static char *keywords[] = {"fd", "wd", NULL};
	int fd, wd, r;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O&i:remove", keywords, convert_fd,
					 &fd, &wd))
		return NULL;
	Py_BEGIN_ALLOW_THREADS
	r = inotify_rm_watch(fd, wd);
	Py_END_ALLOW_THREADS
	if (r < 0)
		return iw_errors_raise(errno, NULL);
	Py_RETURN_NONE;
}

/* Adds key: value to the dict; takes over value, which may be NULL after an error. */
static int set_item(PyObject *event, PyObject *key, PyObject *value)
{
	int r;

	if (!value)
		return -1;
	r = PyDict_SetItem(event, key, value);
	Py_DECREF(value);
	return r;
}

static PyObject *build_event(const struct iw_state *state, const struct iw_raw_event *raw)
{
	PyObject *event = PyDict_New();

	if (!event)
		return NULL;
	if (set_item(event, state->wd, PyLong_FromLong(raw->wd)) < 0 ||
	    set_item(event, state->mask, PyLong_FromUnsignedLong(raw->mask)) < 0 ||
	    set_item(event, state->cookie, PyLong_FromUnsignedLong(raw->cookie)) < 0 ||
	    set_item(event, state->len, PyLong_FromUnsignedLong(raw->len)) < 0 ||
	    set_item(event, state->name,
		     PyUnicode_DecodeFSDefaultAndSize(raw->name,
						      (Py_ssize_t)raw->name_len)) < 0)
		Py_CLEAR(event);
	return event;
}

/* Calls back with each event in bytes, which is one (see one_event.h). 0, or -1 raised.
 */
static int deliver(const struct iw_state *state, PyObject *callback, const void *bytes,
		   size_t len)
{
	struct iw_decoder decoder;
	struct iw_raw_event raw;
	int r;

	iw_decoder_init(&decoder, bytes, len);
	while ((r = iw_decoder_next(&decoder, &raw)) > 0) {
		PyObject *event = build_event(state, &raw), *result;

		if (!event)
			return -1;
		result = PyObject_CallFunctionObjArgs(callback, event, NULL);
		Py_DECREF(event);
		if (!result)
			return -1;
		Py_DECREF(result);
	}
	if (r == 0)
		return 0;
	iw_errors_raise(-r, NULL);
	return -1;
}

/* iw_one_event_read() for Python: the same, but raises (-1), and is never interrupted. */
static int take_event(int fd, void *bytes, size_t *ret_len)
{
	int r;

	do {
		Py_BEGIN_ALLOW_THREADS
		r = iw_one_event_read(fd, bytes, ret_len);
		Py_END_ALLOW_THREADS
	} while (r == -EINTR && PyErr_CheckSignals() == 0);
	if (r >= 0)
		return r;
	if (r != -EINTR)
		iw_errors_raise(-r, NULL);
	return -1;
}

static PyObject *read_event(PyObject *module, PyObject *args, PyObject *kwargs)
{
	static char *keywords[] = {"fd", "callback", NULL};
	const struct iw_state *state = iw_state_of(module);
	alignas(struct inotify_event) char bytes[IW_ONE_EVENT_MAX];
	size_t queued = 0, taken = 0, len = 0;
	PyObject *callback;
	int fd, r;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O&O:read_event", keywords,
					 convert_fd, &fd, &callback))
		return NULL;
	if (!PyCallable_Check(callback)) {
		PyErr_SetString(PyExc_TypeError, "callback must be a function");
		return NULL;
	}
	Py_BEGIN_ALLOW_THREADS
	r = iw_one_event_queued(fd, &queued);
	Py_END_ALLOW_THREADS
	if (r < 0)
		return iw_errors_raise(-r, NULL);
	for (; taken < queued; taken += len) {
		r = take_event(fd, bytes, &len);
		if (r < 0)
			return NULL;
		if (r == 0)
			break; /* another thread has read the rest */
		if (deliver(state, callback, bytes, len) < 0)
			return NULL;
	}
	if (taken == 0)
		return iw_errors_raise(EAGAIN, NULL);
	Py_RETURN_NONE;
}

#define KEYWORD_METHOD(function) ((PyCFunction)(void (*)(void))(function))

static PyMethodDef methods[] = {
	{"create", KEYWORD_METHOD(create), METH_VARARGS | METH_KEYWORDS, create_doc},
	{"add", KEYWORD_METHOD(add), METH_VARARGS | METH_KEYWORDS, add_doc},
	{"remove", KEYWORD_METHOD(remove_watch), METH_VARARGS | METH_KEYWORDS,
	 remove_doc},
	{"read_event", KEYWORD_METHOD(read_event), METH_VARARGS | METH_KEYWORDS,
	 read_event_doc},
	{"read_batch", KEYWORD_METHOD(iw_batch_read), METH_VARARGS | METH_KEYWORDS,
	 read_batch_doc},
	{NULL, NULL, 0, NULL},
};

/* -- The module -----------------------------------------------------------------------
 */

static int exec_locks(PyObject *Py_UNUSED(module))
{
	const int r = iw_one_event_init();

	if (r == 0)
		return 0;
	iw_errors_raise(-r, NULL);
	return -1;
}

/* Run in this order. */
static PyModuleDef_Slot slots[] = {
	{Py_mod_exec, iw_state_exec},
	{Py_mod_exec, exec_locks},
	{Py_mod_exec, iw_constants_exec},
#ifdef Py_mod_multiple_interpreters
	{Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_mod_gil
	{Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
	{0, NULL},
};

static struct PyModuleDef module_def = {
	PyModuleDef_HEAD_INIT,
	.m_name = "_inotify",
	.m_size = sizeof(struct iw_state),
	.m_methods = methods,
	.m_slots = slots,
	.m_traverse = iw_state_traverse,
	.m_clear = iw_state_clear,
	.m_free = iw_state_free,
};

/* PyMODINIT_FUNC of Python 3.8 does not export from a library of hidden symbols. */
__attribute__((visibility("default"))) PyMODINIT_FUNC PyInit__inotify(void)
{
	return PyModuleDef_Init(&module_def);
}
