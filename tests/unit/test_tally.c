/* SPDX-License-Identifier: MIT */
#include "core/tally.h"

#include <stdio.h>

#include "core/tally-order.h"
#include "failing_memory.h"

static struct iw_tally *make(uint32_t limit)
{
	struct iw_tally *tally;

	assert_int_equal(iw_tally_new(limit, &tally), 0);
	return tally;
}

static void count(struct iw_tally *tally, const char *key, enum iw_event event,
		  int64_t time_ns)
{
	assert_int_equal(iw_tally_count(tally, key, strlen(key), event, time_ns), 0);
}

static const struct iw_tally_row *row_of(const struct iw_tally *tally, const char *key)
{
	for (size_t i = 0; i < iw_tally_len(tally); i++) {
		const struct iw_tally_row *row = iw_tally_row(tally, i);

		if (strcmp(row->key, key) == 0)
			return row;
	}
	return NULL;
}

/* All that was ever counted, wherever it is now. */
static struct iw_tally_counts sum_of(const struct iw_tally *tally)
{
	struct iw_tally_counts sum = {0};

	for (size_t i = 0; i < iw_tally_len(tally); i++)
		iw_tally_add_counts(&sum, &iw_tally_row(tally, i)->counts);
	iw_tally_add_counts(&sum, iw_tally_others(tally));
	return sum;
}

/* The keys in an order, with a blank behind each. */
static void assert_order(const struct iw_tally *tally, const char *text,
			 const char *wanted)
{
	IW_AUTO_BUFFER struct iw_buffer keys = IW_BUFFER_INIT;
	const struct iw_tally_row **rows;
	struct iw_tally_order order;

	assert_int_equal(iw_tally_order_parse(text, &order), 0);
	assert_int_equal(iw_tally_sort(tally, &order, &rows), 0);
	for (size_t i = 0; i < iw_tally_len(tally); i++)
		assert_int_equal(iw_buffer_printf(&keys, "%s ", rows[i]->key), 0);
	free(rows);
	assert_buffer(&keys, wanted, strlen(wanted));
}

static void it_counts_each_event_of_each_key(void **state IW_UNUSED)
{
	struct iw_tally *tally = make(10);

	count(tally, "d/a", IW_CREATE, 5);
	count(tally, "d/b", IW_CREATE, 6);
	count(tally, "d/a", IW_MODIFY, 7);
	count(tally, "d/a", IW_MODIFY, 9);
	count(tally, "", IW_FOUND, 9);
	assert_int_equal(iw_tally_len(tally), 3);

	const struct iw_tally_row *row = row_of(tally, "d/a");
	assert_int_equal(row->counts.total, 3);
	assert_int_equal(row->counts.events[IW_CREATE], 1);
	assert_int_equal(row->counts.events[IW_MODIFY], 2);
	assert_int_equal(row->counts.events[IW_DELETE], 0);
	assert_int_equal(row->counts.first_ns, 5);
	assert_int_equal(row->counts.last_ns, 9);
	assert_int_equal(row->missed, 0);
	assert_int_equal(row_of(tally, "")->counts.total, 1);
	assert_int_equal(iw_tally_others(tally)->total, 0);
	assert_false(iw_tally_is_full(tally));
	iw_tally_free(tally);
}

static void a_key_may_be_a_part_of_another(void **state IW_UNUSED)
{
	struct iw_tally *tally = make(10);

	count(tally, "12345678", IW_CREATE, 1);
	count(tally, "123456789", IW_CREATE, 1);
	count(tally, "1234567", IW_CREATE, 1);
	assert_int_equal(iw_tally_count(tally, "1234567\0", 8, IW_CREATE, 1), 0);
	assert_int_equal(iw_tally_len(tally), 4);
	iw_tally_free(tally);
}

