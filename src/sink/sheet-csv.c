/* SPDX-License-Identifier: MIT */
/*
 * Comma-separated values: one line of names, then the same columns in each line, whatever
 * has happened.
 */
#include <inttypes.h>

#include "core/csv.h"
#include "core/json.h"
#include "sink/sheet-private.h"

static int append_head(struct iw_buffer *buffer)
{
	int r = iw_buffer_append_str(buffer, "report,kind,path,total,first,last,missed");

	for (int i = 0; i < IW_TALLY_EVENTS && r == 0; i++)
		r = iw_buffer_append_char(buffer, ',')
			    ?: iw_buffer_append_str(buffer,
						    iw_event_word((enum iw_event)i));
	return r ?: iw_buffer_append_char(buffer, '\n');
}

/* When the report was made, and what the line is about. */
static int begin_line(const struct iw_sheet *sheet, const char *kind,
		      struct iw_buffer *buffer)
{
	return iw_json_append_time(buffer, sheet->now_ns)
		       ?: iw_buffer_printf(buffer, ",%s,", kind);
}

static int append_numbers(const struct iw_tally_counts *counts, uint64_t missed,
			  struct iw_buffer *buffer)
{
	int r = iw_buffer_printf(buffer, ",%" PRIu64, missed);

	for (size_t i = 0; i < IW_TALLY_EVENTS && r == 0; i++)
		r = iw_buffer_printf(buffer, ",%" PRIu64, counts->events[i]);
	return r ?: iw_buffer_append_char(buffer, '\n');
}

static int append_counts(const struct iw_tally_counts *counts, uint64_t missed,
			 struct iw_buffer *buffer)
{
	int r = iw_buffer_printf(buffer, ",%" PRIu64 ",", counts->total);

	if (r == 0 && counts->total)
		r = iw_json_append_time(buffer, counts->first_ns)
			?: iw_buffer_append_char(buffer, ',')
			?: iw_json_append_time(buffer, counts->last_ns);
	else if (r == 0)
		r = iw_buffer_append_char(buffer, ',');
	return r ?: append_numbers(counts, missed, buffer);
}

/* How often the kernel has lost events: nobody knows how many, when, or where. */
static int append_overflows(const struct iw_sheet *sheet, struct iw_buffer *buffer)
{
	const struct iw_tally_counts nothing = {0};

	return begin_line(sheet, "overflows", buffer)
		?: iw_buffer_printf(buffer, ",%" PRIu64 ",,", sheet->overflows)
		?: append_numbers(&nothing, 0, buffer);
}

int iw_sheet_append_csv(const struct iw_sheet *sheet, const struct iw_sheet_rows *rows,
			struct iw_buffer *buffer)
{
	int r = sheet->is_first ? append_head(buffer) : 0;

	for (size_t i = 0; i < rows->len && r == 0; i++) {
		const struct iw_tally_row *row = rows->rows[i];

		r = begin_line(sheet, "path", buffer)
			?: iw_csv_append_field(buffer, row->key, row->key_len,
					       sheet->escape)
			?: append_counts(&row->counts, row->missed, buffer);
	}
	if (r == 0 && rows->rest.total)
		r = begin_line(sheet, "other", buffer)
			    ?: append_counts(&rows->rest, 0, buffer);
	return r ?: begin_line(sheet, "all", buffer)
	       ?: append_counts(&rows->all, 0, buffer)
	       ?: append_overflows(sheet, buffer);
}
