/* SPDX-License-Identifier: MIT */
#include "core/children.h"

#include <errno.h>

enum { SMALLEST_CAPACITY = 16 };

/* FNV-1a: names are short, and nobody gains by colliding with himself. */
uint32_t iw_children_hash(uint32_t parent, const char *name, size_t name_len)
{
	uint32_t hash = 2166136261u ^ (parent * 2654435769u);

	for (size_t i = 0; i < name_len; i++)
		hash = (hash ^ (unsigned char)name[i]) * 16777619u;
	return hash ^ (hash >> 15);
}

bool iw_children_has_room(const struct iw_children *table)
{
	return table->cap && (table->count + 1) * 4 <= table->cap * 3;
}

int iw_children_enlarge(struct iw_children *table)
{
	struct iw_children larger = {.cap = table->cap ? table->cap * 2
						       : SMALLEST_CAPACITY};

	larger.slots = calloc(larger.cap, sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	free(table->slots);
	*table = larger;
	return 0;
}

void iw_children_put(struct iw_children *table, uint32_t node, uint32_t hash)
{
	size_t slot = hash & (table->cap - 1);

	while (table->slots[slot])
		slot = (slot + 1) & (table->cap - 1);
	table->slots[slot] = node;
	table->count++;
}

void iw_children_drop(struct iw_children *table, uint32_t node, uint32_t hash,
		      iw_children_hash_fn *hash_of, const void *context)
{
	const size_t wrap = table->cap - 1;
	size_t hole = hash & wrap;

	while (table->slots[hole] != node)
		hole = (hole + 1) & wrap;
	/* Close the gap, so that no search ends early at it. */
	for (size_t slot = (hole + 1) & wrap; table->slots[slot];
	     slot = (slot + 1) & wrap) {
		const size_t home = hash_of(context, table->slots[slot]) & wrap;

		if (((slot - home) & wrap) >= ((slot - hole) & wrap)) {
			table->slots[hole] = table->slots[slot];
			hole = slot;
		}
	}
	table->slots[hole] = 0;
	table->count--;
}

uint32_t iw_children_candidate(const struct iw_children *table, uint32_t hash,
			       size_t *cursor)
{
	if (table->cap == 0)
		return 0;
	if (*cursor == SIZE_MAX)
		*cursor = hash & (table->cap - 1);
	else
		*cursor = (*cursor + 1) & (table->cap - 1);
	return table->slots[*cursor];
}
