/* SPDX-License-Identifier: MIT */
/* The table of mounts: taken apart, searched, compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "source/mountinfo.h"

static void parse(struct iw_mount_table *table, const char *text)
{
	iw_buffer_clear(&table->text);
	assert_int_equal(iw_buffer_append_str(&table->text, text), 0);
	assert_int_equal(iw_mount_table_parse(table), 0);
}

static void test_lines_are_taken_apart(void **state IW_UNUSED)
{
	struct iw_mount_table table = IW_MOUNT_TABLE_INIT;

	parse(&table,
	      "40 22 0:39 /sub /a\\040b\\134c\\012 ro,relatime shared:1 master:2 - "
	      "tmpfs none rw,size=4k\n"
	      "22 1 8:1 / / rw - ext4  rw,errors=continue\n"
	      "not a line\n\n");
	assert_int_equal(table.len, 2);
	assert_int_equal(table.items[0].id, 22);
	assert_string_equal(table.items[0].type, "ext4");
	assert_string_equal(table.items[0].options, "rw,errors=continue");
	assert_false(table.items[0].is_read_only);
	assert_int_equal(table.items[1].id, 40);
	assert_int_equal(table.items[1].parent, 22);
	assert_string_equal(table.items[1].device, "0:39");
	assert_string_equal(table.items[1].root, "/sub");
	assert_string_equal(table.items[1].point, "/a b\\c\n");
	assert_true(table.items[1].is_read_only);
	iw_mount_table_done(&table);
}

static void test_the_mount_of_a_path_is_the_nearest_and_topmost(void **state IW_UNUSED)
{
	struct iw_mount_table table = IW_MOUNT_TABLE_INIT;

	parse(&table, "1 0 8:1 / / rw - ext4 a rw\n"
		      "3 1 0:5 / /m rw - tmpfs a rw\n"
		      "2 3 0:6 / /m rw - tmpfs a rw\n"
		      "9 1 0:7 / /mm rw - tmpfs a rw\n");
	assert_int_equal(iw_mount_table_find(&table, "/x")->id, 1);
	assert_int_equal(iw_mount_table_find(&table, "/m")->id, 2);
	assert_int_equal(iw_mount_table_find(&table, "/m/x")->id, 2);
	assert_int_equal(iw_mount_table_find(&table, "/mm")->id, 9);
	iw_mount_table_done(&table);
}

static void test_below(void **state IW_UNUSED)
{
	assert_string_equal(iw_mount_path_below("/a/b/c", "/a"), "b/c");
	assert_string_equal(iw_mount_path_below("/a", "/a"), "");
	assert_string_equal(iw_mount_path_below("/a", "/"), "a");
	assert_string_equal(iw_mount_path_below("/", "/"), "");
	assert_null(iw_mount_path_below("/ab", "/a"));
	assert_null(iw_mount_path_below("/a", "/a/b"));
}

static void test_what_differs(void **state IW_UNUSED)
{
	struct iw_mount_table old_table = IW_MOUNT_TABLE_INIT;
	struct iw_mount_table new_table = IW_MOUNT_TABLE_INIT;
	struct iw_mount_changes changes = {0};

	parse(&old_table, "1 0 8:1 / / rw - ext4 a rw\n"
			  "2 1 0:5 / /z rw - tmpfs a rw\n"
			  "3 1 0:6 / /same rw - tmpfs a rw\n"
			  "4 1 0:7 / /reused rw - tmpfs a rw\n"
			  "5 1 0:8 / /ro rw - tmpfs a rw\n");
	parse(&new_table, "1 0 8:1 / / rw - ext4 a rw,noatime\n"
			  "3 1 0:6 / /same rw - tmpfs a rw\n"
			  "4 1 0:9 / /reused rw - tmpfs a rw\n"
			  "5 1 0:8 / /ro rw - tmpfs a ro\n"
			  "6 1 0:9 / /a rw - tmpfs a rw\n");
	assert_int_equal(iw_mount_table_compare(&old_table, &new_table, &changes), 0);
	assert_int_equal(changes.len, 5);
	assert_string_equal(changes.items[0].point, "/a");
	assert_true(changes.items[0].has_come && !changes.items[0].has_gone);
	assert_string_equal(changes.items[1].point, "/reused");
	assert_string_equal(changes.items[2].point, "/reused");
	assert_true(changes.items[1].has_gone != changes.items[2].has_gone);
	assert_string_equal(changes.items[3].point, "/ro");
	assert_true(changes.items[3].is_remounted && changes.items[3].is_read_only);
	assert_string_equal(changes.items[4].point, "/z");
	assert_true(changes.items[4].has_gone && !changes.items[4].has_come);
	iw_mount_changes_done(&changes);
	iw_mount_table_done(&old_table);
	iw_mount_table_done(&new_table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_are_taken_apart),
		cmocka_unit_test(test_the_mount_of_a_path_is_the_nearest_and_topmost),
		cmocka_unit_test(test_below),
		cmocka_unit_test(test_what_differs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
