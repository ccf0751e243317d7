/* SPDX-License-Identifier: MIT */
#include "core/chain.h"

#include "text_support.h"

static const int64_t SECOND = 1000000000;

/* Runs of 100 ms each, one behind the other, each for what the one before changed. */
static int64_t run_in_a_row(struct iw_chain *chain, int count, int64_t now_ns)
{
	for (int i = 0; i < count; i++) {
		iw_chain_start(chain, now_ns - 1, now_ns);
		iw_chain_see(chain, true);
		now_ns += SECOND / 10;
	}
	return now_ns;
}

static void a_loop_is_told_after_a_wait(void **state IW_UNUSED)
{
	struct iw_chain chain = {0};
	bool is_loop;

	int64_t now_ns = run_in_a_row(&chain, IW_CHAIN_LEN - 1, SECOND);
	assert_false(iw_chain_holds(&chain, now_ns, &is_loop));
	now_ns = run_in_a_row(&chain, 1, now_ns);
	assert_true(iw_chain_holds(&chain, now_ns, &is_loop));
	assert_false(is_loop);
	assert_int_equal(chain.until_ns, now_ns + SECOND / 5);
	assert_false(iw_chain_holds(&chain, now_ns + SECOND, &is_loop));
	assert_true(is_loop);
	/* Not again before a minute has passed. */
	now_ns = run_in_a_row(&chain, 100, now_ns + SECOND);
	assert_false(iw_chain_holds(&chain, now_ns, &is_loop));
	assert_false(is_loop);
	assert_true(iw_chain_holds(&chain, now_ns + 60 * SECOND, &is_loop));
}

static void somebody_else_is_seen_when_nothing_runs(void **state IW_UNUSED)
{
	struct iw_chain chain = {0};
	bool is_loop;

	int64_t now_ns = run_in_a_row(&chain, 50, SECOND);
	assert_true(iw_chain_holds(&chain, now_ns, &is_loop));
	iw_chain_see(&chain, false);
	assert_int_equal(chain.until_ns, 0);
	assert_false(iw_chain_holds(&chain, now_ns + 2 * SECOND, &is_loop));
	assert_false(is_loop);
	assert_int_equal(chain.len, 0);
}

static void runs_for_what_changed_together_are_one_link(void **state IW_UNUSED)
{
	struct iw_chain chain = {0};

	iw_chain_start(&chain, SECOND, 2 * SECOND);
	for (int i = 0; i < 1000; i++)
		iw_chain_start(&chain, 2 * SECOND, (3 + i) * SECOND);
	assert_int_equal(chain.len, 1);
}

static void a_run_that_was_asked_for_begins_anew(void **state IW_UNUSED)
{
	struct iw_chain chain = {0};

	const int64_t now_ns = run_in_a_row(&chain, 5, SECOND);
	iw_chain_start(&chain, -1, now_ns);
	assert_int_equal(chain.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_loop_is_told_after_a_wait),
		cmocka_unit_test(somebody_else_is_seen_when_nothing_runs),
		cmocka_unit_test(runs_for_what_changed_together_are_one_link),
		cmocka_unit_test(a_run_that_was_asked_for_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
