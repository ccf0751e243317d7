/* SPDX-License-Identifier: MIT */
#include "cli/help.h"

#include <ctype.h>
#include <stdio.h>

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

int iw_help_append(const struct iw_personality *personality, struct iw_buffer *buffer)
{
	int r = iw_buffer_append_str(buffer, personality->help_begin);

	for (size_t i = 0; i < *personality->options_len && r == 0; i++)
		r = append_option(&personality->options[i], buffer);
	if (r == 0)
		r = iw_buffer_append_str(buffer, "\nEvents of -e:\n");
	for (size_t i = 0; i < iw_mask_names_len && r == 0; i++) {
		if (iw_mask_names[i].uses & (IW_MASK_EVENT | IW_MASK_GROUP))
			r = append_event(&iw_mask_names[i], buffer);
	}
	return r == 0 ? iw_buffer_append_str(buffer, personality->help_end) : r;
}

int iw_help_append_version(const struct iw_personality *personality IW_UNUSED,
			   struct iw_buffer *buffer)
{
	return iw_buffer_append_str(buffer, PACKAGE_STRING "\n");
}