static void it_sorts_by_any_column(void **state IW_UNUSED)
{
	struct iw_tally *tally = make(10);

	count(tally, "b", IW_CREATE, 1);
	count(tally, "c", IW_MOVED_IN, 2);
	count(tally, "c", IW_MOVED_IN, 8);
	count(tally, "a", IW_CREATE, 3);
	count(tally, "ab", IW_DELETE, 4);
	count(tally, "ab", IW_DELETE, 5);
	count(tally, "ab", IW_CREATE, 6);

	assert_order(tally, "total", "ab c a b ");
	assert_order(tally, "total:asc", "a b c ab ");
	assert_order(tally, "create", "a ab b c ");
	assert_order(tally, "delete:desc", "ab a b c ");
	assert_order(tally, "moved_in", "c a ab b ");
	assert_order(tally, "MOVED_TO", "c a ab b ");
	assert_order(tally, "first", "b c a ab ");
	assert_order(tally, "first:desc", "ab a c b ");
	assert_order(tally, "last", "c ab a b ");
	assert_order(tally, "path", "a ab b c ");
	assert_order(tally, "path:desc", "c b ab a ");
	assert_order(tally, "missed", "a ab b c ");
	iw_tally_free(tally);
}

static void an_empty_tally_has_an_order(void **state IW_UNUSED)
{
	struct iw_tally *tally = make(1);

	assert_order(tally, "total", "");
	iw_tally_free(tally);
}

static void what_is_no_column_is_refused(void **state IW_UNUSED)
{
	static const char *const wrong[] = {
		"",         ":asc",        "size",  "total:",         "total:up",
		"totals",   "move,create", "close", "all_events",     "isdir",
		"overflow", "q_overflow",  "ready", "total:desc:asc",
	};
	struct iw_tally_order order = {.column = 77};

	for (size_t i = 0; i < IW_ARRAY_LEN(wrong); i++)
		assert_int_equal(iw_tally_order_parse(wrong[i], &order), -EINVAL);
	assert_int_equal(order.column, 77);
}

static void the_least_busy_makes_room(void **state IW_UNUSED)
{
	struct iw_tally *tally = make(2);

	count(tally, "busy", IW_MODIFY, 1);
	count(tally, "busy", IW_MODIFY, 2);
	count(tally, "once", IW_CREATE, 3);
	count(tally, "late", IW_CREATE, 4);
	assert_int_equal(iw_tally_len(tally), 2);
	assert_null(row_of(tally, "once"));
	assert_int_equal(row_of(tally, "busy")->missed, 0);
	assert_int_equal(row_of(tally, "late")->counts.total, 1);
	assert_int_equal(row_of(tally, "late")->missed, 1);
	assert_int_equal(iw_tally_others(tally)->total, 1);
	assert_int_equal(iw_tally_others(tally)->first_ns, 3);
	assert_int_equal(iw_tally_others(tally)->events[IW_CREATE], 1);
	assert_true(iw_tally_is_full(tally));

	/* Both may have been busy twice: the one that may be the busier stays. */
	count(tally, "late", IW_CREATE, 5);
	count(tally, "third", IW_CREATE, 6);
	assert_null(row_of(tally, "busy"));
	assert_int_equal(row_of(tally, "third")->missed, 2);
	assert_int_equal(iw_tally_others(tally)->total, 3);
	assert_int_equal(sum_of(tally).total, 6);
	assert_int_equal(sum_of(tally).last_ns, 6);
	iw_tally_free(tally);
}

enum { LIMIT = 64, KEYS = 2000, EVENTS = 200000 };

/* Few keys have most events, as on real disks; busy ones may begin late. */
static uint32_t draw(uint64_t *seed, uint32_t i)
{
	const uint32_t number = next_random(seed);

	if (number % 4 == 0)
		return i < EVENTS / 2 ? 1 : 2;
	if (number % 4 == 1)
		return 3 + next_random(seed) % 20;
	return next_random(seed) % KEYS;
}

