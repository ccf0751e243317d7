/* SPDX-License-Identifier: MIT */
/*
 * What a file has beside its content: mode, owner, times, extended attributes, ACLs.
 * Descriptors stay the caller's.
 * It never copies the attributes that inowatch itself puts on stored files, and setuid,
 * setgid and capabilities only where it is told to.
 */
#ifndef IW_SINK_STORE_META_H
#define IW_SINK_STORE_META_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/attributes.h"

enum iw_meta_flags {
	IW_META_PRIVILEGES = 1, /* setuid, setgid and file capabilities too */
	IW_META_OWN = 2,        /* inowatch's own attributes too: between stored files */
};

/*
 * Gives target_fd what source_fd has, whose status is *source: the owner if we are root,
 * the mode, attributes (ACLs among them), and at last the times. Attributes that the
 * file system of the target does not know, or that we may not set, are left out.
 * Returns 0 or -errno: -ENOSPC, -EDQUOT …
 */
IW_MUST_CHECK int iw_meta_copy(int source_fd, int target_fd, const struct stat *source,
			       unsigned flags);

/* The same for a directory that we have to go on writing into: mode and owner only, and
 * the owner may do all. */
IW_MUST_CHECK int iw_meta_copy_directory(int target_fd, const struct stat *source);

/* The same for a symbolic link: owner and times of name in the directory. */
IW_MUST_CHECK int iw_meta_copy_link(int directory_fd, const char *name,
				    const struct stat *source);

/* The bits of a source's mode that are kept. */
mode_t iw_meta_mode(mode_t mode, unsigned flags);

/*
 * Whether two stored files have the same mode, owner, modification time and attributes.
 * Returns 1, 0 or -errno.
 */
IW_MUST_CHECK int iw_meta_is_same(int fd, int other_fd);

#endif
