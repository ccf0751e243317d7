/* SPDX-License-Identifier: MIT */
#define PY_SSIZE_T_CLEAN
#include "event_record.h"

#include <errno.h>
#include <stddef.h>
#include <structmember.h>

struct record_object {
	PyObject_HEAD PyObject *event;
	PyObject *path;     /* or None */
	PyObject *old_path; /* or None */
	PyObject *error;    /* or None */
	PyObject *message;  /* or None */
	long long time_ns;
	unsigned int mask;
	unsigned int cookie;
	char is_dir;
	char is_synthetic;
};

/* The attributes, in the order of the constructor's arguments. */
static const char *const names[] = {
	"event",     "path",   "old_path", "mask",  "is_dir",
	"synthetic", "cookie", "time_ns",  "error", "message",
};

/* ---- What is told ---- */

static bool is_synthetic(enum iw_event event)
{
	return event == IW_FOUND || (event > IW_OVERFLOW && event < IW_EVENT_COUNT);
}

const char *iw_event_record_remedy(int error)
{
	switch (error) {
	case ENOSPC:
		return "raise fs.inotify.max_user_watches";
	case EMFILE:
	case ENFILE:
		return "raise fs.inotify.max_user_instances or the limit of open files";
	case EACCES:
	case EPERM:
		return "watching needs permission to read";
	case ENAMETOOLONG:
		return "start nearer to it, with a shorter path";
	default:
		return NULL;
	}
}

PyObject *iw_event_record_path(const char *bytes, size_t len, bool is_bytes)
{
	return is_bytes ? PyBytes_FromStringAndSize(bytes, (Py_ssize_t)len)
			: PyUnicode_DecodeFSDefaultAndSize(bytes, (Py_ssize_t)len);
}

static PyObject *new_reference(PyObject *object)
{
	Py_INCREF(object);
	return object;
}

static PyObject *path_or_none(const char *bytes, size_t len, bool is_bytes)
{
	return len ? iw_event_record_path(bytes, len, is_bytes) : new_reference(Py_None);
}

static PyObject *remedy_or_none(int error)
{
	const char *remedy = iw_event_record_remedy(error);

	return remedy ? PyUnicode_FromString(remedy) : new_reference(Py_None);
}

PyObject *iw_event_record_new(const struct iw_state *state,
			      const struct iw_queued_record *queued, bool is_bytes)
{
	struct record_object *self =
		PyObject_New(struct record_object, (PyTypeObject *)state->record_type);

	if (!self)
		return NULL;
	self->event = new_reference(state->words[queued->event]);
	self->path = path_or_none(queued->path, queued->path_len, is_bytes);
	self->old_path = path_or_none(queued->old_path, queued->old_path_len, is_bytes);
	self->error =
		queued->error ? PyLong_FromLong(queued->error) : new_reference(Py_None);
	self->message = remedy_or_none(queued->error);
	self->time_ns = queued->time_ns;
	self->mask = queued->mask;
	self->cookie = queued->cookie;
	self->is_dir = queued->is_dir;
	self->is_synthetic = is_synthetic(queued->event);
	if (!self->path || !self->old_path || !self->error || !self->message)
		Py_CLEAR(self);
	return (PyObject *)self;
}

/* ---- The type ---- */

static PyObject *create(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
	static char *keywords[] = {"event",  "path",      "old_path", "mask",
				   "is_dir", "synthetic", "cookie",   "time_ns",
				   "error",  "message",   NULL};
	PyObject *event, *path = Py_None, *old_path = Py_None;
	PyObject *error = Py_None, *message = Py_None;
	unsigned int mask = 0, cookie = 0;
	int is_dir = 0, synthetic = 0;
	long long time_ns = 0;
	struct record_object *self;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "U|OOIppILOO:Record", keywords,
					 &event, &path, &old_path, &mask, &is_dir,
					 &synthetic, &cookie, &time_ns, &error, &message))
		return NULL;
	self = PyObject_New(struct record_object, type);
	if (!self)
		return NULL;
	self->event = new_reference(event);
	self->path = new_reference(path);
	self->old_path = new_reference(old_path);
	self->error = new_reference(error);
	self->message = new_reference(message);
	self->time_ns = time_ns;
	self->mask = mask;
	self->cookie = cookie;
	self->is_dir = (char)is_dir;
	self->is_synthetic = (char)synthetic;
	return (PyObject *)self;
}

