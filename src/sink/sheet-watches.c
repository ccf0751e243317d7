/* SPDX-License-Identifier: MIT */
/*
 * The table of inotifywatch: one row for each watch, columns as wide as their names, in
 * the order that its users' scripts know.
 */
#include <inttypes.h>
#include <string.h>
#include <sys/inotify.h>

#include "core/text.h"
#include "sink/sheet-private.h"

static const struct {
	const char *name;
	uint32_t bit;
	enum iw_event event;
} columns[] = {
	{"access", IN_ACCESS, IW_ACCESS},
	{"modify", IN_MODIFY, IW_MODIFY},
	{"attrib", IN_ATTRIB, IW_ATTRIB},
	{"close_write", IN_CLOSE_WRITE, IW_CLOSE_WRITE},
	{"close_nowrite", IN_CLOSE_NOWRITE, IW_CLOSE_NOWRITE},
	{"open", IN_OPEN, IW_OPEN},
	{"moved_from", IN_MOVED_FROM, IW_MOVED_OUT},
	{"moved_to", IN_MOVED_TO, IW_MOVED_IN},
	{"move_self", IN_MOVE_SELF, IW_MOVE_SELF},
	{"create", IN_CREATE, IW_CREATE},
	{"delete", IN_DELETE, IW_DELETE},
	{"delete_self", IN_DELETE_SELF, IW_DELETE_SELF},
	{"unmount", IN_UNMOUNT, IW_UNMOUNT},
};

/* Whether a column is shown. */
static bool has_column(const struct iw_sheet *sheet, const struct iw_sheet_rows *rows,
		       size_t at)
{
	return sheet->mask & columns[at].bit &&
	       (sheet->has_zeros || rows->all.events[columns[at].event]);
}

static int append_head(const struct iw_sheet *sheet, const struct iw_sheet_rows *rows,
		       struct iw_buffer *buffer)
{
	int r = iw_buffer_append_str(buffer, "total  ");

	for (size_t i = 0; i < IW_ARRAY_LEN(columns) && r == 0; i++) {
		if (has_column(sheet, rows, i))
			r = iw_buffer_printf(buffer, "%s  ", columns[i].name);
	}
	return r ?: iw_buffer_append_str(buffer, "filename\n");
}

static int append_row(const struct iw_sheet *sheet, const struct iw_sheet_rows *rows,
		      const struct iw_tally_row *row, struct iw_buffer *buffer)
{
	int r = iw_buffer_printf(buffer, "%-5" PRIu64 "  ", row->counts.total);

	for (size_t i = 0; i < IW_ARRAY_LEN(columns) && r == 0; i++) {
		if (has_column(sheet, rows, i))
			r = iw_buffer_printf(buffer, "%-*" PRIu64 "  ",
					     (int)strlen(columns[i].name),
					     row->counts.events[columns[i].event]);
	}
	if (r == 0)
		r = sheet->escape ? iw_text_append_escaped(buffer, row->key, row->key_len)
				  : iw_buffer_append(buffer, row->key, row->key_len);
	return r ?: iw_buffer_append_char(buffer, '\n');
}

int iw_sheet_append_watches(const struct iw_sheet *sheet,
			    const struct iw_sheet_rows *rows, struct iw_buffer *buffer)
{
	if (rows->all.total == 0)
		return 0;
	int r = append_head(sheet, rows, buffer);
	for (size_t i = 0; i < rows->len && r == 0; i++) {
		if (sheet->has_zeros || rows->rows[i]->counts.total)
			r = append_row(sheet, rows, rows->rows[i], buffer);
	}
	return r;
}
