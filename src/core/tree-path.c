/* SPDX-License-Identifier: MIT */
/*
 * Ways through the watch tree: up to the root, down over all below, and the path. All of
 * it goes by the nodes' public fields.
 */
#include "core/tree.h"

#include <string.h>

char *iw_node_copy_name(const struct iw_node *node)
{
	char *copy = malloc((size_t)node->name_len + 1);

	if (!copy)
		return NULL;
	memcpy(copy, iw_node_name(node), node->name_len);
	copy[node->name_len] = '\0';
	return copy;
}

uint32_t iw_tree_root_of(const struct iw_tree *tree, uint32_t id, size_t *ret_depth)
{
	size_t depth = 0;

	for (uint32_t parent; (parent = iw_tree_node(tree, id)->parent); id = parent)
		depth++;
	*ret_depth = depth;
	return id;
}

bool iw_tree_is_below(const struct iw_tree *tree, uint32_t id, uint32_t top)
{
	while (id && id != top)
		id = iw_tree_node(tree, id)->parent;
	return id == top;
}

uint32_t iw_tree_next(const struct iw_tree *tree, uint32_t top, uint32_t id)
{
	const struct iw_node *node = iw_tree_node(tree, id);

	if (node->first_child)
		return node->first_child;
	while (id != top) {
		if (node->next)
			return node->next;
		id = node->parent;
		node = iw_tree_node(tree, id);
	}
	return IW_NO_NODE;
}

static size_t slash_behind(const struct iw_node *node)
{
	const char *name = iw_node_name(node);

	/* Only a root can end in a slash, because only PATH is written by people. */
	return node->name_len && name[node->name_len - 1] == '/' ? 0 : 1;
}

int iw_tree_append_path(const struct iw_tree *tree, uint32_t id, struct iw_buffer *buffer,
			size_t *ret_root_len)
{
	size_t len = 0;
	size_t root_len = 0;

	for (uint32_t at = id; at; at = iw_tree_node(tree, at)->parent) {
		const struct iw_node *node = iw_tree_node(tree, at);

		len += node->name_len + (at == id ? 0 : slash_behind(node));
		root_len = node->name_len;
	}
	int r = iw_buffer_reserve(buffer, len);
	if (r < 0)
		return r;
	*ret_root_len = root_len;
	if (len == 0)
		return 0; /* PATH is empty; the buffer may have no memory yet */

	char *end = buffer->data + buffer->len + len;
	for (uint32_t at = id; at; at = iw_tree_node(tree, at)->parent) {
		const struct iw_node *node = iw_tree_node(tree, at);

		if (at != id && slash_behind(node))
			*--end = '/';
		end -= node->name_len;
		memcpy(end, iw_node_name(node), node->name_len);
	}
	buffer->len += len;
	return 0;
}
