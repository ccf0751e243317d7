/* SPDX-License-Identifier: MIT */
/*
 * Lets each allocation fail in turn: the structures must then say -ENOMEM and hold what
 * they held. The tree is tested likewise in test_nomem_tree.c.
 */
#include "base/intmap.h"
#include "base/nameset.h"
#include "core/children.h"
#include "core/filter.h"
#include "core/window.h"
#include "failing_memory.h"
#include "source/agenda.h"

static int put(void *context, uint32_t i)
{
	return iw_intmap_put(context, i, i + 1);
}

/* All but the newest are there, and one of them still has its value. */
static bool is_map_intact(void *context, uint32_t i)
{
	const struct iw_intmap *map = context;

	return map->count == i - 1 && !iw_intmap_get(map, i) &&
	       iw_intmap_get(map, i - 1) == (i == 1 ? 0 : i) &&
	       iw_intmap_get(map, i / 2) == (i / 2 ? i / 2 + 1 : 0);
}

static void an_intmap_is_unchanged(void **state IW_UNUSED)
{
	struct iw_intmap map = IW_INTMAP_INIT;

	assert_in_range(insist_on_many(put, is_map_intact, &map), 8, 12);
	iw_intmap_done(&map);
}

static int add_name(void *context, uint32_t i)
{
	char name[32];

	return iw_nameset_add(context, name, spell(i, name, sizeof(name)));
}

static bool is_set_intact(void *context, uint32_t i)
{
	const struct iw_nameset *set = context;
	char name[32];

	for (uint32_t k = i > 20 ? i - 20 : 1; k < i; k++) {
		if (!iw_nameset_has(set, name, spell(k, name, sizeof(name))))
			return false;
	}
	return set->count == i - 1 &&
	       !iw_nameset_has(set, name, spell(i, name, sizeof(name)));
}

static void a_nameset_is_unchanged(void **state IW_UNUSED)
{
	struct iw_nameset set = IW_NAMESET_INIT;

	assert_true(insist_on_many(add_name, is_set_intact, &set) > 10);
	iw_nameset_done(&set);
}

/* The number of a node is its hash. */
static int put_child(void *context, uint32_t i)
{
	struct iw_children *table = context;
	int r = 0;

	if (!iw_children_has_room(table)) {
		r = iw_children_enlarge(table);
		for (uint32_t k = 1; r == 0 && k < i; k++)
			iw_children_put(table, k, k);
	}
	if (r == 0)
		iw_children_put(table, i, i);
	return r;
}

static bool is_table_intact(void *context, uint32_t i)
{
	const struct iw_children *table = context;
	size_t cursor = SIZE_MAX;

	return table->count == i - 1 &&
	       (i == 1 || iw_children_candidate(table, i - 1, &cursor) == i - 1);
}

static void children_are_unchanged(void **state IW_UNUSED)
{
	struct iw_children table = {0};

	assert_in_range(insist_on_many(put_child, is_table_intact, &table), 8, 12);
	free(table.slots);
}

static int open_window(void *context, uint32_t i)
{
	struct iw_window *window = NULL;
	int r = iw_windows_open(context, i, &window);

	if (r == 0)
		window->end = i;
	else
		assert_null(window);
	return r;
}

static bool is_not_opened(void *context, uint32_t i)
{
	return !iw_windows_find(context, i) &&
	       (i == 1 || iw_windows_find(context, i - 1)->end == i - 1);
}

static int reopen_window(void *context, uint32_t i)
{
	struct iw_window *window = iw_windows_find(context, i);
	struct iw_window *again = NULL;
	int r = iw_windows_open(context, i, &again);

	assert_ptr_equal(again, r == 0 ? window : NULL);
	return r;
}

static bool is_still_open(void *context, uint32_t i)
{
	struct iw_window *window = iw_windows_find(context, i);

	return window && window->end == i;
}

