/* SPDX-License-Identifier: MIT */
/*
 * What the options of --stats set, as rows of the table of options call it.
 * The values go into the options, which belong to the caller.
 * It never counts.
 */
#ifndef IW_CLI_STATS_OPTIONS_H
#define IW_CLI_STATS_OPTIONS_H

#include "cli/option-table.h"

/* What they are before any of them was given. */
void iw_stats_options_init(struct iw_stats_options *stats);

/* Whether the options go together. Returns 0, -EINVAL with a line in error, or -ENOMEM.
 */
IW_MUST_CHECK int iw_stats_options_check(const struct iw_options *options,
					 struct iw_buffer *error);

/* The words of --by. */
extern const char *const iw_stats_by_words[];

iw_option_fn iw_stats_set_on;
iw_option_fn iw_stats_set_by;
iw_option_fn iw_stats_set_sort;
iw_option_fn iw_stats_set_top;
iw_option_fn iw_stats_set_limit;
iw_option_fn iw_stats_set_every;

#endif
