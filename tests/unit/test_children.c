/* SPDX-License-Identifier: MIT */
#include "core/children.h"

#include "text_support.h"

enum { NODE_END = 4096 };

/* The nodes that the table is told of: their hashes, and whether they are in it. */
struct model {
	uint32_t hashes[NODE_END];
	bool is_in[NODE_END];
	size_t count;
};

static uint32_t stored_hash(const void *context, uint32_t node)
{
	const struct model *model = context;

	assert_in_range(node, 1, NODE_END - 1);
	return model->hashes[node];
}

static struct model *new_model(void)
{
	struct model *model = calloc(1, sizeof(*model));

	assert_non_null(model);
	return model;
}

static size_t count_in_table(const struct iw_children *table, uint32_t node,
			     uint32_t hash)
{
	size_t cursor = SIZE_MAX;
	size_t found = 0;
	uint32_t candidate;

	while ((candidate = iw_children_candidate(table, hash, &cursor)))
		found += candidate == node;
	return found;
}

static void check(const struct iw_children *table, const struct model *model,
		  uint32_t node_end)
{
	size_t in_slots = 0;

	assert_int_equal(table->count, model->count);
	assert_true(table->count * 4 <= table->cap * 3);
	for (size_t i = 0; i < table->cap; i++)
		in_slots += table->slots[i] != 0;
	assert_int_equal(in_slots, model->count);
	for (uint32_t node = 1; node < node_end; node++)
		assert_int_equal(count_in_table(table, node, model->hashes[node]),
				 model->is_in[node]);
}

static void make_room(struct iw_children *table, const struct model *model)
{
	if (iw_children_has_room(table))
		return;
	assert_int_equal(iw_children_enlarge(table), 0);
	assert_int_equal(table->count, 0);
	for (uint32_t node = 1; node < NODE_END; node++) {
		if (model->is_in[node])
			iw_children_put(table, node, model->hashes[node]);
	}
}

static void toggle(struct iw_children *table, struct model *model, uint32_t node,
		   uint32_t hash)
{
	if (model->is_in[node]) {
		iw_children_drop(table, node, model->hashes[node], stored_hash, model);
		model->count--;
	} else {
		make_room(table, model);
		model->hashes[node] = hash;
		iw_children_put(table, node, hash);
		model->count++;
	}
	model->is_in[node] = !model->is_in[node];
}

/* Few homes around the end of the smallest table: all is one cluster that wraps. */
static void clusters_wrap_around(void **state IW_UNUSED)
{
	enum { MOST = 12, FEW = 24 };
	struct iw_children table = {0};
	struct model *model = new_model();
	uint64_t random = 4;

	for (size_t step = 0; step < 100000; step++) {
		const uint32_t node = next_random(&random) % (FEW - 1) + 1;

		if (!model->is_in[node] && model->count == MOST)
			continue;
		toggle(&table, model, node, 12 + next_random(&random) % 6);
		check(&table, model, FEW);
		assert_int_equal(table.cap, 16);
	}
	free(table.slots);
	free(model);
}

static void grows(void **state IW_UNUSED)
{
	struct iw_children table = {0};
	struct model *model = new_model();
	uint64_t random = 5;

	for (size_t step = 0; step < 40000; step++) {
		const uint32_t node = next_random(&random) % (NODE_END - 1) + 1;

		toggle(&table, model, node, next_random(&random) % 2000);
		if (step % 2000 == 0)
			check(&table, model, NODE_END);
	}
	for (uint32_t node = 1; node < NODE_END; node++) {
		if (model->is_in[node])
			toggle(&table, model, node, 0);
	}
	check(&table, model, NODE_END);
	free(table.slots);
	free(model);
}

static void an_empty_table_has_no_candidates(void **state IW_UNUSED)
{
	const struct iw_children table = {0};
	size_t cursor = SIZE_MAX;

	assert_int_equal(iw_children_candidate(&table, 4711, &cursor), 0);
}

static void the_hash_depends_on_all(void **state IW_UNUSED)
{
	const uint32_t hash = iw_children_hash(7, "name", 4);

	assert_int_equal(iw_children_hash(7, "name", 4), hash);
	assert_int_not_equal(iw_children_hash(8, "name", 4), hash);
	assert_int_not_equal(iw_children_hash(7, "namf", 4), hash);
	assert_int_not_equal(iw_children_hash(7, "name", 3), hash);
	assert_int_not_equal(iw_children_hash(7, "name\0", 5), hash);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clusters_wrap_around),
		cmocka_unit_test(grows),
		cmocka_unit_test(an_empty_table_has_no_candidates),
		cmocka_unit_test(the_hash_depends_on_all),
	};

	return cmocka_run_group_tests_name("children", tests, NULL, NULL);
}
