/* SPDX-License-Identifier: MIT */
#include "base/buffer.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_starts_empty(void **state)
{
	struct iw_buffer buffer = IW_BUFFER_INIT;

	assert_null(buffer.data);
	assert_int_equal(iw_buffer_append(&buffer, "", 0), 0);
	assert_null(buffer.data);
	iw_buffer_done(&buffer);
	assert_int_equal(buffer.len, 0);
}

static void test_append_keeps_every_byte(void **state)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

	assert_int_equal(iw_buffer_append(&buffer, "a\0b", 3), 0);
	assert_int_equal(iw_buffer_append_char(&buffer, '\xff'), 0);
	assert_int_equal(iw_buffer_append_str(&buffer, "end"), 0);
	assert_int_equal(buffer.len, 7);
	assert_memory_equal(buffer.data,
			    "a\0b\xff"
			    "end",
			    7);
}

static void test_grows_past_many_capacities(void **state)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	const size_t len = 100000;

	for (size_t i = 0; i < len; i++)
		assert_int_equal(iw_buffer_append_char(&buffer, (char)(i % 251)), 0);
	assert_int_equal(buffer.len, len);
	assert_true(buffer.cap >= len);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(buffer.data[i], (char)(i % 251));
}

static void test_reserve_adds_no_bytes(void **state)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

	assert_int_equal(iw_buffer_reserve(&buffer, 5000), 0);
	assert_int_equal(buffer.len, 0);
	assert_true(buffer.cap >= 5000);
	const char *data = buffer.data;
	memset(buffer.data, 'x', 5000);
	buffer.len = 4999;
	assert_int_equal(iw_buffer_append_char(&buffer, 'y'), 0);
	assert_ptr_equal(buffer.data, data);
}

static void test_too_much_is_refused_and_changes_nothing(void **state)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

	assert_int_equal(iw_buffer_append_str(&buffer, "kept"), 0);
	const struct iw_buffer before = buffer;
	assert_int_equal(iw_buffer_reserve(&buffer, SIZE_MAX), -ENOMEM);
	assert_int_equal(iw_buffer_reserve(&buffer, SIZE_MAX / 2), -ENOMEM);
	assert_int_equal(iw_buffer_reserve(&buffer, SIZE_MAX - 4), -ENOMEM);
	assert_memory_equal(&buffer, &before, sizeof(before));
	assert_memory_equal(buffer.data, "kept", 4);
}

static void test_clear_keeps_the_memory(void **state)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

	assert_int_equal(iw_buffer_append_str(&buffer, "first"), 0);
	const char *data = buffer.data;
	iw_buffer_clear(&buffer);
	assert_int_equal(buffer.len, 0);
	assert_int_equal(iw_buffer_append_str(&buffer, "second"), 0);
	assert_ptr_equal(buffer.data, data);
	assert_memory_equal(buffer.data, "second", 6);
}

static void test_done_leaves_it_usable(void **state)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

	assert_int_equal(iw_buffer_append_str(&buffer, "first"), 0);
	iw_buffer_done(&buffer);
	assert_null(buffer.data);
	assert_int_equal(buffer.cap, 0);
	assert_int_equal(iw_buffer_append_str(&buffer, "again"), 0);
	assert_int_equal(buffer.len, 5);
}

static void test_printf_appends_without_nul(void **state)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

	assert_int_equal(iw_buffer_append_char(&buffer, '<'), 0);
	assert_int_equal(iw_buffer_printf(&buffer, "%d-%s", 42, "x"), 0);
	assert_int_equal(iw_buffer_printf(&buffer, "%s", ""), 0);
	assert_int_equal(iw_buffer_append_char(&buffer, '>'), 0);
	assert_int_equal(buffer.len, 6);
	assert_memory_equal(buffer.data, "<42-x>", 6);
}

static void test_printf_grows(void **state)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

	assert_int_equal(iw_buffer_append_char(&buffer, 'a'), 0);
	assert_int_equal(iw_buffer_printf(&buffer, "%*d", 3000, 7), 0);
	assert_int_equal(buffer.len, 3001);
	assert_int_equal(buffer.data[0], 'a');
	assert_int_equal(buffer.data[2999], ' ');
	assert_int_equal(buffer.data[3000], '7');
}

static void test_terminate_does_not_count_the_nul(void **state)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

	assert_int_equal(iw_buffer_terminate(&buffer), 0);
	assert_string_equal(buffer.data, "");
	assert_int_equal(buffer.len, 0);
	/* Fills the capacity exactly, so that the NUL needs room of its own. */
	while (buffer.len < buffer.cap || buffer.len == 0)
		assert_int_equal(iw_buffer_append_char(&buffer, 'z'), 0);
	const size_t len = buffer.len;
	assert_int_equal(iw_buffer_terminate(&buffer), 0);
	assert_int_equal(buffer.len, len);
	assert_int_equal(strlen(buffer.data), len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_starts_empty),
		cmocka_unit_test(test_append_keeps_every_byte),
		cmocka_unit_test(test_grows_past_many_capacities),
		cmocka_unit_test(test_reserve_adds_no_bytes),
		cmocka_unit_test(test_too_much_is_refused_and_changes_nothing),
		cmocka_unit_test(test_clear_keeps_the_memory),
		cmocka_unit_test(test_done_leaves_it_usable),
		cmocka_unit_test(test_printf_appends_without_nul),
		cmocka_unit_test(test_printf_grows),
		cmocka_unit_test(test_terminate_does_not_count_the_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
