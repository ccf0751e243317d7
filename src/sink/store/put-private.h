/* SPDX-License-Identifier: MIT */
/*
 * What the rooms of putting share: the path at hand, and the steps that make a version.
 * The struct borrows all but its spot and the copy.
 * Nothing outside of src/sink/store/put*.c, rotate.c and remove.c includes it.
 */
#ifndef IW_SINK_STORE_PUT_PRIVATE_H
#define IW_SINK_STORE_PUT_PRIVATE_H

#include "sink/store/newest.h"
#include "sink/store/put.h"
#include "sink/store/spot.h"

/* A whole copy that waits in the folder of temporary files. */
struct iw_copied {
	char name[IW_TEMPORARY_LEN];
	bool replaces; /* the content is that of the newest version, which it replaces */
	bool is_news;  /* worth a line */
	bool is_dated; /* newest/PATH tells its time, or need not be changed */
	uint64_t len;  /* of the content */
	int64_t room;  /* bytes on the disk that were counted for it */
	int64_t version_ns; /* when it was stored; found by iw_rotate_begin() */
};

/* A path that is being put. */
struct iw_putting {
	struct iw_store *store;
	const struct iw_put_listener *listener;
	enum iw_durable_when when;
	struct iw_spot spot;
	struct iw_copied copied;
};

/*
 * Looks at what is there; makes a copy if it is a file or link that is news. Returns 1 if
 * that waits to become the newest version, 0 if all is done, or -errno. What is to be
 * durable later can only be a copy: -EBUSY if something has to go first, or if the file
 * is so large that others would wait for it. In put.c.
 */
IW_MUST_CHECK int iw_put_prepare(struct iw_putting *putting,
				 const struct iw_place *place);

/* Of a symbolic link, likewise. In put-link.c. */
IW_MUST_CHECK int iw_put_link(struct iw_putting *putting, const struct iw_origin *origin);

static inline bool iw_put_is_same_time(const struct timespec *one,
				       const struct timespec *other)
{
	return one->tv_sec == other->tv_sec && one->tv_nsec == other->tv_nsec;
}

/* Gives up a copy that waits. */
void iw_put_drop(struct iw_putting *putting);

/* Tells that it is stored, if it is news. */
void iw_put_tell_stored(const struct iw_putting *putting);

/* The time of a version that is stored now, later than *last. */
int64_t iw_rotate_now(int64_t last_ns);

/*
 * Makes the newest version, name in the directory current_fd, an older one too.
 * ret_newest gets under which time, and whether it was so before. In rotate.c, as those
 * below.
 */
IW_MUST_CHECK int iw_rotate(struct iw_putting *putting, int current_fd, const char *name,
			    struct iw_newest *ret_newest);

/*
 * The copy becomes the newest version in three steps, each of which has to be durable
 * before the next: what was the newest becomes an older one too; the time of the copy is
 * written down; the copy takes its name. Each returns 0 or -errno, and the newest version
 * is what it was (or, if the last sync failed, the new one).
 */
IW_MUST_CHECK int iw_rotate_begin(struct iw_putting *putting);
IW_MUST_CHECK int iw_rotate_date(struct iw_putting *putting);
IW_MUST_CHECK int iw_rotate_end(struct iw_putting *putting);

/* All three, each durable when it is done. */
IW_MUST_CHECK int iw_rotate_commit(struct iw_putting *putting);

/* Syncs the directory in which the copy took its name. */
IW_MUST_CHECK int iw_rotate_sync(struct iw_putting *putting);

/*
 * Puts a deletion of absolute with all below; nothing there is no error. Tells each. In
 * remove.c.
 */
IW_MUST_CHECK int iw_remove(struct iw_store *store, const char *absolute,
			    const struct iw_put_listener *listener);

/*
 * Likewise of what is no directory and stands where one is needed. Others may have found
 * the same in their way: if it is a directory by now, with what they have put there, it
 * stays.
 */
IW_MUST_CHECK int iw_remove_blocking(struct iw_store *store, const char *absolute,
				     const struct iw_put_listener *listener);

#endif
