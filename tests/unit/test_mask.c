/* SPDX-License-Identifier: MIT */
#include "core/mask.h"

#include <ctype.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

static void assert_names(uint32_t mask, char separator, const char *expected)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

	assert_int_equal(iw_mask_append_names(&buffer, mask, separator), 0);
	assert_int_equal(iw_buffer_terminate(&buffer), 0);
	assert_string_equal(buffer.data, expected);
}

/* inotify(7): a bit that is forgotten here could neither be asked for nor be shown. */
static void test_table_has_every_bit(void **state)
{
	static const uint32_t all[] = {
		IN_ACCESS,        IN_MODIFY,      IN_ATTRIB,      IN_CLOSE_WRITE,
		IN_CLOSE_NOWRITE, IN_OPEN,        IN_MOVED_FROM,  IN_MOVED_TO,
		IN_CREATE,        IN_DELETE,      IN_DELETE_SELF, IN_MOVE_SELF,
		IN_UNMOUNT,       IN_Q_OVERFLOW,  IN_IGNORED,     IN_ONLYDIR,
		IN_DONT_FOLLOW,   IN_EXCL_UNLINK, IN_MASK_CREATE, IN_MASK_ADD,
		IN_ISDIR,         IN_ONESHOT,     IN_CLOSE,       IN_MOVE,
		IN_ALL_EVENTS,
	};

	assert_int_equal(iw_mask_names_len, IW_ARRAY_LEN(all));
	for (size_t i = 0; i < IW_ARRAY_LEN(all); i++) {
		size_t found = 0;

		for (size_t j = 0; j < iw_mask_names_len; j++)
			found += iw_mask_names[j].bits == all[i];
		assert_int_equal(found, 1);
	}
}

static void test_table_is_well_formed(void **state)
{
	for (size_t i = 0; i < iw_mask_names_len; i++) {
		const struct iw_mask_name *entry = &iw_mask_names[i];
		const bool is_single = (entry->bits & (entry->bits - 1)) == 0;

		assert_int_not_equal(entry->uses, 0);
		assert_int_equal(!(entry->uses & IW_MASK_GROUP), is_single);
		assert_true(strlen(entry->meaning) > 0);
		for (const char *c = entry->name; *c; c++)
			assert_true(isupper(*c) || *c == '_');
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(entry->name, iw_mask_names[j].name);
	}
}

static void test_parse_takes_any_case(void **state)
{
	static const char *const spellings[] = {"close_write", "CLOSE_WRITE",
						"Close_Write"};
	uint32_t bits;

	for (size_t i = 0; i < IW_ARRAY_LEN(spellings); i++) {
		bits = 0;
		assert_int_equal(iw_mask_parse(spellings[i], 11, &bits), 0);
		assert_int_equal(bits, IN_CLOSE_WRITE);
	}
}

static void test_parse_reads_no_further_than_told(void **state)
{
	uint32_t bits = 0;

	assert_int_equal(iw_mask_parse("move_self", 4, &bits), 0);
	assert_int_equal(bits, IN_MOVE);
	assert_int_equal(iw_mask_parse("open,close", 4, &bits), 0);
	assert_int_equal(bits, IN_OPEN);
}

static void test_parse_takes_what_e_takes(void **state)
{
	for (size_t i = 0; i < iw_mask_names_len; i++) {
		const struct iw_mask_name *entry = &iw_mask_names[i];
		uint32_t bits = 4711;
		const int r = iw_mask_parse(entry->name, strlen(entry->name), &bits);

		if (entry->uses & (IW_MASK_EVENT | IW_MASK_GROUP | IW_MASK_TOLD)) {
			assert_int_equal(r, 0);
			assert_int_equal(bits, entry->bits);
		} else {
			assert_int_equal(r, -EINVAL);
			assert_int_equal(bits, 4711);
		}
	}
}

static void test_parse_refuses_the_rest(void **state)
{
	static const char *const wrong[] = {"",      "close_writ", "close_writes",
					    "nope",  "IN_CREATE",  "mask_add",
					    " open", "onlydir",    "0x100"};

	for (size_t i = 0; i < IW_ARRAY_LEN(wrong); i++) {
		uint32_t bits = 4711;

		assert_int_equal(iw_mask_parse(wrong[i], strlen(wrong[i]), &bits),
				 -EINVAL);
		assert_int_equal(bits, 4711);
	}
}

static void test_parse_groups(void **state)
{
	uint32_t bits = 0;

	assert_int_equal(iw_mask_parse("close", 5, &bits), 0);
	assert_int_equal(bits, IN_CLOSE_WRITE | IN_CLOSE_NOWRITE);
	assert_int_equal(iw_mask_parse("move", 4, &bits), 0);
	assert_int_equal(bits, IN_MOVED_FROM | IN_MOVED_TO);
	assert_int_equal(iw_mask_parse("all_events", 10, &bits), 0);
	assert_int_equal(bits, 0xfff);
}

/* The words and their order are those of inotifywait. */
static void test_names_as_inotifywait(void **state)
{
	assert_names(IN_CREATE, ',', "CREATE");
	assert_names(IN_CREATE | IN_ISDIR, ',', "CREATE,ISDIR");
	assert_names(IN_CLOSE_WRITE, ',', "CLOSE_WRITE,CLOSE");
	assert_names(IN_CLOSE_NOWRITE | IN_ISDIR, ',', "CLOSE_NOWRITE,CLOSE,ISDIR");
	assert_names(IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE, ',',
		     "MODIFY,CLOSE_WRITE,CREATE,CLOSE");
	assert_names(IN_MOVED_FROM, ',', "MOVED_FROM");
	assert_names(IN_MOVED_TO | IN_ISDIR, ',', "MOVED_TO,ISDIR");
	assert_names(IN_Q_OVERFLOW, ',', "Q_OVERFLOW");
	assert_names(IN_UNMOUNT, ',', "UNMOUNT");
	assert_names(IN_MOVE_SELF | IN_ISDIR, ',', "MOVE_SELF,ISDIR");
}

static void test_names_with_a_separator(void **state)
{
	assert_names(IN_OPEN | IN_ISDIR, '|', "OPEN|ISDIR");
	assert_names(IN_OPEN | IN_ISDIR, '\n', "OPEN\nISDIR");
}

static void test_names_of_nothing_known(void **state)
{
	assert_names(0, ',', "0x00000000");
	assert_names(0x00010000, ',', "0x00010000");
	/* Flags of a request are no events, so they have no name here. */
	assert_names(IN_ONLYDIR, ',', "0x01000000");
}

static void test_names_are_appended(void **state)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

	assert_int_equal(iw_buffer_append_str(&buffer, "d/ "), 0);
	assert_int_equal(iw_mask_append_names(&buffer, IN_DELETE | IN_ISDIR, ','), 0);
	assert_int_equal(buffer.len, strlen("d/ DELETE,ISDIR"));
	assert_memory_equal(buffer.data, "d/ DELETE,ISDIR", buffer.len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_has_every_bit),
		cmocka_unit_test(test_table_is_well_formed),
		cmocka_unit_test(test_parse_takes_any_case),
		cmocka_unit_test(test_parse_reads_no_further_than_told),
		cmocka_unit_test(test_parse_takes_what_e_takes),
		cmocka_unit_test(test_parse_refuses_the_rest),
		cmocka_unit_test(test_parse_groups),
		cmocka_unit_test(test_names_as_inotifywait),
		cmocka_unit_test(test_names_with_a_separator),
		cmocka_unit_test(test_names_of_nothing_known),
		cmocka_unit_test(test_names_are_appended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
