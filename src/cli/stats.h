/* SPDX-License-Identifier: MIT */
/*
 * Counting instead of telling: which row a record belongs to, and the sheet of them all.
 * The counts are owned here; the options are the caller's and outlive them.
 * It never counts what did not happen: what is listed again after an overflow is not
 * news, nor is what is there at the start.
 */
#ifndef IW_CLI_STATS_H
#define IW_CLI_STATS_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "cli/options.h"
#include "core/record.h"

struct iw_stats;

/* Counting begins now; the filter is the watcher's, and outlives it. Returns 0 or
 * -ENOMEM. */
IW_MUST_CHECK int iw_stats_new(const struct iw_options *options,
			       const struct iw_filter *filter,
			       struct iw_stats **ret_stats);
void iw_stats_free(struct iw_stats *stats);

/* The events to ask the watcher for, where the user has asked for these (never 0). */
uint32_t iw_stats_mask(const struct iw_options *options, uint32_t asked);

/* Takes any record. Returns 1 if it was counted, 0 if not, or -ENOMEM. */
IW_MUST_CHECK int iw_stats_take(struct iw_stats *stats, const struct iw_record *record);

/*
 * Appends what was counted so far; escape: it goes to a terminal. Returns 1, 0 if there
 * was nothing to append, or -ENOMEM.
 */
IW_MUST_CHECK int iw_stats_report(struct iw_stats *stats, bool escape,
				  struct iw_buffer *buffer);

/* What is appended next begins an output. */
void iw_stats_begin_output(struct iw_stats *stats);

#endif
