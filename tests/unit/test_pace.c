/* SPDX-License-Identifier: MIT */
#include "core/pace.h"

#include "text_support.h"

enum { MS = 1000000, NOW = 1000 * MS };

static void after_a_rest_nothing_waits(void **state IW_UNUSED)
{
	struct iw_pace pace = {.bound_ns = MS};

	assert_int_equal(iw_pace_wait_ns(&pace, NOW, NOW, 1), 0);
	assert_int_equal(iw_pace_wait_ns(&pace, NOW + 2 * MS, NOW + 2 * MS, 2), 0);
	assert_int_equal(iw_pace_wait_ns(&pace, NOW + 4 * MS, NOW + 4 * MS, 100), 0);
}

static void what_keeps_coming_is_gathered(void **state IW_UNUSED)
{
	struct iw_pace pace = {.bound_ns = MS};

	assert_int_equal(iw_pace_wait_ns(&pace, NOW, NOW, 1), 0);
	assert_int_equal(iw_pace_wait_ns(&pace, NOW + MS / 20, NOW + MS / 20, 2), MS);
	/* The wait itself is no rest. */
	assert_int_equal(
		iw_pace_wait_ns(&pace, NOW + MS + MS / 10, NOW + MS + MS / 10, 22), MS);
	assert_int_equal(iw_pace_wait_ns(&pace, NOW + 3 * MS, NOW + 3 * MS, 42), MS);
}

static void a_wait_that_takes_longer_is_no_rest(void **state IW_UNUSED)
{
	struct iw_pace pace = {.bound_ns = MS};

	assert_int_equal(iw_pace_wait_ns(&pace, NOW, NOW, 1), 0);
	assert_int_equal(iw_pace_wait_ns(&pace, NOW + MS / 20, NOW + MS / 20, 2), MS);
	/* Others had the processor meanwhile. */
	assert_int_equal(iw_pace_wait_ns(&pace, NOW + 9 * MS, NOW + 9 * MS, 200), MS);
	assert_int_equal(iw_pace_wait_ns(&pace, NOW + 18 * MS, NOW + 18 * MS, 200), 0);
	assert_int_equal(iw_pace_wait_ns(&pace, NOW + 27 * MS, NOW + 27 * MS, 201), 0);
}

static void a_look_that_takes_long_is_no_rest(void **state IW_UNUSED)
{
	struct iw_pace pace = {.bound_ns = MS};

	assert_int_equal(iw_pace_wait_ns(&pace, NOW, NOW + 5 * MS, 10000), 0);
	assert_int_equal(iw_pace_wait_ns(&pace, NOW + 5 * MS, NOW + 9 * MS, 20000), MS);
}

static void a_look_that_finds_nothing_ends_it(void **state IW_UNUSED)
{
	struct iw_pace pace = {.bound_ns = MS};

	assert_int_equal(iw_pace_wait_ns(&pace, NOW, NOW, 1), 0);
	assert_int_equal(iw_pace_wait_ns(&pace, NOW + MS / 20, NOW + MS / 20, 2), MS);
	assert_int_equal(iw_pace_wait_ns(&pace, NOW + 2 * MS, NOW + 2 * MS, 2), 0);
	assert_int_equal(iw_pace_wait_ns(&pace, NOW + 4 * MS, NOW + 4 * MS, 3), 0);
}

static void no_more_gather_than_there_is_room_for(void **state IW_UNUSED)
{
	struct iw_pace pace = {.bound_ns = MS, .room = 100};

	assert_int_equal(iw_pace_wait_ns(&pace, NOW, NOW, 1), 0);
	assert_int_equal(iw_pace_wait_ns(&pace, NOW + MS / 20, NOW + MS / 20, 101), MS);
	assert_int_equal(iw_pace_wait_ns(&pace, NOW + 2 * MS, NOW + 2 * MS, 501), MS / 4);
}

static void a_bound_of_nothing_turns_it_off(void **state IW_UNUSED)
{
	struct iw_pace pace = {.bound_ns = 0};

	for (uint64_t events = 1; events < 100; events++)
		assert_int_equal(iw_pace_wait_ns(&pace, NOW, NOW, events), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(after_a_rest_nothing_waits),
		cmocka_unit_test(what_keeps_coming_is_gathered),
		cmocka_unit_test(a_wait_that_takes_longer_is_no_rest),
		cmocka_unit_test(a_look_that_takes_long_is_no_rest),
		cmocka_unit_test(a_look_that_finds_nothing_ends_it),
		cmocka_unit_test(no_more_gather_than_there_is_room_for),
		cmocka_unit_test(a_bound_of_nothing_turns_it_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
