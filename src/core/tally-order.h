/* SPDX-License-Identifier: MIT */
/*
 * In which order the rows of a tally are shown: by any column, both ways.
 * The lists that are made belong to the caller; their rows are the tally's.
 * It never changes a tally, and never leaves two rows in the order of chance.
 */
#ifndef IW_CORE_TALLY_ORDER_H
#define IW_CORE_TALLY_ORDER_H

#include "core/tally.h"

/* A column: one of enum iw_event below IW_TALLY_EVENTS, or of these. */
enum iw_tally_column {
	IW_TALLY_TOTAL = IW_TALLY_EVENTS,
	IW_TALLY_FIRST,
	IW_TALLY_LAST,
	IW_TALLY_MISSED,
	IW_TALLY_PATH,
};

struct iw_tally_order {
	int column; /* enum iw_event or enum iw_tally_column */
	bool is_descending;
};

/*
 * Reads COLUMN, COLUMN:asc or COLUMN:desc. COLUMN is a word of the stream, also as -e
 * has it (moved_to), or total, first, last, missed, path; numbers and last begin with the
 * largest unless told otherwise, path and first with the smallest. Returns 0 or -EINVAL.
 */
IW_MUST_CHECK int iw_tally_order_parse(const char *text,
				       struct iw_tally_order *ret_order);

/* All rows in that order, equal ones by key; the list is to be freed. An empty tally
 * gives a list of none, which may be NULL. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_tally_sort(const struct iw_tally *tally,
				const struct iw_tally_order *order,
				const struct iw_tally_row ***ret_rows);

#endif
