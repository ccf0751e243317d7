/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "../unit/harmful_text.h"
#include "core/csv.h"
#include "core/format.h"
#include "fuzz_target.h"

/* Input: event, style, 4 bytes of mask, lengths of the template and of %w; then text. */
enum { HEADER_LEN = 8, STYLE_ESCAPE = 1, STYLE_COLOR = 2 };

static int append_time(void *context IW_UNUSED, int64_t time_ns, struct iw_buffer *buffer)
{
	return iw_buffer_printf(buffer, "%lld", (long long)time_ns);
}

static const struct iw_time_printer printer = {append_time, NULL};

static void print(const char *template, size_t len, const struct iw_record *record,
		  const struct iw_style *style, struct iw_buffer *buffer)
{
	struct iw_format *format;

	int r = iw_format_new(template, len, &format);
	CHECK(r == (len > IW_FORMAT_MAX_LEN ? -E2BIG : 0));
	if (r < 0)
		return;
	CHECK(iw_format_append(format, record, style, &printer, buffer) == 0);
	iw_format_free(format);
}

static void check_names(const struct iw_record *record)
{
	const struct iw_style raw = {0}, escaped = {.escape = true};
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	struct iw_event_names names;

	print("%w%f", 4, record, &raw, &buffer);
	if (!iw_event_is_control(record->event)) {
		CHECK(buffer.len == record->path.len);
		CHECK(buffer.len == 0 ||
		      memcmp(buffer.data, record->path.bytes, buffer.len) == 0);
	} else {
		CHECK(buffer.len == 0);
	}
	iw_buffer_clear(&buffer);
	print("%w %e %f %o", 11, record, &escaped, &buffer);
	CHECK(find_harm(buffer.data, buffer.len) == -1);
	iw_buffer_clear(&buffer);
	CHECK(iw_event_names_init(&names, ',') == 0);
	CHECK(iw_csv_append(record, &names, true, &buffer) == 0);
	CHECK(find_harm(buffer.data, buffer.len) == -1);
	iw_buffer_clear(&buffer);
	CHECK(iw_csv_append(record, &names, false, &buffer) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	struct iw_record record = {0};

	if (size < HEADER_LEN)
		return 0;
	const struct iw_style style = {data[1] & STYLE_ESCAPE, data[1] & STYLE_COLOR};
	size_t template_len = data[6], watched_len = data[7];
	const char *text = (const char *)data + HEADER_LEN;
	const size_t text_len = size - HEADER_LEN;

	if (template_len > text_len)
		template_len = text_len;
	if (watched_len > text_len - template_len)
		watched_len = text_len - template_len;
	record.event = (enum iw_event)(data[0] % IW_EVENT_COUNT);
	memcpy(&record.mask, data + 2, sizeof(record.mask));
	record.cookie = record.mask;
	record.path.bytes = text + template_len;
	record.path.len = text_len - template_len;
	record.path.name_len = record.path.len - watched_len;
	record.from = record.path;

	print(text, template_len, &record, &style, &buffer);
	check_names(&record);
	return 0;
}
