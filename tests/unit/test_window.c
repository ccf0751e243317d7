/* SPDX-License-Identifier: MIT */
#include "core/window.h"

#include "text_support.h"

static struct iw_window *open_window(struct iw_windows *windows, uint32_t node,
				     uint64_t end)
{
	struct iw_window *window = NULL;

	assert_int_equal(iw_windows_open(windows, node, &window), 0);
	assert_non_null(window);
	assert_int_equal(window->node, node);
	window->end = end;
	return window;
}

static void a_new_window_is_empty_and_stays_open(void **state IW_UNUSED)
{
	struct iw_windows windows = IW_WINDOWS_INIT;
	struct iw_window *window = NULL;

	assert_null(iw_windows_find(&windows, 1));
	iw_windows_close(&windows, 1);
	iw_windows_expire(&windows, UINT64_MAX);
	assert_int_equal(iw_windows_open(&windows, 1, &window), 0);
	assert_ptr_equal(iw_windows_find(&windows, 1), window);
	assert_null(iw_windows_find(&windows, 2));
	assert_false(window->has_known);
	assert_false(iw_nameset_has(&window->known, "a", 1));
	assert_false(iw_nameset_has(&window->noise, "a", 1));
	/* Its end is not known before the listing is done. */
	iw_windows_expire(&windows, UINT64_MAX - 1);
	assert_ptr_equal(iw_windows_find(&windows, 1), window);
	iw_windows_done(&windows);
	assert_null(iw_windows_find(&windows, 1));
}

static void windows_expire_at_their_end(void **state IW_UNUSED)
{
	struct iw_windows windows = IW_WINDOWS_INIT;

	open_window(&windows, 1, 10);
	open_window(&windows, 2, 20);
	open_window(&windows, 3, 20);
	open_window(&windows, 4, 30);
	iw_windows_expire(&windows, 9);
	assert_non_null(iw_windows_find(&windows, 1));
	iw_windows_expire(&windows, 10);
	assert_null(iw_windows_find(&windows, 1));
	assert_non_null(iw_windows_find(&windows, 2));
	iw_windows_expire(&windows, 25);
	assert_null(iw_windows_find(&windows, 2));
	assert_null(iw_windows_find(&windows, 3));
	assert_int_equal(iw_windows_find(&windows, 4)->node, 4);
	iw_windows_expire(&windows, 1000);
	assert_null(iw_windows_find(&windows, 4));
	iw_windows_done(&windows);
}

/* Directories that are listed again and again must not keep all others open. */
static void an_extended_window_delays_no_other(void **state IW_UNUSED)
{
	struct iw_windows windows = IW_WINDOWS_INIT;
	struct iw_window *first = open_window(&windows, 1, 10);

	assert_int_equal(iw_nameset_add(&first->known, "a", 1), 0);
	for (uint32_t node = 2; node < 5000; node++) {
		open_window(&windows, node, 10 * node);
		assert_ptr_equal(open_window(&windows, 1, 10 * node + 5), first);
		iw_windows_expire(&windows, 10 * node);
		assert_null(iw_windows_find(&windows, node));
		assert_ptr_equal(iw_windows_find(&windows, 1), first);
	}
	assert_true(iw_nameset_has(&first->known, "a", 1));
	assert_in_range(windows.cap, 1, 64);
	iw_windows_expire(&windows, UINT64_MAX - 1);
	assert_null(iw_windows_find(&windows, 1));
	iw_windows_done(&windows);
}

