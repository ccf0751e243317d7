/* SPDX-License-Identifier: MIT */
#include "source/agenda.h"

#include "text_support.h"

static void the_last_pushed_comes_first(void **state IW_UNUSED)
{
	enum { MANY = 100000 };
	struct iw_node_stack stack = {0};

	assert_int_equal(iw_node_stack_pop(&stack), 0);
	for (uint32_t node = 1; node <= MANY; node++)
		assert_int_equal(iw_node_stack_push(&stack, node), 0);
	for (uint32_t node = MANY; node > MANY / 2; node--)
		assert_int_equal(iw_node_stack_pop(&stack), node);
	assert_int_equal(iw_node_stack_push(&stack, 7), 0);
	assert_int_equal(iw_node_stack_pop(&stack), 7);
	for (uint32_t node = MANY / 2; node > 0; node--)
		assert_int_equal(iw_node_stack_pop(&stack), node);
	assert_int_equal(iw_node_stack_pop(&stack), 0);
	iw_node_stack_done(&stack);
	assert_null(stack.nodes);
	assert_int_equal(stack.cap, 0);
}

static void what_waits_is_woken_at_its_position(void **state IW_UNUSED)
{
	struct iw_agenda agenda = {0};

	assert_int_equal(iw_agenda_wake(&agenda, UINT64_MAX, NULL, NULL), 0);
	assert_int_equal(iw_agenda_wait(&agenda, 1, 10), 0);
	assert_int_equal(iw_agenda_wait(&agenda, 2, 20), 0);
	assert_int_equal(iw_agenda_wait(&agenda, 3, 20), 0);
	assert_int_equal(iw_agenda_wait(&agenda, 4, UINT64_MAX), 0);
	assert_int_equal(iw_agenda_wake(&agenda, 9, NULL, NULL), 0);
	assert_int_equal(agenda.visits.len, 0);
	assert_int_equal(agenda.waiting_len, 4);
	assert_int_equal(iw_agenda_wake(&agenda, 10, NULL, NULL), 0);
	assert_int_equal(agenda.waiting_len, 3);
	assert_int_equal(iw_node_stack_pop(&agenda.visits), 1);
	assert_int_equal(iw_node_stack_pop(&agenda.visits), 0);
	assert_int_equal(iw_agenda_wake(&agenda, 21, NULL, NULL), 0);
	assert_int_equal(iw_node_stack_pop(&agenda.visits), 3);
	assert_int_equal(iw_node_stack_pop(&agenda.visits), 2);
	assert_int_equal(iw_agenda_wake(&agenda, UINT64_MAX - 1, NULL, NULL), 0);
	assert_int_equal(agenda.waiting_len, 1);
	assert_int_equal(agenda.upgrades.len, 0);
	iw_agenda_done(&agenda);
}

/* Nodes wait and are woken in turns; each comes out once, and none before its time. */
static void none_is_lost(void **state IW_UNUSED)
{
	enum { MANY = 50000 };
	struct iw_agenda agenda = {0};
	uint64_t *positions = calloc(MANY + 1, sizeof(*positions));
	uint64_t random = 6;
	uint64_t last = 0;
	uint64_t now = 0;
	uint32_t added = 0;
	uint32_t out = 0;
	uint32_t node;

	assert_non_null(positions);
	while (out < MANY) {
		for (uint32_t i = next_random(&random) % 50; i > 0 && added < MANY; i--) {
			last = (last > now ? last : now) + next_random(&random) % 3;
			positions[++added] = last;
			assert_int_equal(iw_agenda_wait(&agenda, added, last), 0);
		}
		now += next_random(&random) % 50;
		assert_int_equal(iw_agenda_wake(&agenda, now, NULL, NULL), 0);
		while ((node = iw_node_stack_pop(&agenda.visits))) {
			assert_in_range(positions[node], 0, now);
			positions[node] = UINT64_MAX;
			out++;
		}
		assert_int_equal(agenda.waiting_len, added - out);
		if (agenda.waiting_len)
			assert_true(agenda.waiting[0].position > now);
	}
	assert_int_equal(agenda.waiting_len, 0);
	iw_agenda_done(&agenda);
	free(positions);
}

static void clear_forgets_and_can_be_used_on(void **state IW_UNUSED)
{
	struct iw_agenda agenda = {0};

	for (int round = 0; round < 3; round++) {
		assert_int_equal(iw_node_stack_push(&agenda.visits, 1), 0);
		assert_int_equal(iw_node_stack_push(&agenda.upgrades, 2), 0);
		assert_int_equal(iw_agenda_wait(&agenda, 3, 30), 0);
		iw_agenda_clear(&agenda);
		assert_int_equal(iw_agenda_wake(&agenda, UINT64_MAX, NULL, NULL), 0);
		assert_int_equal(iw_node_stack_pop(&agenda.visits), 0);
		assert_int_equal(iw_node_stack_pop(&agenda.upgrades), 0);
	}
	iw_agenda_done(&agenda);
	assert_null(agenda.waiting);
	iw_agenda_done(&agenda);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_pushed_comes_first),
		cmocka_unit_test(what_waits_is_woken_at_its_position),
		cmocka_unit_test(none_is_lost),
		cmocka_unit_test(clear_forgets_and_can_be_used_on),
	};

	return cmocka_run_group_tests_name("agenda", tests, NULL, NULL);
}
