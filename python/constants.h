/* SPDX-License-Identifier: MIT */
/*
 * The constants of the module _inotify, and the lines about them in its docstring.
 * They come from the table of masks, core/mask.h, and belong to the module.
 * It never knows a name by itself but the flags of create(), which are in no mask.
 */
#ifndef IW_PYTHON_CONSTANTS_H
#define IW_PYTHON_CONSTANTS_H

#include <Python.h>

#include "base/attributes.h"

/*
 * A Py_mod_exec slot: gives the module each constant, with and without IN_, and its
 * docstring. 0, or -1 raised.
 */
IW_MUST_CHECK int iw_constants_exec(PyObject *module);

#endif
