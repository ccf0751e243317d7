/* SPDX-License-Identifier: MIT */
#include "core/tree.h"

#include <assert.h>
#include <errno.h>

#include "base/intmap.h"
#include "core/children.h"

/* Nodes live in blocks that never move, so that pointers to them stay valid. */
enum { BLOCK_BITS = 10, BLOCK_LEN = 1 << BLOCK_BITS };

struct iw_tree {
	struct iw_node **blocks;
	size_t block_count;
	uint32_t used;       /* numbers given out so far, number 0 included */
	uint32_t first_free; /* removed nodes, joined by next */
	uint32_t first_root;
	uint32_t last_root;
	size_t count;
	size_t name_bytes; /* on the heap */
	uint64_t generation;
	struct iw_children children;
	struct iw_intmap by_wd;
};

int iw_tree_new(struct iw_tree **ret_tree)
{
	struct iw_tree *tree = calloc(1, sizeof(*tree));

	if (!tree)
		return -ENOMEM;
	tree->used = 1;
	*ret_tree = tree;
	return 0;
}

struct iw_node *iw_tree_node(const struct iw_tree *tree, uint32_t node)
{
	assert(node != IW_NO_NODE && node < tree->used);
	return &tree->blocks[node >> BLOCK_BITS][node & (BLOCK_LEN - 1)];
}

const char *iw_node_name(const struct iw_node *node)
{
	return node->name_len > IW_NODE_INLINE_NAME ? node->name.heap
						    : node->name.inlined;
}

static void free_name(struct iw_tree *tree, struct iw_node *node)
{
	if (node->name_len > IW_NODE_INLINE_NAME) {
		tree->name_bytes -= node->name_len;
		free(node->name.heap);
	}
	node->name_len = 0;
}

void iw_tree_free(struct iw_tree *tree)
{
	if (!tree)
		return;
	for (uint32_t id = 1; id < tree->used; id++)
		free_name(tree, iw_tree_node(tree, id));
	for (size_t i = 0; i < tree->block_count; i++)
		free(tree->blocks[i]);
	free(tree->blocks);
	free(tree->children.slots);
	iw_intmap_done(&tree->by_wd);
	free(tree);
}

static int add_block(struct iw_tree *tree)
{
	struct iw_node **blocks = reallocarray(tree->blocks, tree->block_count + 1,
					       sizeof(struct iw_node *));

	if (!blocks)
		return -ENOMEM;
	tree->blocks = blocks;
	blocks[tree->block_count] = calloc(BLOCK_LEN, sizeof(struct iw_node));
	if (!blocks[tree->block_count])
		return -ENOMEM;
	tree->block_count++;
	return 0;
}

/* A number for a new node, not yet marked as used. */
static int next_number(struct iw_tree *tree, uint32_t *ret_number)
{
	if (tree->first_free) {
		*ret_number = tree->first_free;
		return 0;
	}
	if (tree->used >> BLOCK_BITS >= tree->block_count) {
		int r = add_block(tree);
		if (r < 0)
			return r;
	}
	*ret_number = tree->used;
	return 0;
}

static uint32_t stored_hash(const void *context, uint32_t node)
{
	return iw_tree_node(context, node)->hash;
}

/* Makes room for one more child. */
static int reserve_child(struct iw_tree *tree)
{
	if (iw_children_has_room(&tree->children))
		return 0;
	int r = iw_children_enlarge(&tree->children);
	if (r < 0)
		return r;
	for (uint32_t id = 1; id < tree->used; id++) {
		const struct iw_node *node = iw_tree_node(tree, id);

		/* Neither a root nor removed. */
		if (node->parent)
			iw_children_put(&tree->children, id, node->hash);
	}
	return 0;
}

/* Copies a name into a node whose old name, if any, is freed. */
static int set_name(struct iw_tree *tree, struct iw_node *node, const char *name,
		    size_t len)
{
	char *copy = NULL;

	if (len > UINT16_MAX)
		return -ENAMETOOLONG;
	if (len > IW_NODE_INLINE_NAME) {
		copy = malloc(len);
		if (!copy)
			return -ENOMEM;
		memcpy(copy, name, len);
		tree->name_bytes += len;
	}
	free_name(tree, node);
	if (copy)
		node->name.heap = copy;
	else
		memcpy(node->name.inlined, name, len);
	node->name_len = (uint16_t)len;
	return 0;
}

static void link_root(struct iw_tree *tree, uint32_t id, struct iw_node *node)
{
	node->prev = tree->last_root;
	if (tree->last_root)
		iw_tree_node(tree, tree->last_root)->next = id;
	else
		tree->first_root = id;
	tree->last_root = id;
}

static void link_node(struct iw_tree *tree, uint32_t id, uint32_t parent)
{
	struct iw_node *node = iw_tree_node(tree, id);

	node->parent = parent;
	node->next = node->prev = IW_NO_NODE;
	node->hash = iw_children_hash(parent, iw_node_name(node), node->name_len);
	if (parent == IW_NO_NODE) {
		link_root(tree, id, node);
		return;
	}
	struct iw_node *above = iw_tree_node(tree, parent);
	node->next = above->first_child;
	if (node->next)
		iw_tree_node(tree, node->next)->prev = id;
	above->first_child = id;
	iw_children_put(&tree->children, id, node->hash);
}

static void unlink_node(struct iw_tree *tree, uint32_t id)
{
	struct iw_node *node = iw_tree_node(tree, id);

	if (node->parent)
		iw_children_drop(&tree->children, id, node->hash, stored_hash, tree);
	if (node->prev)
		iw_tree_node(tree, node->prev)->next = node->next;
	else if (node->parent)
		iw_tree_node(tree, node->parent)->first_child = node->next;
	else
		tree->first_root = node->next;
	if (node->next)
		iw_tree_node(tree, node->next)->prev = node->prev;
	else if (!node->parent)
		tree->last_root = node->prev;
}

