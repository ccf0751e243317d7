/* SPDX-License-Identifier: MIT */
#include "core/gather.h"

#include <stdio.h>

#include "text_support.h"

enum { MS = 1000000, NOW = 1000 * MS };

static int see(struct iw_gather *gather, const char *path, enum iw_event event,
	       int64_t now_ns)
{
	const struct iw_sight sight = {.path = path,
				       .path_len = strlen(path),
				       .event = event,
				       .time_ns = now_ns};

	return iw_gather_add(gather, &sight, now_ns);
}

static int see_move(struct iw_gather *gather, const char *from, const char *path)
{
	const struct iw_sight sight = {.path = path,
				       .path_len = strlen(path),
				       .from = from,
				       .from_len = strlen(from),
				       .event = IW_MOVE};

	return iw_gather_add(gather, &sight, NOW);
}

/* The paths in their order, with a blank behind each. */
static void assert_paths(const struct iw_batch *batch, const char *wanted)
{
	IW_AUTO_BUFFER struct iw_buffer paths = IW_BUFFER_INIT;
	const struct iw_change *older = NULL;
	size_t count = 0;

	for (const struct iw_change *change = batch->first; change;
	     change = change->newer) {
		assert_ptr_equal(change->older, older);
		assert_int_equal(strlen(change->path), change->path_len);
		assert_int_equal(iw_buffer_printf(&paths, "%s ", change->path), 0);
		older = change;
		count++;
	}
	assert_ptr_equal(batch->last, older);
	assert_int_equal(batch->len, count);
	assert_int_equal(iw_buffer_terminate(&paths), 0);
	assert_string_equal(paths.data, wanted);
}

static void it_settles_when_nothing_comes(void **state IW_UNUSED)
{
	struct iw_gather gather = {.settle_ns = 50 * MS, .max_wait_ns = 1000 * MS};

	assert_int_equal(iw_gather_deadline_ns(&gather), -1);
	assert_int_equal(see(&gather, "a", IW_CREATE, NOW), 0);
	assert_int_equal(iw_gather_deadline_ns(&gather), NOW + 50 * MS);
	assert_int_equal(see(&gather, "a", IW_MODIFY, NOW + 40 * MS), 0);
	assert_int_equal(iw_gather_deadline_ns(&gather), NOW + 90 * MS);
	assert_paths(&gather.batch, "a ");
	iw_gather_done(&gather);
	assert_int_equal(iw_gather_deadline_ns(&gather), -1);
}

static void it_does_not_wait_for_ever(void **state IW_UNUSED)
{
	struct iw_gather gather = {.settle_ns = 50 * MS, .max_wait_ns = 200 * MS};

	for (int64_t ms = 0; ms <= 190; ms += 10)
		assert_int_equal(see(&gather, "a", IW_MODIFY, NOW + ms * MS), 0);
	assert_int_equal(iw_gather_deadline_ns(&gather), NOW + 200 * MS);
	/* The next batch has its own time. */
	iw_gather_done(&gather);
	assert_int_equal(see(&gather, "a", IW_MODIFY, NOW + 300 * MS), 0);
	assert_int_equal(iw_gather_deadline_ns(&gather), NOW + 350 * MS);
	iw_gather_done(&gather);
}

static void no_settling_means_at_once(void **state IW_UNUSED)
{
	struct iw_gather gather = {.settle_ns = 0, .max_wait_ns = 200 * MS};

	assert_int_equal(see(&gather, "a", IW_MODIFY, NOW), 0);
	assert_int_equal(iw_gather_deadline_ns(&gather), NOW);
	iw_gather_done(&gather);
}

static void paths_keep_the_order_of_their_first_change(void **state IW_UNUSED)
{
	struct iw_gather gather = {0};

	assert_int_equal(see(&gather, "b", IW_CREATE, NOW), 0);
	assert_int_equal(see(&gather, "a", IW_CREATE, NOW), 0);
	assert_int_equal(see(&gather, "b", IW_CLOSE_WRITE, NOW + 1), 0);
	assert_paths(&gather.batch, "b a ");
	const struct iw_change *change = iw_batch_find(&gather.batch, "b", 1);
	assert_non_null(change);
	assert_int_equal(change->event, IW_CLOSE_WRITE);
	assert_int_equal(change->events, 1u << IW_CREATE | 1u << IW_CLOSE_WRITE);
	assert_int_equal(change->time_ns, NOW + 1);
	assert_null(iw_batch_find(&gather.batch, "c", 1));
	iw_gather_done(&gather);
}

