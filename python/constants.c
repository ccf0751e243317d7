/* SPDX-License-Identifier: MIT */
#include "constants.h"

#include "core/mask.h"

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

static int add_all(PyObject *module, struct iw_buffer *doc,
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

int iw_constants_add(PyObject *module, struct iw_buffer *doc)
{
	int r = add_all(module, doc, iw_mask_names, iw_mask_names_len);

	return r < 0 ? r : add_all(module, doc, create_flags, IW_ARRAY_LEN(create_flags));
}
