/* SPDX-License-Identifier: MIT */
#include "source/anchors.h"

#include <errno.h>
#include <string.h>

#include "core/children.h"

void iw_anchors_done(struct iw_anchors *anchors)
{
	for (size_t i = 0; i < anchors->len; i++)
		free(anchors->items[i].name);
	free(anchors->items);
	iw_intmap_done(&anchors->by_hash);
	iw_intmap_done(&anchors->uses);
	*anchors = (struct iw_anchors){0};
}

/* The map has no key 0. */
static uint32_t hash_of(int32_t wd, const char *name, size_t name_len)
{
	const uint32_t hash = iw_children_hash((uint32_t)wd, name, name_len);

	return hash ? hash : 1;
}

static bool is_at(const struct iw_anchor *anchor, int32_t wd, const char *name,
		  size_t len)
{
	return anchor->wd == wd && anchor->name_len == len &&
	       memcmp(anchor->name, name, len) == 0;
}

const struct iw_anchor *iw_anchors_find(const struct iw_anchors *anchors, int32_t wd,
					const char *name, size_t name_len,
					uint32_t *cursor)
{
	uint32_t entry =
		*cursor ? anchors->items[*cursor - 1].next
			: iw_intmap_get(&anchors->by_hash, hash_of(wd, name, name_len));

	while (entry && !is_at(&anchors->items[entry - 1], wd, name, name_len))
		entry = anchors->items[entry - 1].next;
	*cursor = entry;
	return entry ? &anchors->items[entry - 1] : NULL;
}

bool iw_anchors_use(const struct iw_anchors *anchors, int32_t wd)
{
	return iw_intmap_get(&anchors->uses, (uint32_t)wd) > 0;
}

/* An unused entry + 1, or 0 without memory. */
static uint32_t new_entry(struct iw_anchors *anchors)
{
	const uint32_t reused = anchors->first_free;

	if (reused) {
		anchors->first_free = anchors->items[reused - 1].next;
		return reused;
	}
	if (anchors->len == anchors->cap) {
		const size_t cap = anchors->cap ? anchors->cap * 2 : 8;
		struct iw_anchor *items =
			reallocarray(anchors->items, cap, sizeof(*items));

		if (!items)
			return 0;
		anchors->items = items;
		anchors->cap = cap;
	}
	anchors->items[anchors->len] = (struct iw_anchor){0};
	return (uint32_t)++anchors->len;
}

static void free_entry(struct iw_anchors *anchors, uint32_t entry)
{
	struct iw_anchor *anchor = &anchors->items[entry - 1];

	free(anchor->name);
	*anchor = (struct iw_anchor){.next = anchors->first_free};
	anchors->first_free = entry;
}

int iw_anchors_add(struct iw_anchors *anchors, uint32_t root, int32_t wd,
		   const char *name, size_t name_len)
{
	const uint32_t hash = hash_of(wd, name, name_len);
	const uint32_t uses = iw_intmap_get(&anchors->uses, (uint32_t)wd);
	const struct iw_anchor *found;
	uint32_t cursor = 0;

	while ((found = iw_anchors_find(anchors, wd, name, name_len, &cursor))) {
		if (found->root == root) {
			anchors->items[cursor - 1].round = anchors->round;
			return 0;
		}
	}
	const uint32_t entry = new_entry(anchors);
	if (!entry)
		return -ENOMEM;
	struct iw_anchor *anchor = &anchors->items[entry - 1];
	*anchor = (struct iw_anchor){
		.wd = wd,
		.root = root,
		.round = anchors->round,
		.next = iw_intmap_get(&anchors->by_hash, hash),
		.name = malloc(name_len + 1),
		.name_len = name_len,
	};
	if (!anchor->name || iw_intmap_put(&anchors->uses, (uint32_t)wd, uses + 1) < 0) {
		free_entry(anchors, entry);
		return -ENOMEM;
	}
	memcpy(anchor->name, name, name_len);
	if (iw_intmap_put(&anchors->by_hash, hash, entry) == 0)
		return 0;
	if (uses)
		(void)!iw_intmap_put(&anchors->uses, (uint32_t)wd, uses);
	else
		iw_intmap_take(&anchors->uses, (uint32_t)wd);
	free_entry(anchors, entry);
	return -ENOMEM;
}

/* Takes an entry out of the chain of its hash; replacing a value needs no memory. */
static void unchain(struct iw_anchors *anchors, uint32_t entry)
{
	const struct iw_anchor *anchor = &anchors->items[entry - 1];
	const uint32_t hash = hash_of(anchor->wd, anchor->name, anchor->name_len);
	uint32_t at = iw_intmap_take(&anchors->by_hash, hash);

	if (at == entry) {
		if (anchor->next)
			(void)!iw_intmap_put(&anchors->by_hash, hash, anchor->next);
		return;
	}
	(void)!iw_intmap_put(&anchors->by_hash, hash, at);
	while (anchors->items[at - 1].next != entry)
		at = anchors->items[at - 1].next;
	anchors->items[at - 1].next = anchor->next;
}

bool iw_anchors_take_old(struct iw_anchors *anchors, uint32_t root, int32_t *ret_wd,
			 uint32_t *ret_uses)
{
	for (uint32_t entry = 1; entry <= anchors->len; entry++) {
		const struct iw_anchor *anchor = &anchors->items[entry - 1];

		if (!anchor->wd || anchor->root != root ||
		    anchor->round == anchors->round)
			continue;
		*ret_wd = anchor->wd;
		*ret_uses = iw_intmap_take(&anchors->uses, (uint32_t)anchor->wd) - 1;
		if (*ret_uses)
			(void)!iw_intmap_put(&anchors->uses, (uint32_t)anchor->wd,
					     *ret_uses);
		unchain(anchors, entry);
		free_entry(anchors, entry);
		return true;
	}
	return false;
}
