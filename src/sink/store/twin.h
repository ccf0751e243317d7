/* SPDX-License-Identifier: MIT */
/*
 * Gives a stored file a second name, as an older version.
 * Descriptors stay the caller's.
 * It never replaces what is there, and never takes the first name away.
 */
#ifndef IW_SINK_STORE_TWIN_H
#define IW_SINK_STORE_TWIN_H

#include "base/attributes.h"
#include "sink/store/store.h"

/* A name in a directory. */
struct iw_twin_name {
	int directory_fd;
	const char *name;
};

/*
 * Links the file at *from as *to, or, where there are no hard links, puts a copy there
 * with all it has. Being linked so already is no error. Returns 0, -EEXIST if something
 * else is there, or -errno.
 */
IW_MUST_CHECK int iw_twin_make(struct iw_store *store, const struct iw_twin_name *from,
			       const struct iw_twin_name *to);

#endif
