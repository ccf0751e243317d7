/* SPDX-License-Identifier: MIT */
/*
 * Checks a store: whether everything in it is where and what it should be.
 * The caller keeps the store's descriptor; reports are borrowed until it returns.
 * It never mends anything, and never calls whole what it could not compare.
 */
#ifndef IW_SINK_STORE_CHECK_H
#define IW_SINK_STORE_CHECK_H

#include "sink/store/catalog.h"

struct iw_check_config {
	int store_fd;
	bool is_verified; /* compare content with the checksums too */
	void (*told)(void *context, const struct iw_catalog_problem *problem);
	void *context;
};

struct iw_check_counts {
	uint64_t files;    /* that have a version */
	uint64_t versions; /* the newest ones too */
	uint64_t problems;
	uint64_t verified;  /* versions whose content is what was stored */
	uint64_t unchecked; /* versions without a checksum: symbolic links among them */
};

/* Returns 0 also if there are problems, all told and counted; -ENOMEM, or -errno if the
 * store cannot be read at all. */
IW_MUST_CHECK int iw_check(const struct iw_check_config *config,
			   struct iw_check_counts *ret_counts);

#endif
