/* SPDX-License-Identifier: MIT */
/*
 * Walks over a PATH and what a store has of it, side by side, and tells where they
 * differ: what is new, changed or gone. The comparison owns its list of directories that
 * are still to be looked at; the store, the filter and the texts of its configuration
 * stay the caller's and outlive it. It never reads a file and never changes the store; a
 * difference is a reason to look again (iw_put), no more.
 */
#ifndef IW_SINK_STORE_COMPARE_H
#define IW_SINK_STORE_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "core/filter.h"
#include "sink/store/store.h"

struct iw_compare;

/* Something that differs, or that could not be looked at. All is valid during the call.
 */
struct iw_difference {
	const char *below; /* the PATH itself: "" */
	uint64_t len;      /* bytes that are there now */
	int error;         /* a positive errno: could not be looked at; else 0 */
	bool is_gone;      /* it was not there */
};

/* Returns 0, or a negative errno that ends the step. */
typedef int iw_compare_fn(void *context, const struct iw_difference *difference);

struct iw_compare_config {
	struct iw_store *store;
	const struct iw_filter *filter; /* NULL: all is stored */
	const char *root;               /* PATH as it was given */
	const char *absolute;           /* what it is in the store */
	bool is_link_kept;              /* -P */
	bool is_one_file_system;
	bool is_flat;       /* what is directly below, no deeper */
	unsigned max_depth; /* 0: no limit */
	iw_compare_fn *differs;
	void *context;
};

/* Begins at what lies below the PATH; "" is the PATH itself. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_compare_new(const struct iw_compare_config *config,
				 const char *below, struct iw_compare **ret_compare);
void iw_compare_free(struct iw_compare *compare);

/*
 * Looks at one directory. Returns 1 if there are more, 0 at the end, -ENOMEM, or what the
 * function returned.
 */
IW_MUST_CHECK int iw_compare_step(struct iw_compare *compare);

#endif
