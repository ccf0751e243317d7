/* SPDX-License-Identifier: MIT */
#include "base/nameset.h"

#include <errno.h>

enum { SMALLEST_CAPACITY = 16, SMALLEST_GARBAGE = 4096 };

static uint32_t hash_of(const char *name, size_t len)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)name[i]) * 16777619u;
	return hash ^ (hash >> 15);
}

static const char *stored_name(const struct iw_nameset *set, uint32_t slot,
			       size_t *ret_len)
{
	const char *entry = set->bytes.data + slot - 1;
	uint32_t len;

	memcpy(&len, entry, sizeof(len));
	*ret_len = len;
	return entry + sizeof(len);
}

/* The slot that holds the name, or SIZE_MAX. */
static size_t find(const struct iw_nameset *set, const char *name, size_t len)
{
	if (set->cap == 0)
		return SIZE_MAX;
	for (size_t i = hash_of(name, len) & (set->cap - 1); set->slots[i];
	     i = (i + 1) & (set->cap - 1)) {
		size_t stored_len;

		const char *stored = stored_name(set, set->slots[i], &stored_len);
		if (stored_len == len && memcmp(stored, name, len) == 0)
			return i;
	}
	return SIZE_MAX;
}

static void place(struct iw_nameset *set, uint32_t hash, uint32_t slot)
{
	size_t i = hash & (set->cap - 1);

	while (set->slots[i])
		i = (i + 1) & (set->cap - 1);
	set->slots[i] = slot;
	set->count++;
}

static int grow(struct iw_nameset *set)
{
	struct iw_nameset larger = {.cap = set->cap ? set->cap * 2 : SMALLEST_CAPACITY,
				    .bytes = set->bytes,
				    .removed_len = set->removed_len};

	larger.slots = calloc(larger.cap, sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < set->cap; i++) {
		size_t len;

		if (set->slots[i] == 0)
			continue;
		const char *name = stored_name(set, set->slots[i], &len);
		place(&larger, hash_of(name, len), set->slots[i]);
	}
	free(set->slots);
	*set = larger;
	return 0;
}

/* The slot of the name that is stored at this offset, or SIZE_MAX if it was removed. */
static size_t slot_of_offset(const struct iw_nameset *set, size_t offset)
{
	size_t len;
	const char *name = stored_name(set, (uint32_t)offset + 1, &len);

	for (size_t i = hash_of(name, len) & (set->cap - 1); set->slots[i];
	     i = (i + 1) & (set->cap - 1)) {
		if (set->slots[i] == offset + 1)
			return i;
	}
	return SIZE_MAX;
}

/* Closes the gaps of removed names, in place: it cannot fail. */
static void compact(struct iw_nameset *set)
{
	size_t to = 0;
	size_t entry_len;

	for (size_t from = 0; from < set->bytes.len; from += entry_len) {
		const size_t slot = slot_of_offset(set, from);
		uint32_t name_len;

		memcpy(&name_len, set->bytes.data + from, sizeof(name_len));
		entry_len = sizeof(name_len) + name_len;
		if (slot == SIZE_MAX)
			continue;
		memmove(set->bytes.data + to, set->bytes.data + from, entry_len);
		set->slots[slot] = (uint32_t)to + 1;
		to += entry_len;
	}
	set->bytes.len = to;
	set->removed_len = 0;
}

void iw_nameset_done(struct iw_nameset *set)
{
	free(set->slots);
	iw_buffer_done(&set->bytes);
	*set = IW_NAMESET_INIT;
}

int iw_nameset_add(struct iw_nameset *set, const char *name, size_t len)
{
	const uint32_t len32 = (uint32_t)len;
	int r = 0;

	if (iw_nameset_has(set, name, len))
		return 0;
	/* Files that come and go would else pile up their names. */
	if (set->removed_len > SMALLEST_GARBAGE && set->removed_len > set->bytes.len / 2)
		compact(set);
	if (set->bytes.len > UINT32_MAX / 2 || len > UINT16_MAX)
		return -ENOMEM;
	if (set->cap == 0 || (set->count + 1) * 4 > set->cap * 3)
		r = grow(set);
	if (r == 0)
		r = iw_buffer_reserve(&set->bytes, sizeof(len32) + len);
	if (r < 0)
		return r;
	place(set, hash_of(name, len), (uint32_t)set->bytes.len + 1);
	memcpy(set->bytes.data + set->bytes.len, &len32, sizeof(len32));
	memcpy(set->bytes.data + set->bytes.len + sizeof(len32), name, len);
	set->bytes.len += sizeof(len32) + len;
	return 0;
}

bool iw_nameset_has(const struct iw_nameset *set, const char *name, size_t len)
{
	return find(set, name, len) != SIZE_MAX;
}

bool iw_nameset_take(struct iw_nameset *set, const char *name, size_t len)
{
	const size_t wrap = set->cap - 1;
	size_t hole = find(set, name, len);

	if (hole == SIZE_MAX)
		return false;
	/* Close the gap: a mark in it would lengthen every later search. */
	for (size_t slot = (hole + 1) & wrap; set->slots[slot];
	     slot = (slot + 1) & wrap) {
		size_t other_len;
		const char *other = stored_name(set, set->slots[slot], &other_len);
		const size_t home = hash_of(other, other_len) & wrap;

		if (((slot - home) & wrap) >= ((slot - hole) & wrap)) {
			set->slots[hole] = set->slots[slot];
			hole = slot;
		}
	}
	set->slots[hole] = 0;
	set->count--;
	set->removed_len += sizeof(uint32_t) + len;
	return true;
}
