/* SPDX-License-Identifier: MIT */
/*
 * The one table of inotify's mask bits: names, order, and what each bit may be used for.
 * The table is constant data that nobody owns; -e, %e, the help text and the constants of
 * the Python module all read it.
 * It never asks the kernel; the values are those of <sys/inotify.h> (inotify(7)).
 */
#ifndef IW_CORE_MASK_H
#define IW_CORE_MASK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/inotify.h>

#include "base/attributes.h"
#include "base/buffer.h"

/* What a bit may be used for. */
enum iw_mask_use {
	IW_MASK_EVENT = 1 << 0, /* the kernel reports it, and -e takes it */
	IW_MASK_GROUP =
		1 << 1, /* several events under one name: close, move, all_events */
	IW_MASK_TOLD = 1 << 2, /* the kernel reports it unasked: q_overflow, isdir … */
	IW_MASK_REQUEST = 1 << 3, /* only a flag of inotify_add_watch(2) */
	IW_MASK_PRINT = 1 << 4,   /* appears in %e */
};

/* The first two members of an entry. */
#define IW_MASK_NAME(text) text, sizeof(text) - 1

struct iw_mask_name {
	const char *name; /* upper case, without IN_: "CLOSE_WRITE" */
	size_t name_len;
	uint32_t bits;
	unsigned uses;       /* enum iw_mask_use, combined */
	const char *meaning; /* one line for --help and docstrings */
};

/* The table, in the order in which inotifywait prints the names. */
extern const struct iw_mask_name iw_mask_names[];
extern const size_t iw_mask_names_len;

/*
 * Looks up an event as users write it: any case, without IN_.
 * Only what -e takes is found (IW_MASK_EVENT, GROUP, TOLD). Returns 0 or -EINVAL.
 */
IW_MUST_CHECK int iw_mask_parse(const char *name, size_t name_len, uint32_t *ret_bits);

/*
 * Appends the names of mask, joined by separator, as inotifywait's %e:
 * "CREATE,ISDIR", "CLOSE_WRITE,CLOSE"; 0x%08x if no bit has a name. Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_mask_append_names(struct iw_buffer *buffer, uint32_t mask,
				       char separator);

#endif
