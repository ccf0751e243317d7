/* SPDX-License-Identifier: MIT */
/*
 * Brings what a store has of one path up to what is there now: a new version, a deletion,
 * or nothing.
 * The store and all texts stay the caller's; what is told is valid during the call.
 * It never leaves a path without its newest version, never says "stored" of what a power
 * cut could take away, and never stores the same content twice in a row.
 */
#ifndef IW_SINK_STORE_PUT_H
#define IW_SINK_STORE_PUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "sink/store/origin.h"
#include "sink/store/store.h"

enum iw_put_event {
	IW_PUT_STORED,  /* a new version, or new metadata of the newest */
	IW_PUT_DELETED, /* the newest has become an older version */
	IW_PUT_SKIPPED, /* neither a file, nor a link, nor a directory */
	IW_PUT_FAILED,
};

/* What became of a path. */
struct iw_put_line {
	enum iw_put_event event;
	const char *absolute;
	int64_t version_ns; /* the time in the store, where there is one, else 0 */
	uint64_t len;       /* bytes that were stored */
	mode_t mode;        /* of what was skipped */
	int error;          /* why it failed: a positive errno */
};

typedef void iw_put_fn(void *context, const struct iw_put_line *line);

/* Who wants to know. */
struct iw_put_listener {
	iw_put_fn *told;
	void *context;
};

/*
 * Looks at place and at what the store has of absolute, its absolute path; puts a file, a
 * link or a directory (without what is in it), or a deletion with all below. Returns 0 if
 * the store is up to date now, though something may have been skipped; else the error
 * that was told as failed, -ENOSPC, -EDQUOT, -ENAMETOOLONG, …; or what is not told:
 * -EAGAIN if the file changed all the time while it was copied, and has to rest before it
 * is put again; -ECANCELED.
 */
IW_MUST_CHECK int iw_put(struct iw_store *store, const struct iw_place *place,
			 const char *absolute, const struct iw_put_listener *listener);

/* One path of a group. */
struct iw_put_item {
	struct iw_place place;
	const char *absolute;
	struct iw_put_listener listener;
	int result;
};

/* The result of an item that has to be put by itself, with iw_put(). */
enum { IW_PUT_ALONE = 1 };

/*
 * Puts many paths for the price of a few syncs, in their order: no path twice, and none
 * behind what is below it. Each is told when it is durable. The result of each is as of
 * iw_put(), but what is not simply a new version of a file or link that is there, or was
 * in the way of being one, is left as it was: IW_PUT_ALONE. Nothing is told of that yet,
 * nor of an item that failed for another reason than having been stopped. Only of a store
 * that has groups (iw_store_has_groups).
 */
void iw_put_group(struct iw_store *store, struct iw_put_item *items, size_t len);

/*
 * Whether iw_put() has nothing to do for absolute, where *source is the status of what is
 * there now. With verifies, that is never known of a file without reading it. Returns 1,
 * 0 or -errno.
 */
IW_MUST_CHECK int iw_put_is_done(struct iw_store *store, const char *absolute,
				 const struct stat *source);

#endif
