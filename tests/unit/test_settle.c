/* SPDX-License-Identifier: MIT */
#include "core/settle.h"

#include "text_support.h"

static void add(struct iw_settle *settle, const char *path, int64_t now_ns)
{
	IW_AUTO_BUFFER struct iw_buffer key = IW_BUFFER_INIT;

	assert_int_equal(iw_buffer_append_str(&key, path), 0);
	assert_int_equal(iw_settle_add(settle, &key, 0, now_ns), 0);
}

/* What is due at that time, one behind the other. */
static void due(struct iw_settle *settle, int64_t now_ns, const char *expected)
{
	IW_AUTO_BUFFER struct iw_buffer all = IW_BUFFER_INIT;
	IW_AUTO_BUFFER struct iw_buffer key = IW_BUFFER_INIT;
	unsigned tag;

	while (iw_settle_take(settle, now_ns, &key, &tag) == 1)
		assert_int_equal(iw_buffer_append(&all, key.data, key.len), 0);
	assert_int_equal(iw_buffer_terminate(&all), 0);
	assert_string_equal(all.data, expected);
}

static void each_path_rests_by_itself(void **state IW_UNUSED)
{
	struct iw_settle *settle;

	assert_int_equal(iw_settle_new(10, 100, &settle), 0);
	assert_true(iw_settle_deadline_ns(settle) == -1);
	add(settle, "a", 0);
	add(settle, "b", 5);
	assert_true(iw_settle_deadline_ns(settle) == 10);
	due(settle, 9, "");
	add(settle, "a", 9);
	assert_int_equal(iw_settle_len(settle), 2);
	assert_true(iw_settle_deadline_ns(settle) == 15);
	due(settle, 15, "b");
	due(settle, 19, "a");
	assert_int_equal(iw_settle_len(settle), 0);
	assert_true(iw_settle_deadline_ns(settle) == -1);
	iw_settle_free(settle);
}

static void what_never_rests_is_due_at_last(void **state IW_UNUSED)
{
	struct iw_settle *settle;

	assert_int_equal(iw_settle_new(10, 25, &settle), 0);
	for (int64_t now = 0; now < 25; now += 5) {
		add(settle, "busy", now);
		due(settle, now, "");
	}
	add(settle, "other", 24);
	assert_true(iw_settle_deadline_ns(settle) == 25);
	due(settle, 25, "busy");
	add(settle, "busy", 26);
	due(settle, 34, "other");
	due(settle, 36, "busy");
	iw_settle_free(settle);
}

static void many_paths_and_any_bytes(void **state IW_UNUSED)
{
	enum { MANY = 5000 };
	IW_AUTO_BUFFER struct iw_buffer key = IW_BUFFER_INIT;
	struct iw_settle *settle;
	unsigned tag = 0;
	int taken = 0;

	assert_int_equal(iw_settle_new(1, 2, &settle), 0);
	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < MANY; i++) {
			iw_buffer_clear(&key);
			assert_int_equal(iw_buffer_append(&key, &i, sizeof(i)), 0);
			assert_int_equal(iw_settle_add(settle, &key, i, 0), 0);
		}
	}
	assert_int_equal(iw_settle_len(settle), MANY);
	for (uint32_t i = 0; iw_settle_take(settle, 1, &key, &tag) == 1; i++) {
		assert_int_equal(tag, i);
		assert_int_equal(key.len, sizeof(i));
		assert_memory_equal(key.data, &i, sizeof(i));
		taken++;
	}
	assert_int_equal(taken, MANY);
	add(settle, "", 3);
	iw_settle_free(settle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_path_rests_by_itself),
		cmocka_unit_test(what_never_rests_is_due_at_last),
		cmocka_unit_test(many_paths_and_any_bytes),
	};

	return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}
