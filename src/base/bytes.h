/* SPDX-License-Identifier: MIT */
/*
 * Copies of byte strings that are not NUL-terminated where they stand.
 * The copy is the caller's, to be freed.
 * It never reads behind the given length, which strndup(3) is allowed to do for a check.
 */
#ifndef IW_BASE_BYTES_H
#define IW_BASE_BYTES_H

#include <stddef.h>
#include <string.h>

#include "base/attributes.h"

/* A NUL-terminated copy of len bytes, or NULL if there is no memory. */
static inline char *iw_bytes_terminated(const char *bytes, size_t len)
{
	char *copy = malloc(len + 1);

	if (!copy)
		return NULL;
	memcpy(copy, bytes, len);
	copy[len] = '\0';
	return copy;
}

#endif
