/* SPDX-License-Identifier: MIT */
/*
 * Gathers changes until it is time to act on them: nothing happened for a while, or it
 * has gone on for long enough.
 * The gather owns the batch; who acts takes the changes out of it.
 * It never reads a clock: each call is told the time.
 */
#ifndef IW_CORE_GATHER_H
#define IW_CORE_GATHER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "core/batch.h"

struct iw_gather {
	struct iw_batch batch;
	int64_t settle_ns;   /* so long nothing may happen */
	int64_t max_wait_ns; /* counted from the first change of the batch */
	bool is_move_joined; /* a move takes over what is gathered of its old name */
	int64_t first_ns;    /* when the first change of the batch came */
	int64_t last_ns;     /* the last */
};

void iw_gather_done(struct iw_gather *gather);

/*
 * Adds what was seen at now_ns (any clock that is used for all calls). With
 * is_move_joined, what was gathered of the place that a move came from is forgotten,
 * because nothing is there any more, and where that came from by a move itself is where
 * this one comes from. Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_gather_add(struct iw_gather *gather, const struct iw_sight *sight,
				int64_t now_ns);

/* When the batch is to be acted on; -1: it is empty. */
int64_t iw_gather_deadline_ns(const struct iw_gather *gather);

#endif
