/* SPDX-License-Identifier: MIT */
/*
 * The table that finds a child by parent and name, for core/tree only.
 * It owns an array of node numbers, four bytes a slot, at most three quarters full; names
 * and hashes stay in the nodes, which it is given as a function.
 * It never compares more than hashes by itself.
 */
#ifndef IW_CORE_CHILDREN_H
#define IW_CORE_CHILDREN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

struct iw_children {
	uint32_t *slots; /* node numbers; 0: free */
	size_t cap;      /* a power of two, or 0 */
	size_t count;
};

/* The stored hash of a node. */
typedef uint32_t iw_children_hash_fn(const void *context, uint32_t node);

/* The hash under which a child is kept. */
uint32_t iw_children_hash(uint32_t parent, const char *name, size_t name_len);

/* Whether there is room for one more. */
bool iw_children_has_room(const struct iw_children *table);

/*
 * Makes it an empty table of twice the size, into which all nodes are to be put again: in
 * the order in which they lie in memory. Returns 0 or -ENOMEM (table unchanged).
 */
IW_MUST_CHECK int iw_children_enlarge(struct iw_children *table);

/* Adds a node; there must be room. */
void iw_children_put(struct iw_children *table, uint32_t node, uint32_t hash);

/* Removes a node that is there. */
void iw_children_drop(struct iw_children *table, uint32_t node, uint32_t hash,
		      iw_children_hash_fn *hash_of, const void *context);

/*
 * Walks over the nodes that may have this hash: *cursor starts at SIZE_MAX. Returns the
 * next candidate, or 0 at the end.
 */
uint32_t iw_children_candidate(const struct iw_children *table, uint32_t hash,
			       size_t *cursor);

#endif
