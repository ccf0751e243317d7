/* SPDX-License-Identifier: MIT */
/*
 * Lets each allocation fail in turn: the output formats must then say -ENOMEM and leave
 * the buffer as it was. Linked with -Wl,--wrap=malloc,--wrap=realloc.
 */
#include <errno.h>
#include <sys/inotify.h>

#include "base/base64.h"
#include "core/csv.h"
#include "core/format.h"
#include "core/json.h"
#include "core/text.h"
#include "text_support.h"

enum { NAME_LEN = 3000, BEFORE_LEN = 6 };

void *__real_malloc(size_t size);
void *__real_realloc(void *pointer, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *pointer, size_t size);

static int allocations_left = -1; /* -1: no limit */

static bool may_allocate(void)
{
	if (allocations_left < 0)
		return true;
	return allocations_left-- > 0;
}

void *__wrap_malloc(size_t size)
{
	return may_allocate() ? __real_malloc(size) : NULL;
}

void *__wrap_realloc(void *pointer, size_t size)
{
	return may_allocate() ? __real_realloc(pointer, size) : NULL;
}

static const char *name_bytes(void)
{
	static char bytes[NAME_LEN];

	memset(bytes, 'x', sizeof(bytes));
	memset(bytes + NAME_LEN / 2, '\xff', NAME_LEN / 4);
	memset(bytes + NAME_LEN / 4, '"', NAME_LEN / 4);
	memcpy(bytes, "d/", 2);
	return bytes;
}

static struct iw_record make_record(void)
{
	const struct iw_path path = {name_bytes(), NAME_LEN, NAME_LEN - 2, 1};

	return (struct iw_record){
		.event = IW_MOVE,
		.mask = IN_MOVED_TO | IN_ISDIR,
		.wd = 1,
		.cookie = 1,
		.path = path,
		.from = path,
		.error = ENOSPC,
		.message = "message",
	};
}

static int append_time(void *context IW_UNUSED, int64_t time_ns, struct iw_buffer *buffer)
{
	return iw_json_append_time(buffer, time_ns);
}

static int make_text(struct iw_buffer *buffer)
{
	return iw_text_append_escaped(buffer, name_bytes(), NAME_LEN);
}

static int make_base64(struct iw_buffer *buffer)
{
	return iw_base64_append(buffer, name_bytes(), NAME_LEN);
}

static int make_string(struct iw_buffer *buffer)
{
	return iw_json_append_string(buffer, name_bytes(), NAME_LEN, NULL);
}

static int make_json(struct iw_buffer *buffer)
{
	const struct iw_record record = make_record();

	return iw_json_append(&record, buffer);
}

static int append_csv(const struct iw_record *record, bool escape,
		      struct iw_buffer *buffer)
{
	struct iw_event_names names;
	int r = iw_event_names_init(&names, ',');

	return r < 0 ? r : iw_csv_append(record, &names, escape, buffer);
}

static int make_csv(struct iw_buffer *buffer)
{
	const struct iw_record record = make_record();

	return append_csv(&record, false, buffer);
}

static int make_csv_escaped(struct iw_buffer *buffer)
{
	const struct iw_record record = make_record();

	return append_csv(&record, true, buffer);
}

static int make_format(struct iw_buffer *buffer)
{
	static const char template[] = "%T %w %e %c %f%n%o %z";
	const struct iw_record record = make_record();
	const struct iw_time_printer time = {append_time, NULL};
	struct iw_format *format = NULL;

	int r = iw_format_new(template, sizeof(template) - 1, &format);
	if (r < 0) {
		assert_null(format);
		return r;
	}
	r = iw_format_append(format, &record, &(struct iw_style){true, true}, &time,
			     buffer);
	iw_format_free(format);
	return r;
}

/* For each starting capacity up to one that suffices, each allocation fails once. */
static void fail_each_allocation(int (*make)(struct iw_buffer *buffer))
{
	int failures = 0;

	for (size_t cap = BEFORE_LEN; cap < 40000; cap = cap * 5 / 4) {
		for (int limit = 0;; limit++) {
			IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

			buffer.data = __real_malloc(cap);
			buffer.cap = cap;
			assert_int_equal(iw_buffer_append(&buffer, "before", BEFORE_LEN),
					 0);
			allocations_left = limit;
			int r = make(&buffer);
			allocations_left = -1;
			assert_memory_equal(buffer.data, "before", BEFORE_LEN);
			if (r == 0) {
				assert_true(buffer.len > NAME_LEN);
				break;
			}
			failures++;
			assert_int_equal(r, -ENOMEM);
			assert_int_equal(buffer.len, BEFORE_LEN);
		}
	}
	assert_true(failures > 10);
}

static void text_restores_the_buffer(void **state IW_UNUSED)
{
	fail_each_allocation(make_text);
	fail_each_allocation(make_base64);
}

static void json_restores_the_buffer(void **state IW_UNUSED)
{
	fail_each_allocation(make_string);
	fail_each_allocation(make_json);
}

static void csv_restores_the_buffer(void **state IW_UNUSED)
{
	fail_each_allocation(make_csv);
	fail_each_allocation(make_csv_escaped);
}

static void format_restores_the_buffer(void **state IW_UNUSED)
{
	fail_each_allocation(make_format);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_restores_the_buffer),
		cmocka_unit_test(json_restores_the_buffer),
		cmocka_unit_test(csv_restores_the_buffer),
		cmocka_unit_test(format_restores_the_buffer),
	};

	return cmocka_run_group_tests_name("nomem", tests, NULL, NULL);
}