static void rows_never_lie_and_the_busy_have_one(void **state IW_UNUSED)
{
	static uint64_t truth[KEYS];
	struct iw_tally *tally = make(LIMIT);
	uint64_t seed = 8;
	char key[32];

	memset(truth, 0, sizeof(truth));
	for (uint32_t i = 0; i < EVENTS; i++) {
		const uint32_t number = draw(&seed, i);

		spell(number, key, sizeof(key));
		count(tally, key, (enum iw_event)(number % IW_TALLY_EVENTS), i);
		truth[number]++;
	}
	assert_int_equal(iw_tally_len(tally), LIMIT);
	assert_int_equal(sum_of(tally).total, EVENTS);
	assert_int_equal(sum_of(tally).first_ns, 0);
	assert_int_equal(sum_of(tally).last_ns, EVENTS - 1);
	for (uint32_t number = 0; number < KEYS; number++) {
		spell(number, key, sizeof(key));
		const struct iw_tally_row *row = row_of(tally, key);

		if (!row) {
			assert_true(truth[number] <= EVENTS / LIMIT);
			continue;
		}
		assert_true(row->counts.total <= truth[number]);
		assert_true(truth[number] <= row->counts.total + row->missed);
		assert_int_equal(row->counts.total,
				 row->counts.events[number % IW_TALLY_EVENTS]);
	}
	iw_tally_free(tally);
}

static void memory_is_bounded_at_the_limit(void **state IW_UNUSED)
{
	struct iw_tally *tally = make(1000);
	size_t full = 0;
	char key[64];

	for (uint32_t i = 0; i < 100000; i++) {
		snprintf(key, sizeof(key), "directory/of-one-length/%08u", i);
		count(tally, key, IW_CREATE, i);
		if (i == 1000)
			full = iw_tally_bytes(tally);
	}
	assert_int_equal(iw_tally_bytes(tally), full);
	/* A row, its key, its places in the map and in the heap. */
	assert_true(full < 1000 * (sizeof(struct iw_tally_row) + 33 + 16 + 4));
	assert_int_equal(iw_tally_others(tally)->total, 99000);
	iw_tally_free(tally);
}

static void a_key_can_be_shown_before_anything_happens(void **state IW_UNUSED)
{
	struct iw_tally *tally = make(2);

	assert_int_equal(iw_tally_show(tally, "a", 1), 0);
	assert_int_equal(iw_tally_show(tally, "a", 1), 0);
	assert_int_equal(iw_tally_len(tally), 1);
	assert_int_equal(row_of(tally, "a")->counts.total, 0);
	count(tally, "a", IW_OPEN, 7);
	assert_int_equal(row_of(tally, "a")->counts.first_ns, 7);
	assert_int_equal(iw_tally_show(tally, "b", 1), 0);
	assert_int_equal(iw_tally_show(tally, "c", 1), 0);
	assert_int_equal(iw_tally_len(tally), 2);
	assert_null(row_of(tally, "c"));
	iw_tally_free(tally);
}

/* ---- Without memory ---- */

static int count_number(void *context, uint32_t i)
{
	char key[32];
	const size_t len = spell(i, key, sizeof(key));

	return iw_tally_count(context, key, len, IW_CREATE, 1);
}

static bool is_without(void *context, uint32_t i)
{
	char key[32];

	spell(i, key, sizeof(key));
	return !row_of(context, key) && sum_of(context).total == i - 1;
}

static void without_memory_nothing_is_counted(void **state IW_UNUSED)
{
	struct iw_tally *tally = make(MANY / 2);

	/* One for each row, and those that make more room. */
	assert_true(insist_on_many(count_number, is_without, tally) > MANY);
	assert_int_equal(sum_of(tally).total, MANY);
	iw_tally_free(tally);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_counts_each_event_of_each_key),
		cmocka_unit_test(a_key_may_be_a_part_of_another),
		cmocka_unit_test(it_sorts_by_any_column),
		cmocka_unit_test(an_empty_tally_has_an_order),
		cmocka_unit_test(what_is_no_column_is_refused),
		cmocka_unit_test(the_least_busy_makes_room),
		cmocka_unit_test(rows_never_lie_and_the_busy_have_one),
		cmocka_unit_test(memory_is_bounded_at_the_limit),
		cmocka_unit_test(a_key_can_be_shown_before_anything_happens),
		cmocka_unit_test(without_memory_nothing_is_counted),
	};

	return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
