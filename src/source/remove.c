/* SPDX-License-Identifier: MIT */
/*
 * Takes a PATH back: its watches, those on the way to it, and all that is pending below
 * it. What another PATH reaches too is that one's from now on.
 */
#include <errno.h>

#include "source/watcher-private.h"

/* "d/" and "d" are the same PATH. */
static size_t trimmed_len(const char *path, size_t len)
{
	while (len > 1 && path[len - 1] == '/')
		len--;
	return len;
}

static bool is_named(const struct iw_node *root, const char *path, size_t len)
{
	const char *name = iw_node_name(root);

	return trimmed_len(name, root->name_len) == len && memcmp(name, path, len) == 0;
}

/* An exchange of which only one half was applied cannot be told to its end. */
static void forget_swap(struct iw_watcher *watcher, uint32_t root)
{
	struct iw_swap *swap = &watcher->swap;

	if (swap->dir && iw_tree_is_below(watcher->tree, swap->dir, root))
		*swap = (struct iw_swap){0};
	/* What is held is judged anew, by what is still there. */
	swap->deadline_ns = 0;
}

static int remove_root(struct iw_watcher *watcher, uint32_t root)
{
	forget_swap(watcher, root);
	iw_tree_node(watcher->tree, root)->flags &= (uint16_t)~IW_NODE_ANCHORED;
	/* First, so that watches that both have used go with the tree. */
	int r = iw_roots_release_anchors(watcher, root);
	return r < 0 ? r : iw_watcher_drop(watcher, root);
}

int iw_watcher_remove(struct iw_watcher *watcher, const char *path, size_t len)
{
	const size_t wanted_len = trimmed_len(path, len);
	uint32_t root = iw_tree_first_root(watcher->tree);
	int result = -ENOENT;

	while (root) {
		const struct iw_node *fields = iw_tree_node(watcher->tree, root);
		const uint32_t next = fields->next;

		if (is_named(fields, path, wanted_len)) {
			result = remove_root(watcher, root);
			if (result < 0)
				return result;
		}
		root = next;
	}
	return result;
}
