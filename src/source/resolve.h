/* SPDX-License-Identifier: MIT */
/*
 * Resolves a PATH step by step, as the kernel would, and tells each step on the way.
 * The descriptor that it returns is the caller's to close; a step's is not.
 * It never opens anything for reading, so it causes no events.
 */
#ifndef IW_SOURCE_RESOLVE_H
#define IW_SOURCE_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/attributes.h"
#include "base/buffer.h"

/* A directory on the way. */
struct iw_step {
	int fd;           /* of the directory; AT_FDCWD: the working directory */
	const char *name; /* that decides the way from here; NULL: it only leads on */
	size_t name_len;
};

struct iw_resolve {
	bool is_link_kept; /* a symbolic link at the end is not followed */
	int (*step)(void *context, const struct iw_step *step);
	void *context;
};

/*
 * Returns an O_PATH descriptor of what path (NUL-terminated) names, and what it is in
 * ret_st; or -errno of the step
 * that failed: -ENOENT, -ENOTDIR, -ELOOP after 40 links, -EACCES, -ENAMETOOLONG …; or
 * what step returned below 0. Steps were told up to the failure: the last one's name is
 * the one that is missing.
 */
IW_MUST_CHECK int iw_resolve(const struct iw_resolve *resolve, const char *path,
			     struct stat *ret_st);

/*
 * Appends the path under which the kernel knows an open descriptor, without symbolic
 * links, NUL-terminated behind its end. Returns 0 or -errno of readlink(2).
 */
IW_MUST_CHECK int iw_resolve_path_of(int fd, struct iw_buffer *path);

#endif
