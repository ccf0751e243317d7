/* SPDX-License-Identifier: MIT */
/* Room for a record is made once, before its pieces are put there: the longest must fit.
 */
#include "core/format.h"

#include <sys/inotify.h>

#include "text_support.h"

enum { LONG_LEN = 4096 };

/* Each alone, so that none can use the room of another; %T makes its own. */
static const char *const templates[] = {"%w", "%f", "%o", "%e", "%e%:e", "%c", "%n%%%y"};

/* As often as a template can hold it. */
static struct iw_format *make_longest_format(const char *directives)
{
	IW_AUTO_BUFFER struct iw_buffer template = IW_BUFFER_INIT;
	struct iw_format *format;

	while (template.len + strlen(directives) <= IW_FORMAT_MAX_LEN)
		assert_int_equal(iw_buffer_append_str(&template, directives), 0);
	assert_int_equal(iw_format_new(template.data, template.len, &format), 0);
	return format;
}

/* Every byte becomes an escape, every piece has a colour, every event a name. */
static struct iw_record make_longest_record(const char *bytes, size_t name_len)
{
	return (struct iw_record){
		.event = IW_MODIFY,
		.mask = IN_ALL_EVENTS | IN_ISDIR,
		.cookie = UINT32_MAX,
		.time_ns = INT64_MAX,
		.path = {bytes, LONG_LEN, name_len, 1},
		.from = {bytes, LONG_LEN, 1, 1},
	};
}

static void assert_fits(const struct iw_record *record, const struct iw_style *style)
{
	for (size_t i = 0; i < IW_ARRAY_LEN(templates); i++) {
		IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
		struct iw_format *format = make_longest_format(templates[i]);

		assert_int_equal(iw_format_append(format, record, style, NULL, &buffer),
				 0);
		assert_in_range(buffer.len, 1, buffer.cap);
		iw_format_free(format);
	}
}

static void the_longest_fits(void **state IW_UNUSED)
{
	char bytes[LONG_LEN];

	memset(bytes, '\033', sizeof(bytes));
	for (unsigned i = 0; i < 8; i++) {
		const struct iw_style style = {.escape = i & 1, .color = i & 2};
		struct iw_record record =
			make_longest_record(bytes, i & 4 ? LONG_LEN - 1 : 1);

		assert_fits(&record, &style);
		record.mask = IN_CLOSE_NOWRITE | IN_ISDIR;
		assert_fits(&record, &style);
		record.event = IW_MOVE;
		assert_fits(&record, &style);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
