/* SPDX-License-Identifier: MIT */
#include "base/intmap.h"

#include <assert.h>
#include <errno.h>

enum { SMALLEST_CAPACITY = 16 };

/* The slot of key, or the free slot where it would go. cap must not be 0. */
static size_t slot_of(const struct iw_intmap *map, uint32_t key)
{
	size_t slot = iw_intmap_home(map, key);

	while (map->entries[slot].key && map->entries[slot].key != key)
		slot = (slot + 1) & (map->cap - 1);
	return slot;
}

static int grow(struct iw_intmap *map)
{
	struct iw_intmap larger = {.cap = map->cap ? map->cap * 2 : SMALLEST_CAPACITY};

	larger.entries = calloc(larger.cap, sizeof(*larger.entries));
	if (!larger.entries)
		return -ENOMEM;
	for (size_t i = 0; i < map->cap; i++) {
		if (map->entries[i].key)
			larger.entries[slot_of(&larger, map->entries[i].key)] =
				map->entries[i];
	}
	larger.count = map->count;
	free(map->entries);
	*map = larger;
	return 0;
}

void iw_intmap_done(struct iw_intmap *map)
{
	free(map->entries);
	*map = IW_INTMAP_INIT;
}

int iw_intmap_put(struct iw_intmap *map, uint32_t key, uint32_t value)
{
	assert(key != 0 && value != 0);
	if (map->cap == 0 || (map->count + 1) * 4 > map->cap * 3) {
		int r = grow(map);
		if (r < 0)
			return r;
	}
	size_t slot = slot_of(map, key);
	if (!map->entries[slot].key)
		map->count++;
	map->entries[slot] = (struct iw_intmap_entry){key, value};
	return 0;
}

uint32_t iw_intmap_take(struct iw_intmap *map, uint32_t key)
{
	if (map->cap == 0 || key == 0)
		return 0;
	size_t hole = slot_of(map, key);
	const uint32_t value = map->entries[hole].value;
	if (!map->entries[hole].key)
		return 0;

	/* Close the gap, so that no search ends early at it and no tombstones remain. */
	for (size_t slot = (hole + 1) & (map->cap - 1); map->entries[slot].key;
	     slot = (slot + 1) & (map->cap - 1)) {
		const size_t home = iw_intmap_home(map, map->entries[slot].key);
		const size_t reach = (slot - home) & (map->cap - 1);

		if (reach >= ((slot - hole) & (map->cap - 1))) {
			map->entries[hole] = map->entries[slot];
			hole = slot;
		}
	}
	map->entries[hole] = (struct iw_intmap_entry){0};
	map->count--;
	return value;
}
