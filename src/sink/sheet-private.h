/* SPDX-License-Identifier: MIT */
/*
 * What the kinds of sheets share: the rows in their order, and the sums.
 * The rows belong to whoever makes them, in sheet.c.
 * Nothing outside of src/sink/sheet*.c includes it.
 */
#ifndef IW_SINK_SHEET_PRIVATE_H
#define IW_SINK_SHEET_PRIVATE_H

#include "sink/sheet.h"

struct iw_sheet_rows {
	const struct iw_tally_row **rows; /* all of them */
	size_t len;                       /* of those that are shown */
	struct iw_tally_counts rest;      /* of those that are not */
	struct iw_tally_counts all;
};

/* How each kind is appended; returns 0 or -ENOMEM, after which a part may be there. */
typedef int iw_sheet_fn(const struct iw_sheet *sheet, const struct iw_sheet_rows *rows,
			struct iw_buffer *buffer);

iw_sheet_fn iw_sheet_append_table;
iw_sheet_fn iw_sheet_append_csv;
iw_sheet_fn iw_sheet_append_json;
iw_sheet_fn iw_sheet_append_watches;

#endif
