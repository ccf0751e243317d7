/* SPDX-License-Identifier: MIT */
#include "base/intmap.h"

#include "text_support.h"

enum { KEY_COUNT = 1 << 16 };

/* What the map must hold: the value of each key, 0 for none. */
struct model {
	uint32_t values[KEY_COUNT];
	size_t count;
};

/* In a row as the kernel counts, or up to the largest number, with equal low bits. */
static uint32_t key_of(uint32_t index)
{
	return index % 512 ? index : (index << 16) + 1;
}

static void check(const struct iw_intmap *map, const struct model *model,
		  uint32_t index_end)
{
	assert_int_equal(map->count, model->count);
	assert_true(map->count * 4 <= map->cap * 3);
	assert_int_equal(map->cap & (map->cap - 1), 0);
	for (uint32_t index = 1; index < index_end; index++)
		assert_int_equal(iw_intmap_get(map, key_of(index)), model->values[index]);
}

static void change(struct iw_intmap *map, struct model *model, uint32_t index,
		   uint32_t value)
{
	uint32_t *wanted = &model->values[index];

	if (value) {
		assert_int_equal(iw_intmap_put(map, key_of(index), value), 0);
		model->count += *wanted == 0;
	} else {
		assert_int_equal(iw_intmap_take(map, key_of(index)), *wanted);
		model->count -= *wanted != 0;
	}
	*wanted = value;
	assert_int_equal(iw_intmap_get(map, key_of(index)), value);
}

/*
 * At most 12 keys stay in the smallest table of 16 slots, so that clusters reach around
 * its end all the time; every key is looked up after every step.
 */
static void agrees_with_an_array_when_full(void **state IW_UNUSED)
{
	enum { INDEX_END = 48, MOST = 12, STEPS = 200000 };
	struct model *model = calloc(1, sizeof(*model));
	struct iw_intmap map = IW_INTMAP_INIT;
	uint64_t random = 1;

	assert_non_null(model);
	for (size_t step = 0; step < STEPS; step++) {
		const uint32_t index = next_random(&random) % (INDEX_END - 1) + 1;
		const bool is_put = next_random(&random) % 100 < 55;

		/* A put of a thirteenth entry would grow the table. */
		if (is_put && model->count == MOST)
			continue;
		change(&map, model, index, is_put ? next_random(&random) | 1 : 0);
		check(&map, model, INDEX_END);
		assert_in_range(map.cap, 16, 16);
	}
	iw_intmap_done(&map);
	free(model);
}

static void agrees_with_an_array_while_growing(void **state IW_UNUSED)
{
	struct model *model = calloc(1, sizeof(*model));
	struct iw_intmap map = IW_INTMAP_INIT;
	uint64_t random = 2;

	assert_non_null(model);
	for (size_t step = 0; step < 400000; step++) {
		const uint32_t index = next_random(&random) % (KEY_COUNT - 1) + 1;
		/* It fills for a while and is emptied for a while. */
		const bool is_put =
			next_random(&random) % 100 < (step / 100000 % 2 ? 20 : 80);

		change(&map, model, index, is_put ? next_random(&random) | 1 : 0);
		if (step % 20000 == 0)
			check(&map, model, KEY_COUNT);
	}
	for (uint32_t index = 1; index < KEY_COUNT; index++)
		change(&map, model, index, 0);
	check(&map, model, KEY_COUNT);
	iw_intmap_done(&map);
	free(model);
}

static void an_empty_map_has_nothing(void **state IW_UNUSED)
{
	struct iw_intmap map = IW_INTMAP_INIT;

	for (int round = 0; round < 2; round++) {
		assert_int_equal(iw_intmap_get(&map, 1), 0);
		assert_int_equal(iw_intmap_get(&map, 0), 0);
		assert_int_equal(iw_intmap_take(&map, 1), 0);
		assert_int_equal(iw_intmap_take(&map, 0), 0);
		assert_int_equal(iw_intmap_put(&map, UINT32_MAX, UINT32_MAX), 0);
		/* 0 marks free slots and must not be found in one. */
		assert_int_equal(iw_intmap_get(&map, 0), 0);
		assert_int_equal(iw_intmap_take(&map, 0), 0);
		assert_int_equal(iw_intmap_take(&map, UINT32_MAX), UINT32_MAX);
		assert_int_equal(iw_intmap_take(&map, UINT32_MAX), 0);
		iw_intmap_done(&map);
		assert_null(map.entries);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_an_array_when_full),
		cmocka_unit_test(agrees_with_an_array_while_growing),
		cmocka_unit_test(an_empty_map_has_nothing),
	};

	return cmocka_run_group_tests_name("intmap", tests, NULL, NULL);
}
