/* SPDX-License-Identifier: MIT */
/*
 * After an overflow nothing is known for sure. The watches stay, because dropping and
 * adding them again would queue enough to overflow once more; everything is stale until
 * it was listed again, and what is stale at the end is gone.
 */
#include <errno.h>

#include "source/watcher-private.h"

int iw_resync_overflow(struct iw_watcher *watcher)
{
	struct iw_tree *tree = watcher->tree;

	watcher->state.overflows++;
	int r = iw_emit_control(watcher, IW_OVERFLOW, IW_NO_NODE, 0);
	if (r < 0)
		return r;
	iw_moves_done(watcher);
	watcher->swap = (struct iw_swap){0};
	iw_windows_done(&watcher->windows);
	iw_agenda_clear(&watcher->agenda);
	watcher->patience_ns = 0;
	for (uint32_t root = iw_tree_first_root(tree); root;
	     root = iw_tree_node(tree, root)->next) {
		for (uint32_t node = root; node; node = iw_tree_next(tree, root, node)) {
			struct iw_node *fields = iw_tree_node(tree, node);

			fields->flags &= IW_NODE_LOST | IW_NODE_FILE | IW_NODE_GONE |
					 IW_NODE_ANCHORED;
			fields->flags |= IW_NODE_STALE;
		}
	}
	/* The first PATH is to be visited first, so it is pushed last. */
	uint32_t last = iw_tree_first_root(tree);
	while (last && iw_tree_node(tree, last)->next)
		last = iw_tree_node(tree, last)->next;
	for (uint32_t root = last; root && r == 0; root = iw_tree_node(tree, root)->prev)
		r = iw_watcher_mark_dirty(watcher, root);
	watcher->is_resyncing = true;
	return r;
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

	for (uint32_t root = iw_tree_first_root(tree); root;
	     root = iw_tree_node(tree, root)->next) {
		for (uint32_t node = root; node; node = iw_tree_next(tree, root, node)) {
			if (!(iw_tree_node(tree, node)->flags & IW_NODE_LOST))
				continue;
			int r = iw_watcher_mark_dirty(watcher, node);
			if (r < 0)
				return r;
		}
	}
	return 0;
}
