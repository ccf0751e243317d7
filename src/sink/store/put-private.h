/* SPDX-License-Identifier: MIT */
/*
 * What the rooms of putting share: the path at hand, and the steps that make a version.
 * The struct borrows all but its spot.
 * Nothing outside of src/sink/store/put*.c, rotate.c and remove.c includes it.
 */
#ifndef IW_SINK_STORE_PUT_PRIVATE_H
#define IW_SINK_STORE_PUT_PRIVATE_H

#include "sink/store/newest.h"
#include "sink/store/put.h"
#include "sink/store/spot.h"

struct iw_putting {
	struct iw_store *store;
	const struct iw_put_listener *listener;
	struct iw_spot spot;
};

/* A whole copy that waits in the folder of temporary files. */
struct iw_copied {
	char name[IW_TEMPORARY_LEN];
	bool replaces; /* the content is that of the newest version, which it replaces */
	int64_t version_ns; /* when it was stored; found by iw_rotate_commit() */
};

/* The time of a version that is stored now, later than *last. */
int64_t iw_rotate_now(int64_t last_ns);

/*
 * Makes the newest version, name in the directory current_fd, an older one too; durable
 * when it returns 0. ret_newest gets under which time, and whether it was so before. In
 * rotate.c.
 */
IW_MUST_CHECK int iw_rotate(struct iw_putting *putting, int current_fd, const char *name,
			    struct iw_newest *ret_newest);

/*
 * Makes the copy the newest version, and what was the newest an older one. Returns 0, and
 * all is durable; or -errno, and the newest version is what it was (or, if the last sync
 * failed, the new one).
 */
IW_MUST_CHECK int iw_rotate_commit(struct iw_putting *putting, struct iw_copied *copied);

/*
 * Puts a deletion of absolute with all below; nothing there is no error. Tells each. In
 * remove.c.
 */
IW_MUST_CHECK int iw_remove(struct iw_store *store, const char *absolute,
			    const struct iw_put_listener *listener);

#endif
