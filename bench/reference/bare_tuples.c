// SPDX-License-Identifier: MIT
// The least that C has to do for a list of events in Python: read what is queued, make
// the objects. Works for a blocking inotify descriptor, copes with nothing else, and is
// built for the one interpreter that measures.

#include <Python.h>

#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LEAST_BYTES 4112

struct batch {
	char *bytes;
	ssize_t len;
};

static int take(int fd, struct batch *ret_batch)
{
	int size = 0;
	ioctl(fd, FIONREAD, &size);
	if (size < LEAST_BYTES)
		size = LEAST_BYTES;
	ret_batch->bytes = malloc((size_t)size);
	Py_BEGIN_ALLOW_THREADS
	ret_batch->len = read(fd, ret_batch->bytes, (size_t)size);
	Py_END_ALLOW_THREADS
	if (ret_batch->len >= 0)
		return 0;
	free(ret_batch->bytes);
	PyErr_SetFromErrno(PyExc_OSError);
	return -1;
}

// type NULL: a plain tuple without the length of the name.
static PyObject *make(PyTypeObject *type, const struct inotify_event *event)
{
	const Py_ssize_t count = type ? 5 : 4;
	PyObject *made = type ? type->tp_alloc(type, count) : PyTuple_New(count);
	PyTuple_SET_ITEM(made, 0, PyLong_FromLong(event->wd));
	PyTuple_SET_ITEM(made, 1, PyLong_FromUnsignedLong(event->mask));
	PyTuple_SET_ITEM(made, 2, PyLong_FromUnsignedLong(event->cookie));
	if (type)
		PyTuple_SET_ITEM(made, 3, PyLong_FromUnsignedLong(event->len));
	PyTuple_SET_ITEM(made, count - 1,
			 PyUnicode_DecodeFSDefault(event->len ? event->name : ""));
	return made;
}

static PyObject *make_all(int fd, PyTypeObject *type)
{
	struct batch batch;
	if (take(fd, &batch) < 0)
		return NULL;
	PyObject *list = PyList_New(0);
	for (ssize_t at = 0; at < batch.len;) {
		const struct inotify_event *event = (const void *)(batch.bytes + at);
		PyObject *made = make(type, event);
		PyList_Append(list, made);
		Py_DECREF(made);
		at += (ssize_t)(sizeof *event + event->len);
	}
	free(batch.bytes);
	return list;
}

static PyObject *read_named(PyObject *module, PyObject *args)
{
	int fd;
	PyTypeObject *type;
	(void)module;
	if (!PyArg_ParseTuple(args, "iO", &fd, &type))
		return NULL;
	return make_all(fd, type);
}

static PyObject *read_plain(PyObject *module, PyObject *args)
{
	int fd;
	(void)module;
	if (!PyArg_ParseTuple(args, "i", &fd))
		return NULL;
	return make_all(fd, NULL);
}

static PyMethodDef methods[] = {
	{"read_named", read_named, METH_VARARGS, NULL},
	{"read_plain", read_plain, METH_VARARGS, NULL},
	{NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
	PyModuleDef_HEAD_INIT,
	.m_name = "bare_tuples",
	.m_methods = methods,
};

PyMODINIT_FUNC PyInit_bare_tuples(void)
{
	return PyModule_Create(&definition);
}
