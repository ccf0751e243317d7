/* SPDX-License-Identifier: MIT */
#include "base/nameset.h"

#include <errno.h>
#include <stdio.h>

#include "text_support.h"

enum { POOL_LEN = 300, LONGEST = 255 };

struct pool_name {
	char bytes[LONGEST];
	size_t len;
	bool is_in;
};

/* Names that differ: a number in the first two bytes, behind it anything, NUL as well. */
static struct pool_name *make_pool(uint64_t *random)
{
	struct pool_name *pool = calloc(POOL_LEN, sizeof(*pool));

	assert_non_null(pool);
	for (size_t i = 1; i < POOL_LEN; i++) {
		pool[i].len = 2 + next_random(random) % (LONGEST - 1);
		pool[i].bytes[0] = (char)(i >> 8);
		pool[i].bytes[1] = (char)i;
		for (size_t k = 2; k < pool[i].len; k++)
			pool[i].bytes[k] = (char)next_random(random);
	}
	return pool; /* the first one is empty */
}

static void check(const struct iw_nameset *set, const struct pool_name *pool)
{
	assert_true(set->count * 4 <= set->cap * 3);
	for (size_t i = 0; i < POOL_LEN; i++)
		assert_int_equal(iw_nameset_has(set, pool[i].bytes, pool[i].len),
				 pool[i].is_in);
}

static void agrees_with_an_array(void **state IW_UNUSED)
{
	uint64_t random = 3;
	struct pool_name *pool = make_pool(&random);
	struct iw_nameset set = IW_NAMESET_INIT;

	for (size_t step = 0; step < 50000; step++) {
		struct pool_name *name = &pool[next_random(&random) % POOL_LEN];

		if (next_random(&random) % 2) {
			assert_int_equal(iw_nameset_add(&set, name->bytes, name->len), 0);
			name->is_in = true;
		} else {
			assert_int_equal(iw_nameset_take(&set, name->bytes, name->len),
					 name->is_in);
			name->is_in = false;
		}
		if (step % 50 == 0)
			check(&set, pool);
	}
	iw_nameset_done(&set);
	assert_false(iw_nameset_has(&set, "", 0));
	free(pool);
}

/* A temporary file that comes and goes while a listing's window is open. */
static void what_comes_and_goes_costs_nothing(void **state IW_UNUSED)
{
	struct iw_nameset set = IW_NAMESET_INIT;

	assert_int_equal(iw_nameset_add(&set, "stays", 5), 0);
	for (size_t i = 0; i < 100000; i++) {
		assert_int_equal(iw_nameset_add(&set, "4913", 4), 0);
		assert_true(iw_nameset_take(&set, "4913", 4));
	}
	assert_true(iw_nameset_has(&set, "stays", 5));
	assert_in_range(set.cap, 16, 64);
	assert_in_range(set.bytes.cap, 1, 16384);
	iw_nameset_done(&set);
}

static void holds_many(void **state IW_UNUSED)
{
	enum { MANY = 50000 };
	struct iw_nameset set = IW_NAMESET_INIT;
	char name[16];

	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < MANY; i++) {
			const size_t len = (size_t)snprintf(name, sizeof(name), "%d", i);

			assert_int_equal(iw_nameset_has(&set, name, len), pass);
			assert_int_equal(iw_nameset_add(&set, name, len), 0);
		}
	}
	for (int i = 0; i < MANY; i += 2) {
		const size_t len = (size_t)snprintf(name, sizeof(name), "%d", i);

		assert_true(iw_nameset_take(&set, name, len));
	}
	for (int i = 0; i < MANY; i++) {
		const size_t len = (size_t)snprintf(name, sizeof(name), "%d", i);

		assert_int_equal(iw_nameset_has(&set, name, len), i % 2);
	}
	iw_nameset_done(&set);
}

/* Names that begin alike, the empty one, and the longest that is taken. */
static void compares_all_bytes(void **state IW_UNUSED)
{
	enum { TOO_LONG = UINT16_MAX + 1 };
	struct iw_nameset set = IW_NAMESET_INIT;
	char *bytes = calloc(1, TOO_LONG);

	assert_non_null(bytes);
	assert_false(iw_nameset_has(&set, bytes, 0));
	assert_false(iw_nameset_take(&set, bytes, 0));
	for (size_t len = 0; len < 40; len++) {
		assert_false(iw_nameset_has(&set, bytes, len));
		assert_int_equal(iw_nameset_add(&set, bytes, len), 0);
		assert_true(iw_nameset_has(&set, bytes, len));
	}
	assert_int_equal(iw_nameset_add(&set, bytes, UINT16_MAX), 0);
	assert_true(iw_nameset_has(&set, bytes, UINT16_MAX));
	bytes[UINT16_MAX - 1] = 'x';
	assert_false(iw_nameset_has(&set, bytes, UINT16_MAX));
	assert_int_equal(iw_nameset_add(&set, bytes, TOO_LONG), -ENOMEM);
	assert_false(iw_nameset_has(&set, bytes, TOO_LONG));
	assert_true(iw_nameset_take(&set, bytes, 0));
	assert_false(iw_nameset_take(&set, bytes, 0));
	iw_nameset_done(&set);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_an_array),
		cmocka_unit_test(what_comes_and_goes_costs_nothing),
		cmocka_unit_test(holds_many),
		cmocka_unit_test(compares_all_bytes),
	};

	return cmocka_run_group_tests_name("nameset", tests, NULL, NULL);
}
