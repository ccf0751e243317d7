/* SPDX-License-Identifier: MIT */
/*
 * Restoring one file: what is in its way, and putting it in its place.
 * The struct borrows all; whoever fills it keeps the descriptors.
 * Nothing but the rooms of restore includes this.
 */
#ifndef IW_SINK_STORE_RESTORE_PRIVATE_H
#define IW_SINK_STORE_RESTORE_PRIVATE_H

#include <sys/stat.h>

#include "sink/store/restore.h"

/* One file on its way. */
struct iw_restore_file {
	const struct iw_restore_config *config;
	const struct iw_catalog_file *file;
	const struct iw_catalog_version *version;
	int dir_fd;       /* the target's directory */
	const char *name; /* in it */

	bool has_old; /* something is in the way: */
	struct stat old;
	const char *reason; /* why it is left, or failed; NULL: by its errno */
};

/*
 * Looks at what is in the way. Returns IW_RESTORE_DONE if the version may take its place,
 * IW_RESTORE_UNCHANGED, IW_RESTORE_LEFT (with a reason), or -errno.
 */
IW_MUST_CHECK int iw_restore_look(struct iw_restore_file *restore);

/*
 * Puts the version in its place. Returns IW_RESTORE_DONE, IW_RESTORE_LEFT if something
 * has come in its way meanwhile, IW_RESTORE_DAMAGED, or -errno: -ENOSPC, …
 */
IW_MUST_CHECK int iw_restore_put(struct iw_restore_file *restore);

/* Takes away what an earlier run had to leave in a directory. */
void iw_restore_clean(int dir_fd);

#endif