int iw_tree_add(struct iw_tree *tree, uint32_t parent, const char *name, size_t name_len,
		uint32_t *ret_node)
{
	uint32_t id = IW_NO_NODE;

	IW_COSTLY_ASSERT(parent == IW_NO_NODE ||
			 !iw_tree_find_child(tree, parent, name, name_len));
	int r = reserve_child(tree);
	if (r == 0)
		r = next_number(tree, &id);
	if (r < 0)
		return r;

	struct iw_node *node = &tree->blocks[id >> BLOCK_BITS][id & (BLOCK_LEN - 1)];
	const uint32_t next_free = node->next;
	r = set_name(tree, node, name, name_len);
	if (r < 0)
		return r;
	if (id == tree->first_free)
		tree->first_free = next_free;
	else
		tree->used++;
	link_node(tree, id, parent);
	tree->count++;
	*ret_node = id;
	return 0;
}

static void release(struct iw_tree *tree, uint32_t id)
{
	struct iw_node *node = iw_tree_node(tree, id);

	iw_tree_unbind(tree, id);
	unlink_node(tree, id);
	free_name(tree, node);
	*node = (struct iw_node){.next = tree->first_free};
	tree->first_free = id;
	tree->count--;
}

void iw_tree_remove(struct iw_tree *tree, uint32_t top)
{
	const uint32_t stop = iw_tree_node(tree, top)->parent;
	uint32_t id = top;

	tree->generation++;
	/* Leaves first, without recursion: a tree may be deeper than the stack. */
	while (id != stop) {
		const struct iw_node *node = iw_tree_node(tree, id);

		if (node->first_child) {
			id = node->first_child;
			continue;
		}
		const uint32_t parent = node->parent;
		release(tree, id);
		if (id == top)
			break;
		id = parent;
	}
}

int iw_tree_move(struct iw_tree *tree, uint32_t id, uint32_t new_parent, const char *name,
		 size_t name_len)
{
	struct iw_node *node = iw_tree_node(tree, id);

	assert(!iw_tree_is_below(tree, new_parent, id));
	assert(!iw_tree_find_child(tree, new_parent, name, name_len));
	int r = reserve_child(tree);
	if (r == 0)
		r = set_name(tree, node, name, name_len);
	if (r < 0)
		return r;
	unlink_node(tree, id); /* found by the old hash, which the name leaves alone */
	link_node(tree, id, new_parent);
	tree->generation++;
	return 0;
}

void iw_tree_swap(struct iw_tree *tree, uint32_t one, uint32_t other)
{
	struct iw_node *first = iw_tree_node(tree, one);
	struct iw_node *second = iw_tree_node(tree, other);
	const uint32_t first_parent = first->parent;
	const uint32_t second_parent = second->parent;

	assert(!iw_tree_is_below(tree, one, other) &&
	       !iw_tree_is_below(tree, other, one));
	unlink_node(tree, one);
	unlink_node(tree, other);
	const __typeof__(first->name) name = first->name;
	const uint16_t name_len = first->name_len;
	first->name = second->name;
	first->name_len = second->name_len;
	second->name = name;
	second->name_len = name_len;
	link_node(tree, one, second_parent);
	link_node(tree, other, first_parent);
	tree->generation++;
}

int iw_tree_bind(struct iw_tree *tree, uint32_t id, int32_t wd)
{
	struct iw_node *node = iw_tree_node(tree, id);

	assert(wd > 0 && node->wd == 0);
	IW_COSTLY_ASSERT(!iw_tree_find_wd(tree, wd));
	int r = iw_intmap_put(&tree->by_wd, (uint32_t)wd, id);
	if (r == 0)
		node->wd = wd;
	return r;
}

void iw_tree_unbind(struct iw_tree *tree, uint32_t id)
{
	struct iw_node *node = iw_tree_node(tree, id);

	iw_intmap_take(&tree->by_wd, (uint32_t)node->wd);
	node->wd = 0;
}

uint32_t iw_tree_find_wd(const struct iw_tree *tree, int32_t wd)
{
	return wd > 0 ? iw_intmap_get(&tree->by_wd, (uint32_t)wd) : IW_NO_NODE;
}

uint32_t iw_tree_find_child(const struct iw_tree *tree, uint32_t parent, const char *name,
			    size_t name_len)
{
	size_t cursor = SIZE_MAX;
	uint32_t id;

	if (parent == IW_NO_NODE || !iw_tree_node(tree, parent)->first_child)
		return IW_NO_NODE;
	const uint32_t hash = iw_children_hash(parent, name, name_len);
	while ((id = iw_children_candidate(&tree->children, hash, &cursor))) {
		const struct iw_node *node = iw_tree_node(tree, id);

		if (node->hash == hash && node->parent == parent &&
		    node->name_len == name_len &&
		    memcmp(iw_node_name(node), name, name_len) == 0)
			return id;
	}
	return IW_NO_NODE;
}

uint32_t iw_tree_first_root(const struct iw_tree *tree)
{
	return tree->first_root;
}

uint64_t iw_tree_generation(const struct iw_tree *tree)
{
	return tree->generation;
}

size_t iw_tree_count(const struct iw_tree *tree)
{
	return tree->count;
}

size_t iw_tree_bytes(const struct iw_tree *tree)
{
	return tree->block_count * BLOCK_LEN * sizeof(struct iw_node) + tree->name_bytes +
	       tree->children.cap * sizeof(uint32_t) +
	       tree->by_wd.cap * sizeof(struct iw_intmap_entry);
}
