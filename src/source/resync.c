/* SPDX-License-Identifier: MIT */
/*
 * After an overflow nothing is known for sure. The watches stay, because dropping and
 * adding them again would queue enough to overflow once more; everything is stale until
 * it was listed again, and what is stale at the end is gone.
 */
#include <errno.h>

#include "source/moves-private.h"
#include "source/places.h"
#include "source/watcher-private.h"

/* Nothing in root's tree is known any more, but the watches stay. */
static void make_stale(struct iw_watcher *watcher, uint32_t root)
{
	struct iw_tree *tree = watcher->tree;

	for (uint32_t node = root; node; node = iw_tree_next(tree, root, node)) {
		struct iw_node *fields = iw_tree_node(tree, node);

		fields->flags &= IW_NODE_LOST | IW_NODE_FILE | IW_NODE_GONE |
				 IW_NODE_ANCHORED | IW_NODE_UNANCHORED;
		fields->flags |= IW_NODE_STALE;
	}
}

static int tell_cleared(struct iw_watcher *watcher, uint32_t root)
{
	iw_tree_node(watcher->tree, root)->flags |= IW_NODE_CLEARED;
	return iw_emit_control(watcher, IW_RESYNC, root, 0);
}

/* Flags the PATHs that lie in another: that one's resync clears them too. */
static void flag_inner_roots(struct iw_watcher *watcher, const struct iw_places *places)
{
	for (size_t i = 0; i < places->len; i++) {
		for (size_t j = 0; j < places->dirs; j++) {
			if (!iw_place_lies_in(&places->items[i], &places->items[j]))
				continue;
			iw_tree_node(watcher->tree, places->items[i].root)->flags |=
				IW_NODE_CLEARED;
			break;
		}
	}
}

int iw_resync_begin(struct iw_watcher *watcher)
{
	const struct iw_tree *tree = watcher->tree;
	struct iw_places places = {0};

	watcher->is_resyncing = true;
	watcher->anchors.is_short = false;
	int r = iw_places_find(watcher, &places);
	flag_inner_roots(watcher, &places);
	for (uint32_t root = iw_tree_first_root(tree); root && r == 0;
	     root = iw_tree_node(tree, root)->next) {
		if (!(iw_tree_node(tree, root)->flags & IW_NODE_CLEARED))
			r = tell_cleared(watcher, root);
	}
	iw_places_done(&places);
	return r;
}

static const struct iw_place *find_place(const struct iw_places *places, uint32_t root)
{
	size_t i = 0;

	while (i < places->len && places->items[i].root != root)
		i++;
	return i < places->len ? &places->items[i] : NULL;
}

/*
 * The PATH outer, in which inner lies, may know a directory by inner's name still,
 * because the events that say otherwise are queued. Readers have forgotten what is below
 * it.
 */
static int renew_in_outer(struct iw_watcher *watcher, const struct iw_place *inner,
			  const struct iw_place *outer)
{
	const char *name = inner->path + strlen(outer->path);
	uint32_t node = outer->root;

	while (*name && node != IW_NO_NODE) {
		name += strspn(name, "/");
		const size_t len = strcspn(name, "/");
		node = iw_tree_find_child(watcher->tree, node, name, len);
		name += len;
	}
	if (node == IW_NO_NODE ||
	    !(iw_tree_node(watcher->tree, node)->flags & IW_NODE_LISTED))
		return 0;
	iw_tree_node(watcher->tree, node)->flags &= (uint16_t)~IW_NODE_LISTED;
	int r = iw_watcher_drop_children(watcher, node);
	return r < 0 ? r : iw_watcher_mark_dirty(watcher, node);
}

int iw_resync_root(struct iw_watcher *watcher, uint32_t root)
{
	struct iw_places places = {0};

	watcher->is_resyncing = true;
	int r = tell_cleared(watcher, root);
	if (r == 0)
		r = iw_places_find(watcher, &places);
	const struct iw_place *own = find_place(&places, root);
	for (size_t i = 0; i < places.len && own && r == 0; i++) {
		const uint32_t other = places.items[i].root;

		if (iw_place_lies_in(own, &places.items[i]))
			r = renew_in_outer(watcher, own, &places.items[i]);
		if (r < 0 || !iw_place_lies_in(&places.items[i], own))
			continue;
		make_stale(watcher, other);
		iw_tree_node(watcher->tree, other)->flags |= IW_NODE_CLEARED;
		r = iw_watcher_mark_dirty(watcher, other);
	}
	iw_places_done(&places);
	return r;
}

int iw_resync_again(struct iw_watcher *watcher, uint32_t root)
{
	make_stale(watcher, root);
	return iw_watcher_mark_dirty(watcher, root);
}

int iw_resync_overflow(struct iw_watcher *watcher)
{
	struct iw_tree *tree = watcher->tree;
	uint32_t last = IW_NO_NODE;

	watcher->state.overflows++;
	int r = iw_emit_control(watcher, IW_OVERFLOW, IW_NO_NODE, 0);
	if (r < 0)
		return r;
	iw_moves_done(watcher);
	/* What was queued before is applied, and what was lost will never come. */
	iw_intmap_done(&watcher->removed);
	watcher->swap = (struct iw_swap){0};
	iw_windows_done(&watcher->windows);
	iw_agenda_clear(&watcher->agenda);
	watcher->patience_ns = 0;
	for (uint32_t root = iw_tree_first_root(tree); root;
	     root = iw_tree_node(tree, root)->next) {
		make_stale(watcher, root);
		last = root;
	}
	/* The first PATH is to be visited first, so it is pushed last. */
	for (uint32_t root = last; root && r == 0; root = iw_tree_node(tree, root)->prev)
		r = iw_watcher_mark_dirty(watcher, root);
	if (!iw_watcher_is_telling(watcher)) {
		watcher->is_resyncing = true;
		return r;
	}
	return r < 0 ? r : iw_resync_begin(watcher);
}

int iw_resync_sweep(struct iw_watcher *watcher)
{
	struct iw_tree *tree = watcher->tree;

	for (uint32_t root = iw_tree_first_root(tree); root;
	     root = iw_tree_node(tree, root)->next) {
		for (uint32_t node = root; node;) {
			const struct iw_node *fields = iw_tree_node(tree, node);
			const uint32_t parent = fields->parent;

			if (!parent || !(fields->flags & IW_NODE_STALE)) {
				node = iw_tree_next(tree, root, node);
				continue;
			}
			/* Its siblings are found again from their parent. */
			int r = iw_watcher_drop(watcher, node);
			if (r < 0)
				return r;
			node = parent;
		}
	}
	return 0;
}

int iw_watcher_retry(struct iw_watcher *watcher)
{
	struct iw_tree *tree = watcher->tree;

	watcher->anchors.is_short = false;
	for (uint32_t root = iw_tree_first_root(tree); root;
	     root = iw_tree_node(tree, root)->next) {
		for (uint32_t node = root; node; node = iw_tree_next(tree, root, node)) {
			const uint16_t missing = IW_NODE_LOST | IW_NODE_UNANCHORED;

			if (!(iw_tree_node(tree, node)->flags & missing))
				continue;
			int r = iw_watcher_mark_dirty(watcher, node);
			if (r < 0)
				return r;
		}
	}
	return 0;
}
