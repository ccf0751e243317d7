/* SPDX-License-Identifier: MIT */
/*
 * JSON: one object a line, one line for each row; the last is about all of them, and so
 * ends each report.
 */
#include <inttypes.h>

#include "core/json.h"
#include "sink/sheet-private.h"

static int begin_object(const struct iw_sheet *sheet, const char *kind,
			struct iw_buffer *buffer)
{
	return iw_buffer_append_str(buffer, "{\"report\":\"")
		?: iw_json_append_time(buffer, sheet->now_ns)
		?: iw_buffer_printf(buffer, "\",\"kind\":\"%s\"", kind);
}

static int append_time(const char *key, int64_t time_ns, struct iw_buffer *buffer)
{
	return iw_buffer_printf(buffer, ",\"%s\":\"", key)
		?: iw_json_append_time(buffer, time_ns)
		?: iw_buffer_append_char(buffer, '"');
}

static int append_events(const struct iw_tally_counts *counts, struct iw_buffer *buffer)
{
	const char *separator = "";
	int r = iw_buffer_append_str(buffer, ",\"events\":{");

	for (size_t i = 0; i < IW_TALLY_EVENTS && r == 0; i++) {
		if (counts->events[i] == 0)
			continue;
		r = iw_buffer_printf(buffer, "%s\"%s\":%" PRIu64, separator,
				     iw_event_word((enum iw_event)i), counts->events[i]);
		separator = ",";
	}
	return r ?: iw_buffer_append_char(buffer, '}');
}

/* The rest of the object, up to its end. */
static int append_counts(const struct iw_tally_counts *counts, struct iw_buffer *buffer)
{
	int r = iw_buffer_printf(buffer, ",\"total\":%" PRIu64, counts->total);

	if (r == 0 && counts->total)
		r = append_time("first", counts->first_ns, buffer)
			    ?: append_time("last", counts->last_ns, buffer);
	return r ?: append_events(counts, buffer) ?: iw_buffer_append_str(buffer, "}\n");
}

static int append_row(const struct iw_sheet *sheet, const struct iw_tally_row *row,
		      struct iw_buffer *buffer)
{
	int r = begin_object(sheet, "path", buffer)
		?: iw_buffer_append_str(buffer, ",\"path\":")
		?: iw_json_append_bytes(buffer, ",\"path_b64\":\"", row->key,
					row->key_len);

	if (r == 0 && row->missed)
		r = iw_buffer_printf(buffer, ",\"missed\":%" PRIu64, row->missed);
	return r ?: append_counts(&row->counts, buffer);
}

int iw_sheet_append_json(const struct iw_sheet *sheet, const struct iw_sheet_rows *rows,
			 struct iw_buffer *buffer)
{
	int r = 0;

	for (size_t i = 0; i < rows->len && r == 0; i++)
		r = append_row(sheet, rows->rows[i], buffer);
	if (r == 0 && rows->rest.total)
		r = begin_object(sheet, "other", buffer)
			    ?: append_counts(&rows->rest, buffer);
	return r ?: begin_object(sheet, "all", buffer)
	       ?: append_time("since", sheet->since_ns, buffer)
	       ?: iw_buffer_printf(buffer, ",\"by\":\"%s\",\"overflows\":%" PRIu64,
				   sheet->by, sheet->overflows)
	       ?: append_counts(&rows->all, buffer);
}
