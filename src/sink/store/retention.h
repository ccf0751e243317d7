/* SPDX-License-Identifier: MIT */
/*
 * Retention: which of a file's versions the rules of --keep… let go.
 * Nothing is owned; versions and answers lie in the caller's arrays.
 * It never lets go what one rule wants, nor a file's newest version, and deletes nothing.
 */
#ifndef IW_SINK_STORE_RETENTION_H
#define IW_SINK_STORE_RETENTION_H

#include "sink/store/layout.h"

/* 0: that rule is not given. With none given everything stays. */
struct iw_retention {
	uint64_t keep;       /* the newest ones, the newest of all among them */
	int64_t keep_for_ns; /* since another took its place, or the file was deleted */
	uint64_t daily;      /* the last of each of so many days that have one */
	uint64_t weekly;     /* weeks begin on Monday */
	uint64_t monthly;
};

/* When and where it is asked: days begin at local midnight. */
struct iw_retention_moment {
	int64_t now_ns;        /* since 1970, UTC */
	int64_t utc_offset_ns; /* local time less UTC */
};

/*
 * Says for each version whether it goes. versions has all of one file, the newest too,
 * sorted by time; a deletion counts for no rule. It goes when no version remains between
 * it and the deletion before it, or the beginning: it says nothing then.
 */
void iw_retention_choose(const struct iw_retention *rules,
			 const struct iw_retention_moment *moment,
			 const struct iw_layout_version *versions, size_t versions_len,
			 bool *ret_goes);

#endif
