/* SPDX-License-Identifier: MIT */
/*
 * The arguments of a command while they are put together.
 * It owns all bytes; the vector it gives is valid until it is changed or done.
 * It never interprets an argument.
 */
#ifndef IW_CORE_ARGV_H
#define IW_CORE_ARGV_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/buffer.h"

struct iw_argv {
	struct iw_buffer bytes; /* the arguments, each with its NUL */
	size_t *starts;
	size_t len;
	size_t cap;
	char **vector;
};

#define IW_ARGV_INIT ((struct iw_argv){0})

void iw_argv_done(struct iw_argv *argv);

/* An argument begins here; what it is is appended to bytes. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_argv_begin(struct iw_argv *argv);
/* It is complete. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_argv_end(struct iw_argv *argv);

/* What it takes of the room that execve(2) gives: the bytes, and a pointer for each. */
size_t iw_argv_size(const struct iw_argv *argv);

/*
 * The arguments, with a NULL behind the last. IW_ARGV_SPARE entries before the first are
 * there for an interpreter. Returns NULL if there is no memory.
 */
enum { IW_ARGV_SPARE = 1 };
char **iw_argv_vector(struct iw_argv *argv);

#endif
