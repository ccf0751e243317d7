/* SPDX-License-Identifier: MIT */
#include "core/record.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/inotify.h>

#include <cmocka.h>

/* The words are part of the JSON format: they never change. */
static void test_words(void **state)
{
	static const char *const words[IW_EVENT_COUNT] = {
		[IW_ACCESS] = "access",
		[IW_MODIFY] = "modify",
		[IW_ATTRIB] = "attrib",
		[IW_CLOSE_WRITE] = "close_write",
		[IW_CLOSE_NOWRITE] = "close_nowrite",
		[IW_OPEN] = "open",
		[IW_CREATE] = "create",
		[IW_DELETE] = "delete",
		[IW_DELETE_SELF] = "delete_self",
		[IW_MOVE_SELF] = "move_self",
		[IW_UNMOUNT] = "unmount",
		[IW_MOVE] = "move",
		[IW_MOVED_IN] = "moved_in",
		[IW_MOVED_OUT] = "moved_out",
		[IW_EXCHANGE] = "exchange",
		[IW_FOUND] = "found",
		[IW_OVERFLOW] = "overflow",
		[IW_RESYNC] = "resync",
		[IW_SYNCED] = "synced",
		[IW_LOST] = "lost",
		[IW_READY] = "ready",
	};

	for (size_t i = 0; i < IW_EVENT_COUNT; i++)
		assert_string_equal(iw_event_word((enum iw_event)i), words[i]);
}

static void test_every_kernel_bit_has_an_event(void **state)
{
	static const struct {
		uint32_t bit;
		enum iw_event event;
	} pairs[] = {
		{IN_ACCESS, IW_ACCESS},
		{IN_MODIFY, IW_MODIFY},
		{IN_ATTRIB, IW_ATTRIB},
		{IN_CLOSE_WRITE, IW_CLOSE_WRITE},
		{IN_CLOSE_NOWRITE, IW_CLOSE_NOWRITE},
		{IN_OPEN, IW_OPEN},
		{IN_CREATE, IW_CREATE},
		{IN_DELETE, IW_DELETE},
		{IN_DELETE_SELF, IW_DELETE_SELF},
		{IN_MOVE_SELF, IW_MOVE_SELF},
		{IN_UNMOUNT, IW_UNMOUNT},
		{IN_MOVED_TO, IW_MOVED_IN},
		{IN_MOVED_FROM, IW_MOVED_OUT},
		{IN_Q_OVERFLOW, IW_OVERFLOW},
	};
	uint32_t all = 0;

	for (size_t i = 0; i < IW_ARRAY_LEN(pairs); i++) {
		enum iw_event event = IW_EVENT_COUNT;

		assert_int_equal(iw_event_from_bit(pairs[i].bit, &event), 0);
		assert_int_equal(event, pairs[i].event);
		all |= pairs[i].bit;
	}
	assert_int_equal(all & IN_ALL_EVENTS, IN_ALL_EVENTS);
}

static void test_what_is_no_event(void **state)
{
	static const uint32_t wrong[] = {0,          IN_ISDIR,   IN_IGNORED, IN_CLOSE,
					 IN_MOVE,    IN_ONESHOT, IN_ONLYDIR, 0x10000,
					 0x80000000, 0xffffffff};

	for (size_t i = 0; i < IW_ARRAY_LEN(wrong); i++) {
		enum iw_event event = IW_FOUND;

		assert_int_equal(iw_event_from_bit(wrong[i], &event), -EINVAL);
		assert_int_equal(event, IW_FOUND);
	}
}

static void test_control_records(void **state)
{
	static const enum iw_event controls[] = {IW_OVERFLOW, IW_RESYNC, IW_SYNCED,
						 IW_LOST, IW_READY};
	size_t count = 0;

	for (size_t i = 0; i < IW_ARRAY_LEN(controls); i++)
		assert_true(iw_event_is_control(controls[i]));
	for (size_t i = 0; i < IW_EVENT_COUNT; i++)
		count += iw_event_is_control((enum iw_event)i);
	assert_int_equal(count, IW_ARRAY_LEN(controls));
}

