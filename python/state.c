/* SPDX-License-Identifier: MIT */
#define PY_SSIZE_T_CLEAN
#include "state.h"

int iw_state_exec(PyObject *module)
{
	struct iw_state *state = iw_state_of(module);

	if (!(state->wd = PyUnicode_InternFromString("wd")) ||
	    !(state->mask = PyUnicode_InternFromString("mask")) ||
	    !(state->cookie = PyUnicode_InternFromString("cookie")) ||
	    !(state->len = PyUnicode_InternFromString("len")) ||
	    !(state->name = PyUnicode_InternFromString("name")))
		return -1;
	return 0;
}

int iw_state_traverse(PyObject *module, visitproc visit, void *arg)
{
	const struct iw_state *state = iw_state_of(module);

	/* Python 3.8 calls this before the state exists. */
	if (!state)
		return 0;
	Py_VISIT(state->wd);
	Py_VISIT(state->mask);
	Py_VISIT(state->cookie);
	Py_VISIT(state->len);
	Py_VISIT(state->name);
	return 0;
}

int iw_state_clear(PyObject *module)
{
	struct iw_state *state = iw_state_of(module);

	/* Python 3.8 calls this before the state exists. */
	if (!state)
		return 0;
	Py_CLEAR(state->wd);
	Py_CLEAR(state->mask);
	Py_CLEAR(state->cookie);
	Py_CLEAR(state->len);
	Py_CLEAR(state->name);
	return 0;
}

void iw_state_free(void *module)
{
	iw_state_clear(module);
}