static void windows_are_unchanged(void **state IW_UNUSED)
{
	struct iw_windows windows = IW_WINDOWS_INIT;

	assert_true(insist_on_many(open_window, is_not_opened, &windows) > MANY);
	assert_true(insist_on_many(reopen_window, is_still_open, &windows) > 0);
	iw_windows_expire(&windows, MANY - 1);
	assert_null(iw_windows_find(&windows, MANY - 1));
	assert_non_null(iw_windows_find(&windows, MANY));
	iw_windows_done(&windows);
}

/* With twelve in it, the map grows at the next put, even of a node it has. */
static void a_window_survives_that_it_is_not_reopened(void **state IW_UNUSED)
{
	struct iw_windows windows = IW_WINDOWS_INIT;

	for (uint32_t node = 1; node <= 12; node++)
		assert_int_equal(open_window(&windows, node), 0);
	assert_int_equal(insist(reopen_window, is_still_open, &windows, 1), 1);
	iw_windows_done(&windows);
}

static bool matches_none(void *context IW_UNUSED, const char *bytes IW_UNUSED,
			 size_t len IW_UNUSED)
{
	return false;
}

static void count_free(void *context)
{
	++*(int *)context;
}

static void a_filter_does_not_own_what_it_refused(void **state IW_UNUSED)
{
	struct iw_filter *filter = NULL;
	int freed = 0;
	const struct iw_pattern pattern = {
		.matches = matches_none, .free = count_free, .context = &freed};

	allocations_left = 0;
	assert_int_equal(iw_filter_new(&filter), -ENOMEM);
	assert_null(filter);
	allocations_left = -1;
	assert_int_equal(iw_filter_new(&filter), 0);
	assert_int_equal(iw_filter_add(filter, IW_FILTER_IGNORE, &pattern), 0);
	allocations_left = 0;
	assert_int_equal(iw_filter_add(filter, IW_FILTER_IGNORE, &pattern), -ENOMEM);
	assert_int_equal(iw_filter_add(filter, IW_FILTER_GLOB, &pattern), -ENOMEM);
	allocations_left = -1;
	assert_int_equal(freed, 0);
	iw_filter_free(filter);
	assert_int_equal(freed, 1);
}

static int wait_for(void *context, uint32_t i)
{
	return iw_agenda_wait(context, i, i);
}

static bool is_waiting_intact(void *context, uint32_t i)
{
	const struct iw_agenda *agenda = context;

	return agenda->waiting_len == i - 1 &&
	       (i == 1 || agenda->waiting[i - 2].node == i - 1);
}

static int wake_all(void *context, uint32_t i)
{
	return iw_agenda_wake(context, i, NULL, NULL);
}

/* What could be woken is, the rest waits on: together they are all. */
static bool is_none_lost(void *context, uint32_t i)
{
	const struct iw_agenda *agenda = context;
	const size_t woken = agenda->visits.len;

	return woken + agenda->waiting_len == i &&
	       (woken == 0 || agenda->visits.nodes[woken - 1] == woken) &&
	       agenda->waiting[0].node == woken + 1;
}

static void an_agenda_loses_nothing(void **state IW_UNUSED)
{
	struct iw_agenda agenda = {0};

	assert_true(insist_on_many(wait_for, is_waiting_intact, &agenda) > 5);
	assert_true(insist(wake_all, is_none_lost, &agenda, MANY) > 0);
	assert_int_equal(agenda.waiting_len, 0);
	for (uint32_t node = MANY; node > 0; node--)
		assert_int_equal(iw_node_stack_pop(&agenda.visits), node);
	iw_agenda_done(&agenda);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_intmap_is_unchanged),
		cmocka_unit_test(a_nameset_is_unchanged),
		cmocka_unit_test(children_are_unchanged),
		cmocka_unit_test(windows_are_unchanged),
		cmocka_unit_test(a_window_survives_that_it_is_not_reopened),
		cmocka_unit_test(a_filter_does_not_own_what_it_refused),
		cmocka_unit_test(an_agenda_loses_nothing),
	};

	return cmocka_run_group_tests_name("nomem structures", tests, NULL, NULL);
}
