/* SPDX-License-Identifier: MIT */
#include "base/nameset.h"

#include <errno.h>

enum { SMALLEST_CAPACITY = 16 };
static const uint32_t REMOVED = UINT32_MAX;

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

		if (set->slots[i] == REMOVED)
			continue;
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
	set->used++;
}

static int grow(struct iw_nameset *set)
{
	struct iw_nameset larger = {.cap = set->cap ? set->cap * 2 : SMALLEST_CAPACITY,
				    .bytes = set->bytes};

	larger.slots = calloc(larger.cap, sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < set->cap; i++) {
		size_t len;

		if (set->slots[i] == 0 || set->slots[i] == REMOVED)
			continue;
		const char *name = stored_name(set, set->slots[i], &len);
		place(&larger, hash_of(name, len), set->slots[i]);
	}
	free(set->slots);
	*set = larger;
	return 0;
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
	if (set->bytes.len > UINT32_MAX / 2 || len > UINT16_MAX)
		return -ENOMEM;
	if (set->cap == 0 || (set->used + 1) * 4 > set->cap * 3)
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
	const size_t i = find(set, name, len);

	if (i == SIZE_MAX)
		return false;
	set->slots[i] = REMOVED;
	return true;
}
