/* SPDX-License-Identifier: MIT */
/*
 * What is at a place in the source now: opened so that neither a symbolic link on the way
 * below PATH nor a FIFO or device in its place can mislead or stop us.
 * Who opens it closes its descriptor; the texts stay the caller's.
 * It never writes and never follows a link but the one that the PATH itself is.
 */
#ifndef IW_SINK_STORE_ORIGIN_H
#define IW_SINK_STORE_ORIGIN_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/attributes.h"

struct iw_place {
	const char *root;  /* PATH as it was given */
	const char *below; /* what lies below it; "": the PATH itself */
	bool is_link_kept; /* a PATH that is a symbolic link is not followed (-P) */
	bool is_listed;    /* a directory is opened for reading, too */
};

struct iw_origin {
	int fd; /* for reading a regular file or directory; of a link O_PATH; or -1 */
	struct stat stat; /* of what fd is, or of what cannot be opened safely */
};

/*
 * Opens what is at a place. A FIFO, socket or device is looked at, not opened, and a
 * directory only for who lists it. Returns 0,
 * -ENOENT or -ENOTDIR if nothing is there, -EAGAIN if it was replaced meanwhile, or
 * -errno of opening: -EACCES, -ELOOP …
 */
IW_MUST_CHECK int iw_origin_open(const struct iw_place *place,
				 struct iw_origin *ret_origin);

/*
 * Whether an open file has changed since its status was taken: size, modification and
 * change time. Returns 1, 0 or -errno.
 */
IW_MUST_CHECK int iw_origin_has_changed(const struct iw_origin *origin);

#endif
