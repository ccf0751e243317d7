/* SPDX-License-Identifier: MIT */
#define PY_SSIZE_T_CLEAN
#include "errors.h"

#include <errno.h>

PyObject *iw_errors_raise(int error, PyObject *filename)
{
	errno = error;
	return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, filename);
}
