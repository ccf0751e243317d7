/* SPDX-License-Identifier: MIT */
/*
 * Memory that runs out when a test says so, and steps that are tried until it suffices.
 * Each program that includes it has its own counter; link it with -Wl,--wrap=malloc,
 * --wrap=calloc,--wrap=realloc,--wrap=reallocarray.
 * It never fails an allocation of the test library or of libc.
 */
#ifndef IW_TESTS_FAILING_MEMORY_H
#define IW_TESTS_FAILING_MEMORY_H

#include <errno.h>
#include <stdio.h>

#include "text_support.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
void *__real_reallocarray(void *pointer, size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);
void *__wrap_reallocarray(void *pointer, size_t count, size_t size);

static int allocations_left = -1; /* -1: no limit */

static inline bool may_allocate(void)
{
	if (allocations_left < 0)
		return true;
	if (allocations_left == 0)
		return false;
	allocations_left--;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return may_allocate() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
	return may_allocate() ? __real_calloc(count, size) : NULL;
}

void *__wrap_realloc(void *pointer, size_t size)
{
	return may_allocate() ? __real_realloc(pointer, size) : NULL;
}

void *__wrap_reallocarray(void *pointer, size_t count, size_t size)
{
	return may_allocate() ? __real_reallocarray(pointer, count, size) : NULL;
}

enum { MANY = 3000 };

/*
 * Runs action with no memory, with memory for one allocation, and so on until it works;
 * is_intact says after each failure that nothing has changed. Counts the failures.
 */
static inline int insist(int (*action)(void *context, uint32_t i),
			 bool (*is_intact)(void *context, uint32_t i), void *context,
			 uint32_t i)
{
	for (int limit = 0;; limit++) {
		allocations_left = limit;
		const int r = action(context, i);
		allocations_left = -1;
		if (r == 0)
			return limit;
		assert_int_equal(r, -ENOMEM);
		assert_true(is_intact(context, i));
	}
}

static inline int insist_on_many(int (*action)(void *context, uint32_t i),
				 bool (*is_intact)(void *context, uint32_t i),
				 void *context)
{
	int failures = 0;

	for (uint32_t i = 1; i <= MANY; i++)
		failures += insist(action, is_intact, context, i);
	return failures;
}

/* A name with this number. */
static inline size_t spell(uint32_t i, char *name, size_t size)
{
	/* One in three does not fit into a node of the tree. */
	return (size_t)snprintf(name, size, i % 3 ? "%u" : "%u-and-a-long-tail", i);
}

#endif
