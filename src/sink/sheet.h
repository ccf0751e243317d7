/* SPDX-License-Identifier: MIT */
/*
 * A tally on a sheet of paper: as a table for people, as CSV, as JSON.
 * All that it shows is borrowed from the caller, and appended to the caller's buffer.
 * It never leaves anything out unsaid: what has no row of its own is in the one for all
 * others, so that the numbers of each column add up, and what was lost is told.
 */
#ifndef IW_SINK_SHEET_H
#define IW_SINK_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "core/format.h"
#include "core/tally-order.h"

enum iw_sheet_kind { IW_SHEET_TABLE, IW_SHEET_CSV, IW_SHEET_JSON, IW_SHEET_WATCHES };

struct iw_sheet {
	enum iw_sheet_kind kind;
	const struct iw_tally *tally;
	struct iw_tally_order order;
	size_t top;       /* so many rows; 0: all */
	const char *by;   /* what a row stands for: "dir", "file" or "root" */
	int64_t since_ns; /* since 1970, UTC: when counting began, and now */
	int64_t now_ns;
	uint64_t overflows;
	bool is_first; /* of its output */
	bool escape;   /* CSV goes to a terminal; a table is made harmless anyway */
	struct iw_time_printer
		time;   /* of the table: a fixed width is IW_SHEET_TIME_LEN */
	uint32_t mask;  /* of watches: which columns there are */
	bool has_zeros; /* of watches: columns and rows of zeros too */
};

/* How long a time of the table is, in bytes. */
enum { IW_SHEET_TIME_LEN = 19 };

/*
 * Appends the sheet; each line ends in a newline. Without any event, IW_SHEET_WATCHES
 * appends nothing, and the others say that there was none.
 * Returns 0 or -ENOMEM (buffer as before).
 */
IW_MUST_CHECK int iw_sheet_append(const struct iw_sheet *sheet, struct iw_buffer *buffer);

#endif
