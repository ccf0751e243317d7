/* SPDX-License-Identifier: MIT */
/*
 * A map from 32-bit numbers to 32-bit numbers: watch descriptors and cookies to nodes.
 * The map owns its table, eight bytes an entry, at most three quarters full.
 * It never holds the key 0 (no watch descriptor and no cookie is 0) nor the value 0.
 */
#ifndef IW_BASE_INTMAP_H
#define IW_BASE_INTMAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

struct iw_intmap_entry {
	uint32_t key; /* 0: free */
	uint32_t value;
};

struct iw_intmap {
	struct iw_intmap_entry *entries;
	size_t cap; /* a power of two, or 0 */
	size_t count;
};

#define IW_INTMAP_INIT ((struct iw_intmap){0})

void iw_intmap_done(struct iw_intmap *map);

/*
 * Where the search for a key begins. Watch descriptors count up from 1, so multiplying
 * spreads them (Knuth, 6.4); eight that follow one another lie side by side, in a line of
 * the processor's cache.
 */
static inline size_t iw_intmap_home(const struct iw_intmap *map, uint32_t key)
{
	return ((key >> 3) * 2654435769u << 3 | (key & 7)) & (map->cap - 1);
}

/* The value of key, or 0 if there is none. */
static inline uint32_t iw_intmap_get(const struct iw_intmap *map, uint32_t key)
{
	if (map->count == 0 || !map->entries || key == 0)
		return 0;
	size_t slot = iw_intmap_home(map, key);
	while (map->entries[slot].key && map->entries[slot].key != key)
		slot = (slot + 1) & (map->cap - 1);
	return map->entries[slot].value;
}

/* Sets or replaces the value of key. Returns 0, or -ENOMEM (map unchanged). */
IW_MUST_CHECK int iw_intmap_put(struct iw_intmap *map, uint32_t key, uint32_t value);

/* Forgets key and returns its value, 0 if there was none. */
uint32_t iw_intmap_take(struct iw_intmap *map, uint32_t key);

#endif
