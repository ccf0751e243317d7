/* SPDX-License-Identifier: MIT */
/*
 * The table for people: numbers to the right, the path at the end, where it may be long.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "sink/sheet-private.h"

static const char gap[] = "  ";

/* A column of numbers. */
struct column {
	int width; /* 0: not shown */
	const char *name;
};

struct columns {
	struct column total;
	struct column events[IW_TALLY_EVENTS];
	struct column missed;
};

/* The sum is in the first line only, but no row has more. */
static struct column column_for(const char *name, uint64_t largest)
{
	const int width = snprintf(NULL, 0, "%" PRIu64, largest);
	const int name_len = (int)strlen(name);

	return (struct column){width > name_len ? width : name_len, name};
}

static void choose_columns(const struct iw_sheet *sheet, const struct iw_sheet_rows *rows,
			   struct columns *columns)
{
	uint64_t missed = 0;

	columns->total = column_for("total", rows->all.total);
	for (size_t i = 0; i < IW_TALLY_EVENTS; i++) {
		if (rows->all.events[i])
			columns->events[i] = column_for(iw_event_word((enum iw_event)i),
							rows->all.events[i]);
	}
	if (!iw_tally_is_full(sheet->tally))
		return;
	for (size_t i = 0; i < rows->len; i++) {
		if (rows->rows[i]->missed > missed)
			missed = rows->rows[i]->missed;
	}
	columns->missed = column_for("missed", missed);
}

static int append_number(struct iw_buffer *buffer, const struct column *column,
			 uint64_t number)
{
	if (column->width == 0)
		return 0;
	return iw_buffer_printf(buffer, "%*" PRIu64 "%s", column->width, number, gap);
}

static int append_head(const struct columns *columns, struct iw_buffer *buffer)
{
	int r = iw_buffer_printf(buffer, "%*s%s", columns->total.width,
				 columns->total.name, gap);

	for (size_t i = 0; i < IW_TALLY_EVENTS && r == 0; i++) {
		const struct column *column = &columns->events[i];

		if (column->width)
			r = iw_buffer_printf(buffer, "%*s%s", column->width, column->name,
					     gap);
	}
	if (r == 0 && columns->missed.width)
		r = iw_buffer_printf(buffer, "%*s%s", columns->missed.width,
				     columns->missed.name, gap);
	if (r == 0)
		r = iw_buffer_printf(buffer, "%-*s%s%-*s%spath\n", IW_SHEET_TIME_LEN,
				     "first", gap, IW_SHEET_TIME_LEN, "last", gap);
	return r;
}

static int append_time(const struct iw_sheet *sheet, int64_t time_ns,
		       struct iw_buffer *buffer)
{
	return sheet->time.append(sheet->time.context, time_ns, buffer);
}

/* All but the path. */
static int append_counts(const struct iw_sheet *sheet, const struct columns *columns,
			 const struct iw_tally_counts *counts, uint64_t missed,
			 struct iw_buffer *buffer)
{
	int r = append_number(buffer, &columns->total, counts->total);

	for (size_t i = 0; i < IW_TALLY_EVENTS && r == 0; i++)
		r = append_number(buffer, &columns->events[i], counts->events[i]);
	if (r == 0)
		r = append_number(buffer, &columns->missed, missed);
	return r ?: append_time(sheet, counts->first_ns, buffer)
	       ?: iw_buffer_append_str(buffer, gap)
	       ?: append_time(sheet, counts->last_ns, buffer)
	       ?: iw_buffer_append_str(buffer, gap);
}

static int append_rows(const struct iw_sheet *sheet, const struct iw_sheet_rows *rows,
		       struct iw_buffer *buffer)
{
	struct columns columns = {0};

	choose_columns(sheet, rows, &columns);
	int r = append_head(&columns, buffer);
	for (size_t i = 0; i < rows->len && r == 0; i++) {
		const struct iw_tally_row *row = rows->rows[i];

		r = append_counts(sheet, &columns, &row->counts, row->missed, buffer)
			?: iw_text_append_escaped(buffer, row->key, row->key_len)
			?: iw_buffer_append_char(buffer, '\n');
	}
	if (r == 0 && rows->rest.total)
		r = append_counts(sheet, &columns, &rows->rest, 0, buffer)
			    ?: iw_buffer_append_str(buffer, "(other)\n");
	if (r == 0 && columns.missed.width)
		r = iw_buffer_append_str(buffer, "missed: at most so many more events of "
						 "a row are in (other)\n");
	return r;
}

int iw_sheet_append_table(const struct iw_sheet *sheet, const struct iw_sheet_rows *rows,
			  struct iw_buffer *buffer)
{
	int r = iw_buffer_append_str(buffer, sheet->is_first ? "" : "\n")
		?: append_time(sheet, sheet->since_ns, buffer)
		?: iw_buffer_append_str(buffer, " to ")
		?: append_time(sheet, sheet->now_ns, buffer);

	if (r == 0 && rows->all.total)
		r = iw_buffer_printf(buffer, ": %" PRIu64 " %s\n", rows->all.total,
				     rows->all.total == 1 ? "event" : "events")
			    ?: append_rows(sheet, rows, buffer);
	else if (r == 0)
		r = iw_buffer_append_str(buffer, ": no events\n");
	if (r == 0 && sheet->overflows)
		r = iw_buffer_printf(buffer, "lost events: %" PRIu64 " %s\n",
				     sheet->overflows,
				     sheet->overflows == 1 ? "overflow" : "overflows");
	return r;
}