/* It has no part in the garbage collection: it holds strings and numbers. */
static void destroy(PyObject *object)
{
	struct record_object *self = (struct record_object *)object;
	PyTypeObject *type = Py_TYPE(object);

	Py_XDECREF(self->event);
	Py_XDECREF(self->path);
	Py_XDECREF(self->old_path);
	Py_XDECREF(self->error);
	Py_XDECREF(self->message);
	PyObject_Free(self);
	Py_DECREF(type);
}

/* inotify.Mask, which is made in Python. A borrowed reference, or NULL raised. */
static PyObject *find_mask_type(struct iw_state *state)
{
	PyObject *known = __atomic_load_n(&state->mask_type, __ATOMIC_ACQUIRE);
	PyObject *module, *type;

	if (known)
		return known;
	module = PyImport_ImportModule("inotify._mask");
	if (!module)
		return NULL;
	type = PyObject_GetAttrString(module, "Mask");
	Py_DECREF(module);
	if (!type)
		return NULL;
	/* Another thread may have done the same meanwhile. */
	if (__atomic_compare_exchange_n(&state->mask_type, &known, type, false,
					__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return type;
	Py_DECREF(type);
	return known;
}

static PyObject *get_mask(PyObject *object, void *closure IW_UNUSED)
{
	const struct record_object *self = (const struct record_object *)object;
	struct iw_state *state = PyType_GetModuleState(Py_TYPE(object));
	PyObject *type = state ? find_mask_type(state) : NULL;

	return type ? PyObject_CallFunction(type, "I", self->mask) : NULL;
}

/* All values, in the order of names. */
static PyObject *as_tuple(PyObject *object)
{
	const struct record_object *self = (const struct record_object *)object;

	return Py_BuildValue("(OOOINNILOO)", self->event, self->path, self->old_path,
			     self->mask, PyBool_FromLong(self->is_dir),
			     PyBool_FromLong(self->is_synthetic), self->cookie,
			     self->time_ns, self->error, self->message);
}

static PyObject *compare(PyObject *object, PyObject *other, int operation)
{
	PyObject *one, *two, *result;

	if (Py_TYPE(object) != Py_TYPE(other) ||
	    (operation != Py_EQ && operation != Py_NE))
		return new_reference(Py_NotImplemented);
	one = as_tuple(object);
	two = as_tuple(other);
	result = one && two ? PyObject_RichCompare(one, two, operation) : NULL;
	Py_XDECREF(one);
	Py_XDECREF(two);
	return result;
}

static Py_hash_t hash(PyObject *object)
{
	PyObject *values = as_tuple(object);
	const Py_hash_t result = values ? PyObject_Hash(values) : -1;

	Py_XDECREF(values);
	return result;
}

static PyObject *reduce(PyObject *object, PyObject *args IW_UNUSED)
{
	PyObject *values = as_tuple(object);

	return values ? Py_BuildValue("(ON)", Py_TYPE(object), values) : NULL;
}

/* Appends "name=value" if the value is not the constructor's default. 0, or -1 raised. */
static int describe_value(PyObject *parts, const char *name, PyObject *value)
{
	const int is_told = PyObject_IsTrue(value);
	PyObject *part;
	int r;

	if (is_told <= 0)
		return is_told;
	part = PyUnicode_FromFormat("%s=%R", name, value);
	if (!part)
		return -1;
	r = PyList_Append(parts, part);
	Py_DECREF(part);
	return r;
}

static PyObject *describe(PyObject *object)
{
	PyObject *values = as_tuple(object);
	PyObject *parts = PyList_New(0);
	PyObject *comma = PyUnicode_FromString(", ");
	PyObject *joined = NULL, *result = NULL;
	int r = values && parts && comma ? 0 : -1;

	for (size_t i = 0; i < IW_ARRAY_LEN(names) && r == 0; i++)
		r = describe_value(parts, names[i],
				   PyTuple_GetItem(values, (Py_ssize_t)i));
	if (r == 0)
		joined = PyUnicode_Join(comma, parts);
	if (joined)
		result = PyUnicode_FromFormat("inotify.Record(%U)", joined);
	Py_XDECREF(joined);
	Py_XDECREF(comma);
	Py_XDECREF(parts);
	Py_XDECREF(values);
	return result;
}

#define MEMBER(name, type, field, doc)                                           \
	{                                                                        \
		name, type, offsetof(struct record_object, field), READONLY, doc \
	}

static PyMemberDef members[] = {
	MEMBER("event", T_OBJECT, event, "what happened, in one word"),
	MEMBER("path", T_OBJECT, path, "what it happened to, or None"),
	MEMBER("old_path", T_OBJECT, old_path, "of move and exchange: where from"),
	MEMBER("is_dir", T_BOOL, is_dir, "whether path is a directory"),
	MEMBER("synthetic", T_BOOL, is_synthetic, "whether the kernel did not say so"),
	MEMBER("cookie", T_UINT, cookie, "the kernel's number of a move, else 0"),
	MEMBER("time_ns", T_LONGLONG, time_ns, "when it was read: ns since 1970, UTC"),
	MEMBER("error", T_OBJECT, error, "of lost: an errno"),
	MEMBER("message", T_OBJECT, message, "of lost: what to do about it"),
	{NULL, 0, 0, 0, NULL},
};

static PyGetSetDef getters[] = {
	{"mask", get_mask, NULL, "the kernel's bits, as inotify.Mask", NULL},
	{NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef methods[] = {
	{"__reduce__", reduce, METH_NOARGS, NULL},
	{"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, NULL},
	{NULL, NULL, 0, NULL},
};

static char type_doc[] =
	"Record(event, path=None, old_path=None, mask=0, is_dir=False,\n"
	"       synthetic=False, cookie=0, time_ns=0, error=None, message=None)\n"
	"--\n\n"
	"One thing that happened to one path. Records cannot be changed; equal ones\n"
	"compare and hash equal, and they can be pickled.\n\n"
	"  event      what happened, in one word: access modify attrib close_write\n"
	"             close_nowrite open create delete delete_self move_self unmount;\n"
	"             move moved_in moved_out exchange; found; overflow resync synced\n"
	"             lost ready\n"
	"  path       the watched path joined with the name: str, with\n"
	"             surrogateescape, or bytes; None for overflow, synced, ready\n"
	"  old_path   of move: where it came from; of exchange: the other side\n"
	"  mask       the kernel's bits, as inotify.Mask\n"
	"  is_dir     whether path is a directory\n"
	"  synthetic  whether it was found out rather than told by the kernel\n"
	"  cookie     the kernel's number of a move, else 0\n"
	"  time_ns    when it was read from the kernel: ns since 1970, UTC\n"
	"  error      of lost: the errno that says why path is not watched\n"
	"  message    of lost: what to do about it, or None";

static PyType_Slot slots[] = {
	{Py_tp_doc, type_doc},        {Py_tp_new, create},
	{Py_tp_dealloc, destroy},     {Py_tp_members, members},
	{Py_tp_getset, getters},      {Py_tp_methods, methods},
	{Py_tp_richcompare, compare}, {Py_tp_hash, hash},
	{Py_tp_repr, describe},       {0, NULL},
};

static PyType_Spec spec = {
	.name = "inotify.Record",
	.basicsize = sizeof(struct record_object),
	.flags = Py_TPFLAGS_DEFAULT,
	.slots = slots,
};

int iw_event_record_init(PyObject *module)
{
	struct iw_state *state = PyModule_GetState(module);

	for (size_t i = 0; i < IW_EVENT_COUNT; i++) {
		state->words[i] =
			PyUnicode_InternFromString(iw_event_word((enum iw_event)i));
		if (!state->words[i])
			return -1;
	}
	state->record_type = PyType_FromModuleAndSpec(module, &spec, NULL);
	return state->record_type
		       ? PyModule_AddType(module, (PyTypeObject *)state->record_type)
		       : -1;
}
