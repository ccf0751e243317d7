/* SPDX-License-Identifier: MIT */
#include "sink/sheet.h"

#include "sink/sheet-private.h"

/* A new kind is one function and one line here. */
static iw_sheet_fn *const kinds[] = {
	[IW_SHEET_TABLE] = iw_sheet_append_table,
	[IW_SHEET_CSV] = iw_sheet_append_csv,
	[IW_SHEET_JSON] = iw_sheet_append_json,
	[IW_SHEET_WATCHES] = iw_sheet_append_watches,
};

/* What is not shown is with those that have no row any more. */
static int arrange(const struct iw_sheet *sheet, struct iw_sheet_rows *rows)
{
	const size_t len = iw_tally_len(sheet->tally);

	int r = iw_tally_sort(sheet->tally, &sheet->order, &rows->rows);
	if (r < 0)
		return r;
	rows->len = sheet->top && sheet->top < len ? sheet->top : len;
	for (size_t i = 0; i < rows->len; i++)
		iw_tally_add_counts(&rows->all, &rows->rows[i]->counts);
	rows->rest = *iw_tally_others(sheet->tally);
	for (size_t i = rows->len; i < len; i++)
		iw_tally_add_counts(&rows->rest, &rows->rows[i]->counts);
	iw_tally_add_counts(&rows->all, &rows->rest);
	return 0;
}

int iw_sheet_append(const struct iw_sheet *sheet, struct iw_buffer *buffer)
{
	struct iw_sheet_rows rows = {0};
	const size_t start = buffer->len;

	int r = arrange(sheet, &rows);
	if (r == 0)
		r = kinds[sheet->kind](sheet, &rows, buffer);
	free(rows.rows);
	if (r < 0)
		buffer->len = start;
	return r;
}
