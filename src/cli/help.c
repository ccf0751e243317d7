/* SPDX-License-Identifier: MIT */
#include "cli/help.h"

#include <ctype.h>
#include <stdio.h>

#include "cli/option-table.h"
#include "core/mask.h"

enum { OPTION_COLUMN = 26, EVENT_COLUMN = 18 };

static int append_option(const struct iw_option *row, struct iw_buffer *buffer)
{
	char left[64];
	int r = 0;

	if (row->group)
		r = iw_buffer_printf(buffer, "\n%s:\n", row->group);
	if (r < 0)
		return r;
	snprintf(left, sizeof(left), "%c%c%c --%s%s%s", row->short_name ? '-' : ' ',
		 row->short_name ? row->short_name : ' ', row->short_name ? ',' : ' ',
		 row->long_name, row->argument ? " " : "",
		 row->argument ? row->argument : "");
	return iw_buffer_printf(buffer, "  %-*s %s\n", OPTION_COLUMN, left, row->help);
}

static int append_event(const struct iw_mask_name *entry, struct iw_buffer *buffer)
{
	char name[32] = "";

	for (size_t i = 0; entry->name[i] && i + 1 < sizeof(name); i++)
		name[i] = (char)tolower((unsigned char)entry->name[i]);
	return iw_buffer_printf(buffer, "  %-*s %s\n", EVENT_COLUMN, name,
				entry->meaning);
}

int iw_help_append(struct iw_buffer *buffer)
{
	int r = iw_buffer_append_str(
		buffer,
		"Usage: inowatch [OPTION]... PATH... [-- COMMAND [ARG]...]\n"
		"Tells what happens to files, as it happens, until it is told to stop; "
		"or runs\nCOMMAND on changes: {} in its arguments is the path (one run "
		"for each), {+} all.\n"
		"@PATH leaves a directory out; a PATH that begins with - or @ is "
		"written ./-x.\n");

	for (size_t i = 0; i < iw_option_table_len && r == 0; i++)
		r = append_option(&iw_option_table[i], buffer);
	if (r == 0)
		r = iw_buffer_append_str(buffer, "\nEvents of -e:\n");
	for (size_t i = 0; i < iw_mask_names_len && r == 0; i++) {
		if (iw_mask_names[i].uses & (IW_MASK_EVENT | IW_MASK_GROUP))
			r = append_event(&iw_mask_names[i], buffer);
	}
	if (r == 0)
		r = iw_buffer_append_str(
			buffer,
			"\nExit status: 0 done; 1 error, or nothing could be watched; 2 "
			"timeout; "
			"3 --strict;\n4 output could not be written; "
			"5 something was not stored, not restored, or is damaged;\n"
			"otherwise the signal that ended it.\nWith -n or --exit-on-error "
			"the status of "
			"COMMAND; 127 if there is no such command.\nTIME: 10, 1.5, "
			"500ms, 2m, 1h. SIZE: 65536, 64k, 64M. "
			"The manual: man inowatch.\n");
	return r;
}

int iw_help_append_version(struct iw_buffer *buffer)
{
	return iw_buffer_append_str(buffer, PACKAGE_STRING "\n");
}
