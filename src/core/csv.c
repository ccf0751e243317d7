/* SPDX-License-Identifier: MIT */
#include "core/csv.h"

#include "core/text.h"

static bool needs_quotes(const char *bytes, size_t len)
{
	if (len == 0)
		return false;
	if (bytes[0] == ' ' || bytes[len - 1] == ' ')
		return true;
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '"' || bytes[i] == ',' || bytes[i] == '\n' ||
		    bytes[i] == '\r')
			return true;
	}
	return false;
}

/* Quotes what the buffer holds from start on, if it must be: no field is copied twice. */
static int quote_field(struct iw_buffer *buffer, size_t start)
{
	const size_t len = buffer->len - start;
	size_t quotes = 2;

	if (len == 0 || !needs_quotes(buffer->data + start, len))
		return 0;
	for (size_t i = 0; i < len; i++)
		quotes += buffer->data[start + i] == '"';
	int r = iw_buffer_reserve(buffer, quotes);
	if (r < 0)
		return r;

	/* Backwards, so that no byte is overwritten before it has moved. */
	char *field = buffer->data + start;
	char *to = field + len + quotes;
	*--to = '"';
	for (size_t i = len; i > 0; i--) {
		*--to = field[i - 1];
		if (*to == '"')
			*--to = '"';
	}
	*--to = '"';
	buffer->len += quotes;
	return 0;
}

int iw_csv_append_field(struct iw_buffer *buffer, const char *bytes, size_t len,
			bool escape)
{
	const size_t start = buffer->len;
	int r = escape ? iw_text_append_escaped(buffer, bytes, len)
		       : iw_buffer_append(buffer, bytes, len);

	r = r ?: quote_field(buffer, start);
	if (r < 0)
		buffer->len = start;
	return r;
}

static int append_events(struct iw_buffer *buffer, const struct iw_event_names *names,
			 const struct iw_record *record)
{
	const char separator = names->separator;
	const struct iw_spelled_events *spelled = iw_event_names_find(names, record);
	const size_t start = buffer->len;
	int r = iw_buffer_reserve(buffer, sizeof(spelled->text));

	if (r == 0 && spelled)
		iw_event_names_put(buffer, spelled);
	else if (r == 0)
		r = iw_event_names_append(buffer, record, separator);
	return r ?: quote_field(buffer, start);
}

int iw_csv_append(const struct iw_record *record, const struct iw_event_names *names,
		  bool escape, struct iw_buffer *buffer)
{
	const size_t start = buffer->len;
	struct iw_path path = record->path;

	if (record->event == IW_OVERFLOW)
		path = (struct iw_path){.bytes = ""};
	else if (iw_event_is_control(record->event))
		return 0;

	const size_t watched_len = path.len - path.name_len;
	int r = iw_csv_append_field(buffer, path.bytes, watched_len, escape)
		?: iw_buffer_append_char(buffer, ',')
		?: append_events(buffer, names, record)
		?: iw_buffer_append_char(buffer, ',')
		?: iw_csv_append_field(buffer, path.bytes + watched_len, path.name_len, escape);
	if (r < 0)
		buffer->len = start;
	return r;
}
