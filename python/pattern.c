/* SPDX-License-Identifier: MIT */
#define PY_SSIZE_T_CLEAN
#include "pattern.h"

#include "event_record.h"

struct pattern {
	struct iw_pattern_calls *calls;
	PyObject *callable;
	bool is_bytes;
	bool is_include; /* what cannot be judged is shown */
};

/* Only the first is raised; those that follow are nearly always the same. */
static void keep_exception(struct iw_pattern_calls *calls)
{
	if (calls->type)
		PyErr_Clear();
	else
		PyErr_Fetch(&calls->type, &calls->value, &calls->traceback);
}

static bool ask(const struct pattern *pattern, const char *bytes, size_t len)
{
	PyObject *path = iw_event_record_path(bytes, len, pattern->is_bytes);
	PyObject *result =
		path ? PyObject_CallFunctionObjArgs(pattern->callable, path, NULL) : NULL;
	const int is_match = result ? PyObject_IsTrue(result) : -1;

	Py_XDECREF(result);
	Py_XDECREF(path);
	if (is_match >= 0)
		return is_match;
	keep_exception(pattern->calls);
	return pattern->is_include;
}

static bool matches(void *context, const char *bytes, size_t len)
{
	const struct pattern *pattern = context;

	/* A directory's own path ends in the slash that its name lacks in records. */
	while (len > 1 && bytes[len - 1] == '/')
		len--;
	PyEval_RestoreThread(pattern->calls->thread);
	const bool is_match = ask(pattern, bytes, len);
	pattern->calls->thread = PyEval_SaveThread();
	return is_match;
}

static int add(struct iw_filter *filter, PyObject *item, struct iw_pattern_calls *calls)
{
	struct pattern *pattern;
	PyObject *callable;
	int kind, is_bytes;

	if (!PyArg_ParseTuple(item, "iOp:pattern", &kind, &callable, &is_bytes))
		return -1;
	pattern = malloc(sizeof(*pattern));
	if (!pattern) {
		PyErr_NoMemory();
		return -1;
	}
	*pattern = (struct pattern){calls, callable, is_bytes, kind == IW_FILTER_INCLUDE};
	const struct iw_pattern added = {
		.matches = matches,
		.free = free,
		.context = pattern,
		.subject = IW_SUBJECT_FULL,
	};
	if (iw_filter_add(filter, (enum iw_filter_kind)kind, &added) < 0) {
		free(pattern);
		PyErr_NoMemory();
		return -1;
	}
	return 0;
}

int iw_pattern_add_all(struct iw_filter *filter, PyObject *patterns,
		       struct iw_pattern_calls *calls)
{
	const Py_ssize_t len = PyTuple_Size(patterns);

	for (Py_ssize_t i = 0; i < len; i++) {
		if (add(filter, PyTuple_GetItem(patterns, i), calls) < 0)
			return -1;
	}
	return 0;
}

void iw_pattern_leave_python(struct iw_pattern_calls *calls)
{
	calls->thread = PyEval_SaveThread();
}

int iw_pattern_return_to_python(struct iw_pattern_calls *calls)
{
	PyEval_RestoreThread(calls->thread);
	calls->thread = NULL;
	if (!calls->type)
		return 0;
	PyErr_Restore(calls->type, calls->value, calls->traceback);
	calls->type = calls->value = calls->traceback = NULL;
	return -1;
}