static void a_move_takes_over_what_was_gathered(void **state IW_UNUSED)
{
	struct iw_gather gather = {.is_move_joined = true};

	assert_int_equal(see(&gather, "a", IW_CREATE, NOW), 0);
	assert_int_equal(see_move(&gather, "a", "b"), 0);
	assert_paths(&gather.batch, "b ");
	assert_int_equal(see_move(&gather, "b", "c"), 0);
	assert_paths(&gather.batch, "c ");
	assert_string_equal(gather.batch.first->from, "a");
	/* Onto itself, by another way: nothing is lost. */
	assert_int_equal(see_move(&gather, "c", "c"), 0);
	assert_paths(&gather.batch, "c ");
	iw_gather_done(&gather);

	gather = (struct iw_gather){.is_move_joined = false};
	assert_int_equal(see(&gather, "a", IW_CREATE, NOW), 0);
	assert_int_equal(see_move(&gather, "a", "b"), 0);
	assert_paths(&gather.batch, "a b ");
	iw_gather_done(&gather);
}

static void many_paths_are_found_taken_and_put_back(void **state IW_UNUSED)
{
	enum { COUNT = 5000 };
	struct iw_batch batch = IW_BATCH_INIT;
	struct iw_batch other = IW_BATCH_INIT;
	char name[16];

	for (int i = 0; i < COUNT; i++) {
		const struct iw_sight sight = {
			.path = name,
			.path_len = (size_t)snprintf(name, sizeof(name), "n%d", i),
			.event = IW_CREATE,
		};
		assert_int_equal(iw_batch_add(i % 2 ? &batch : &other, &sight), 0);
	}
	for (int i = 1; i < COUNT; i += 4) {
		const size_t len = (size_t)snprintf(name, sizeof(name), "n%d", i);
		struct iw_change *change = iw_batch_find(&batch, name, len);

		assert_non_null(change);
		iw_batch_take(&batch, change);
		assert_int_equal(iw_batch_put(&other, change), 0);
	}
	assert_int_equal(batch.len, COUNT / 4);
	assert_int_equal(iw_batch_join(&batch, &other), 0);
	assert_int_equal(batch.len, COUNT);
	assert_int_equal(other.len, 0);
	assert_int_equal(other.bytes, 0);
	for (int i = 0; i < COUNT; i++) {
		const size_t len = (size_t)snprintf(name, sizeof(name), "n%d", i);

		assert_non_null(iw_batch_find(&batch, name, len));
	}
	iw_batch_done(&other);
	iw_batch_done(&batch);
	assert_int_equal(batch.bytes, 0);
}

static void joined_batches_join_their_paths(void **state IW_UNUSED)
{
	struct iw_gather one = {0};
	struct iw_gather two = {0};

	assert_int_equal(see(&one, "a", IW_CREATE, NOW), 0);
	assert_int_equal(see(&one, "b", IW_CREATE, NOW), 0);
	assert_int_equal(see(&two, "c", IW_CREATE, NOW), 0);
	assert_int_equal(see(&two, "a", IW_DELETE, NOW), 0);
	assert_int_equal(iw_batch_join(&one.batch, &two.batch), 0);
	assert_paths(&one.batch, "a b c ");
	assert_paths(&two.batch, "");
	assert_int_equal(one.batch.first->event, IW_DELETE);
	assert_int_equal(one.batch.first->events, 1u << IW_CREATE | 1u << IW_DELETE);
	/* Into an empty one all go at once. */
	assert_int_equal(iw_batch_join(&two.batch, &one.batch), 0);
	assert_paths(&two.batch, "a b c ");
	assert_paths(&one.batch, "");
	iw_gather_done(&one);
	iw_gather_done(&two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_settles_when_nothing_comes),
		cmocka_unit_test(it_does_not_wait_for_ever),
		cmocka_unit_test(no_settling_means_at_once),
		cmocka_unit_test(paths_keep_the_order_of_their_first_change),
		cmocka_unit_test(a_move_takes_over_what_was_gathered),
		cmocka_unit_test(many_paths_are_found_taken_and_put_back),
		cmocka_unit_test(joined_batches_join_their_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
