/* SPDX-License-Identifier: MIT */
#define PY_SSIZE_T_CLEAN
#include "errors.h"

#include <errno.h>
#include <string.h>

#include "base/buffer.h"
#include "source/limits.h"

/* What strerror is to say: "No space left on device: raise ...". NULL if raised. */
static PyObject *build_text(int error)
{
	IW_AUTO_BUFFER struct iw_buffer remedy = IW_BUFFER_INIT;
	PyObject *reason, *text;
	int r;

	/* Others are not counted: it takes long, and this may be raised for each path. */
	Py_BEGIN_ALLOW_THREADS
	r = iw_limits_append_raise(&remedy, error, NULL);
	Py_END_ALLOW_THREADS
	if (r < 0 || iw_buffer_terminate(&remedy) < 0)
		return PyErr_NoMemory();
	reason = PyUnicode_DecodeLocale(strerror(error), "surrogateescape");
	if (!reason)
		return NULL;
	text = PyUnicode_FromFormat("%U: %s", reason, remedy.data);
	Py_DECREF(reason);
	return text;
}

PyObject *iw_errors_raise(int error, PyObject *filename)
{
	PyObject *text, *exception;

	if (!iw_limits_is_met(error)) {
		errno = error;
		return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, filename);
	}
	text = build_text(error);
	if (!text)
		return NULL;
	exception = filename ? PyObject_CallFunction(PyExc_OSError, "iOO", error, text,
						     filename)
			     : PyObject_CallFunction(PyExc_OSError, "iO", error, text);
	Py_DECREF(text);
	if (!exception)
		return NULL;
	PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
	Py_DECREF(exception);
	return NULL;
}