static void test_directories(void **state)
{
	struct iw_record record = {.event = IW_CREATE, .mask = IN_CREATE | IN_ISDIR};

	assert_true(iw_record_is_dir(&record));
	record.mask = IN_CREATE;
	assert_false(iw_record_is_dir(&record));
}

/* One path as %w%f, and in the two spellings made from it. */
struct path_case {
	const char *bytes;
	size_t root_len;
	size_t name_len;
	const char *below;
	const char *plain;
};

static const struct path_case paths[] = {
	{"d/a", 1, 1, "a", "d/a"},
	{"d//a", 3, 1, "a", "d/a"},
	{"d/a", 2, 1, "a", "d/a"},
	{"d/sub/a", 1, 1, "sub/a", "d/sub/a"},
	{"d//sub/a", 3, 1, "sub/a", "d/sub/a"},
	{"./a", 1, 1, "a", "./a"},
	{"./a", 2, 1, "a", "./a"},
	{"../x/a", 4, 1, "a", "../x/a"},
	{"/a", 1, 1, "a", "/a"},
	{"//a", 2, 1, "a", "/a"},
	{"/srv/a b\n", 4, 4, "a b\n", "/srv/a b\n"},
	/* The roots themselves. */
	{"d/", 1, 0, "", "d"},
	{"d/", 2, 0, "", "d"},
	{"d///", 4, 0, "", "d"},
	{"./", 1, 0, "", "."},
	{"/", 1, 0, "", "/"},
	{"///", 3, 0, "", "/"},
	{"file", 4, 0, "", "file"},
	/* A directory below a root tells of itself. */
	{"d/sub/", 1, 0, "sub", "d/sub"},
	{"/sub/", 1, 0, "sub", "/sub"},
};

static struct iw_path path_of(const struct path_case *path_case)
{
	return (struct iw_path){
		.bytes = path_case->bytes,
		.len = strlen(path_case->bytes),
		.name_len = path_case->name_len,
		.root_len = path_case->root_len,
	};
}

static void test_path_below_root(void **state)
{
	for (size_t i = 0; i < IW_ARRAY_LEN(paths); i++) {
		const struct iw_path path = path_of(&paths[i]);
		size_t len = 4711;
		const char *below = iw_path_below_root(&path, &len);

		assert_int_equal(len, strlen(paths[i].below));
		assert_memory_equal(below, paths[i].below, len);
		assert_true(below >= path.bytes && below <= path.bytes + path.len);
	}
}

static void test_path_plain(void **state)
{
	for (size_t i = 0; i < IW_ARRAY_LEN(paths); i++) {
		IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
		const struct iw_path path = path_of(&paths[i]);

		assert_int_equal(iw_path_append_plain(&buffer, &path), 0);
		assert_int_equal(iw_buffer_terminate(&buffer), 0);
		assert_string_equal(buffer.data, paths[i].plain);
	}
}

/* What stands in the buffer already does not decide about the slash. */
static void test_path_plain_is_appended(void **state)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	const struct iw_path path = path_of(&paths[0]);

	assert_int_equal(iw_buffer_append_str(&buffer, "x/"), 0);
	assert_int_equal(iw_path_append_plain(&buffer, &path), 0);
	assert_int_equal(iw_buffer_terminate(&buffer), 0);
	assert_string_equal(buffer.data, "x/d/a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_every_kernel_bit_has_an_event),
		cmocka_unit_test(test_what_is_no_event),
		cmocka_unit_test(test_control_records),
		cmocka_unit_test(test_directories),
		cmocka_unit_test(test_path_below_root),
		cmocka_unit_test(test_path_plain),
		cmocka_unit_test(test_path_plain_is_appended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
