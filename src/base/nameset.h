/* SPDX-License-Identifier: MIT */
/*
 * A set of byte strings: the names that a listing has found.
 * The set owns copies of the names.
 * It never orders them and never interprets their bytes.
 */
#ifndef IW_BASE_NAMESET_H
#define IW_BASE_NAMESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"

struct iw_nameset {
	struct iw_buffer
		bytes;      /* the names, one behind the other, each with its length */
	size_t removed_len; /* how many of them belong to names that were removed */
	uint32_t *slots;    /* offset + 1 of a name in bytes; 0: free */
	size_t cap;         /* a power of two, or 0 */
	size_t count;
};

#define IW_NAMESET_INIT ((struct iw_nameset){0})

void iw_nameset_done(struct iw_nameset *set);

/* Adds a name; one that is there already is left. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_nameset_add(struct iw_nameset *set, const char *name, size_t len);

bool iw_nameset_has(const struct iw_nameset *set, const char *name, size_t len);

/* Removes a name; returns whether it was there. */
bool iw_nameset_take(struct iw_nameset *set, const char *name, size_t len);

#endif
