/* SPDX-License-Identifier: MIT */
/*
 * When the newest version of a file was stored, and what it was made from: the time below
 * .inowatch/newest/ (layout.h says how), the source's change time and inode on the stored
 * file.
 * Nothing is owned; the store stays the caller's.
 * It never trusts a time that an interrupted run left: what is also an older version is
 * as old as that.
 */
#ifndef IW_SINK_STORE_NEWEST_H
#define IW_SINK_STORE_NEWEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/attributes.h"
#include "sink/store/spot.h"
#include "sink/store/store.h"

/* What a path's newest version is known by. */
struct iw_newest {
	int64_t time_ns; /* when it was stored; without one, when there was the last */
	bool has_twin;   /* it is an older version as well: a run was interrupted */
};

/*
 * Finds out when the newest version was stored, whose status is *current; NULL: there is
 * none, and the time of the last older version or deletion is given, or INT64_MIN.
 * Returns 0 or -errno.
 */
IW_MUST_CHECK int iw_newest_find(struct iw_store *store, const struct iw_spot *spot,
				 const struct stat *current,
				 struct iw_newest *ret_newest);

/* Writes the time down. Returns 0 or -errno. */
IW_MUST_CHECK int iw_newest_write(struct iw_store *store, const struct iw_spot *spot,
				  int64_t time_ns, enum iw_durable_when when);

/* Forgets it: there is no newest version any more. Returns 0 or -errno. */
IW_MUST_CHECK int iw_newest_forget(struct iw_store *store, const struct iw_spot *spot);

/*
 * Notes on a stored file which change time and inode the source had: a directory that
 * takes another's place changes neither of the files in it. Returns 0, or -errno:
 * -EOPNOTSUPP where there are no such attributes.
 */
IW_MUST_CHECK int iw_newest_put_source(int fd, const struct stat *source);

/* Whether it was made from a source that is as *source tells. Returns 1, 0, -ENODATA if
 * nothing is noted, or -errno. */
IW_MUST_CHECK int iw_newest_is_from(int fd, const struct stat *source);

#endif