static void one_closes_in_the_middle(void **state IW_UNUSED)
{
	struct iw_windows windows = IW_WINDOWS_INIT;
	struct iw_window *first = open_window(&windows, 1, 10);
	struct iw_window *second = open_window(&windows, 2, 20);
	struct iw_window *third = open_window(&windows, 3, 30);

	assert_int_equal(iw_nameset_add(&second->known, "old", 3), 0);
	assert_int_equal(iw_nameset_add(&second->noise, "old", 3), 0);
	iw_windows_close(&windows, 2);
	assert_null(iw_windows_find(&windows, 2));
	assert_ptr_equal(iw_windows_find(&windows, 1), first);
	assert_ptr_equal(iw_windows_find(&windows, 3), third);
	iw_windows_close(&windows, 2);

	/* The number serves another directory now, which has its own window. */
	second = open_window(&windows, 2, 40);
	assert_false(iw_nameset_has(&second->known, "old", 3));
	assert_false(iw_nameset_has(&second->noise, "old", 3));
	iw_windows_expire(&windows, 30);
	assert_null(iw_windows_find(&windows, 1));
	assert_null(iw_windows_find(&windows, 3));
	assert_ptr_equal(iw_windows_find(&windows, 2), second);
	iw_windows_close(&windows, 2);
	assert_null(iw_windows_find(&windows, 2));
	iw_windows_done(&windows);
}

enum { NODE_END = 5000, STEPS = 200000 };

struct model {
	struct iw_windows windows;
	struct iw_window *open[NODE_END]; /* NULL: none */
	uint64_t ends[NODE_END];
	uint64_t now;
	uint64_t end; /* of the queue: it never goes back */
};

static void step(struct model *model, uint32_t choice, uint32_t node, uint32_t amount)
{
	if (choice < 70) {
		struct iw_window *window = NULL;

		assert_int_equal(iw_windows_open(&model->windows, node, &window), 0);
		if (model->open[node])
			assert_ptr_equal(window, model->open[node]);
		model->end += amount % 16;
		model->open[node] = window;
		model->ends[node] = window->end = model->end;
		assert_int_equal(iw_nameset_add(&window->known, "a", 1), 0);
	} else if (choice < 85) {
		iw_windows_close(&model->windows, node);
		model->open[node] = NULL;
	} else if (choice < 95) {
		model->now += amount % 100;
		if (model->now > model->end)
			model->now = model->end;
		iw_windows_expire(&model->windows, model->now);
		for (uint32_t i = 1; i < NODE_END; i++) {
			if (model->open[i] && model->ends[i] <= model->now)
				model->open[i] = NULL;
		}
	}
	assert_ptr_equal(iw_windows_find(&model->windows, node), model->open[node]);
}

static void agrees_with_an_array(void **state IW_UNUSED)
{
	struct model *model = calloc(1, sizeof(*model));
	uint64_t random = 8;

	assert_non_null(model);
	for (size_t i = 0; i < STEPS; i++) {
		const uint32_t choice = next_random(&random) % 100;
		/* Seasons: a few numbers that are used again at once, and many. */
		const uint32_t node_end = i / 20000 % 2 ? 40 : NODE_END;
		const uint32_t node = next_random(&random) % (node_end - 1) + 1;

		step(model, choice, node, next_random(&random));
		if (i % 1000)
			continue;
		for (uint32_t id = 1; id < NODE_END; id++)
			assert_ptr_equal(iw_windows_find(&model->windows, id),
					 model->open[id]);
	}
	iw_windows_done(&model->windows);
	free(model);
}

/* The queue of windows never runs empty, and still it does not grow. */
static void what_expired_is_reused(void **state IW_UNUSED)
{
	struct iw_windows windows = IW_WINDOWS_INIT;

	for (uint32_t i = 0; i < 200000; i++) {
		open_window(&windows, i % 97 + 1, i);
		if (i < 20)
			continue;
		iw_windows_expire(&windows, i - 20);
		assert_null(iw_windows_find(&windows, (i - 20) % 97 + 1));
		assert_int_equal(iw_windows_find(&windows, (i - 19) % 97 + 1)->end,
				 i - 19);
	}
	assert_in_range(windows.cap, 20, 64);
	iw_windows_done(&windows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_window_is_empty_and_stays_open),
		cmocka_unit_test(windows_expire_at_their_end),
		cmocka_unit_test(an_extended_window_delays_no_other),
		cmocka_unit_test(one_closes_in_the_middle),
		cmocka_unit_test(agrees_with_an_array),
		cmocka_unit_test(what_expired_is_reused),
	};

	return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
