/* SPDX-License-Identifier: MIT */
#define PY_SSIZE_T_CLEAN
#include "constants.h"

#include <sys/inotify.h>

#include "base/buffer.h"
#include "core/mask.h"

static const char introduction[] =
	"Linux inotify: create(), add(), remove(), read_event(), read_batch(), and\n"
	"the constants.\n\n"
	"    fd = _inotify.create()\n"
	"    wd = _inotify.add(fd, path, _inotify.CLOSE_WRITE | _inotify.CREATE)\n"
	"    select.select([fd], [], [])\n"
	"    _inotify.read_event(fd, print)\n\n"
	"Each constant also exists with the prefix IN_:\n";

/* What create() takes is not in the table of masks. */
static const struct iw_mask_name create_flags[] = {
	{IW_MASK_NAME("NONBLOCK"), IN_NONBLOCK, 0, "for create(): O_NONBLOCK"},
	{IW_MASK_NAME("CLOEXEC"), IN_CLOEXEC, 0, "for create(): O_CLOEXEC"},
	{IW_MASK_NAME("CLOSE_EXEC"), IN_CLOEXEC, 0,
	 "the name that CLOEXEC had in older versions"},
};

static int add_constant(PyObject *module, const char *prefix,
			const struct iw_mask_name *constant)
{
	char name[64];
	PyObject *value = PyLong_FromUnsignedLong(constant->bits);

	if (!value)
		return -1;
	PyOS_snprintf(name, sizeof(name), "%s%s", prefix, constant->name);
	if (PyModule_AddObject(module, name, value) < 0) {
		Py_DECREF(value);
		return -1;
	}
	return 0;
}

static int add_constants(PyObject *module, struct iw_buffer *doc,
			 const struct iw_mask_name *constants, size_t constants_len)
{
	for (size_t i = 0; i < constants_len; i++) {
		if (add_constant(module, "", &constants[i]) < 0 ||
		    add_constant(module, "IN_", &constants[i]) < 0)
			return -1;
		if (iw_buffer_printf(doc, "  %-13s  %s\n", constants[i].name,
				     constants[i].meaning) < 0) {
			PyErr_NoMemory();
			return -1;
		}
	}
	return 0;
}

int iw_constants_exec(PyObject *module)
{
	IW_AUTO_BUFFER struct iw_buffer doc = IW_BUFFER_INIT;

	if (iw_buffer_append_str(&doc, introduction) < 0) {
		PyErr_NoMemory();
		return -1;
	}
	if (add_constants(module, &doc, iw_mask_names, iw_mask_names_len) < 0 ||
	    add_constants(module, &doc, create_flags, IW_ARRAY_LEN(create_flags)) < 0)
		return -1;
	if (iw_buffer_terminate(&doc) < 0) {
		PyErr_NoMemory();
		return -1;
	}
	return PyModule_SetDocString(module, doc.data);
}
