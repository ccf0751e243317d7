/* SPDX-License-Identifier: MIT */
#include "sink/print.h"

#include <errno.h>

#include "core/csv.h"
#include "core/json.h"

struct iw_print {
	struct iw_print_config config;
	struct iw_style style;
	struct iw_format *format;
	struct iw_event_names names; /* of CSV */
};

static int append_text(const struct iw_print *print, const struct iw_record *record,
		       struct iw_buffer *buffer)
{
	return iw_format_append(print->format, record, &print->style, &print->config.time,
				buffer);
}

static int append_csv(const struct iw_print *print, const struct iw_record *record,
		      struct iw_buffer *buffer)
{
	return iw_csv_append(record, &print->names, print->style.escape, buffer);
}

static int append_json(const struct iw_print *print IW_UNUSED,
		       const struct iw_record *record, struct iw_buffer *buffer)
{
	return iw_json_append(record, buffer);
}

/* A new format is one function and one line here. */
static const struct {
	int (*append)(const struct iw_print *print, const struct iw_record *record,
		      struct iw_buffer *buffer);
	bool tells_control; /* resync, synced, lost, ready; overflow is told by all */
} formats[] = {
	[IW_PRINT_TEXT] = {append_text, false},
	[IW_PRINT_CSV] = {append_csv, false},
	[IW_PRINT_JSON] = {append_json, true},
};

int iw_print_new(const struct iw_print_config *config, struct iw_print **ret_print)
{
	const char *format = config->format ? config->format : IW_FORMAT_DEFAULT;
	const size_t len = config->format ? config->format_len : strlen(format);
	struct iw_print *print = calloc(1, sizeof(*print));

	if (!print)
		return -ENOMEM;
	print->config = *config;
	int r = iw_format_new(format, len, &print->format);
	if (r == 0 && config->kind == IW_PRINT_CSV)
		r = iw_event_names_init(&print->names, ',');
	if (r < 0) {
		iw_print_free(print);
		return r;
	}
	*ret_print = print;
	return 0;
}

void iw_print_free(struct iw_print *print)
{
	if (!print)
		return;
	iw_format_free(print->format);
	free(print);
}

void iw_print_set_style(struct iw_print *print, struct iw_style style)
{
	print->style = style;
}

bool iw_print_tells(const struct iw_print *print, enum iw_event event)
{
	return event == IW_OVERFLOW || !iw_event_is_control(event) ||
	       formats[print->config.kind].tells_control;
}

int iw_print_append(const struct iw_print *print, const struct iw_record *record,
		    struct iw_buffer *buffer)
{
	const struct iw_print_config *config = &print->config;
	const size_t start = buffer->len;

	int r = formats[config->kind].append(print, record, buffer);
	if (r == 0)
		r = iw_buffer_append(buffer, config->terminator, config->terminator_len);
	if (r < 0)
		buffer->len = start;
	return r;
}
