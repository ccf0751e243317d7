/* SPDX-License-Identifier: MIT */
/*
 * The watch tree: which watch descriptor is which directory, and what its path is.
 * The tree owns its nodes and copies of their names; a node is named by a number that
 * stays the same until it is removed, and iw_tree_node() pointers live as long.
 * It stores no path strings, so renaming costs the same whatever is below, and it never
 * asks the kernel: it holds what the stream has told so far, not what is there now.
 */
#ifndef IW_CORE_TREE_H
#define IW_CORE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"

enum { IW_NO_NODE = 0 };

/* Names up to this length live in the node itself. */
enum { IW_NODE_INLINE_NAME = 16 };

struct iw_node {
	uint32_t parent; /* IW_NO_NODE: a root */
	uint32_t first_child;
	uint32_t next; /* sibling; roots are siblings too */
	uint32_t prev;
	uint32_t hash;     /* of parent and name */
	int32_t wd;        /* 0: not watched */
	uint64_t inode;    /* with device: the identity seen last; 0: not known yet */
	uint32_t device;   /* major << 20 | minor */
	uint16_t name_len; /* of a root: of PATH as given */
	uint16_t flags;    /* belongs to the tree's user, 0 in a new node */
	union {
		char inlined[IW_NODE_INLINE_NAME];
		char *heap;
	} name;
};

struct iw_tree;

IW_MUST_CHECK int iw_tree_new(struct iw_tree **ret_tree);
void iw_tree_free(struct iw_tree *tree);

/*
 * Adds a directory below parent, or a root (parent IW_NO_NODE; its name is PATH as
 * given). parent must not have a child of that name. Returns 0, -ENOMEM, or -ENAMETOOLONG
 * above 65,535 bytes (tree unchanged).
 */
IW_MUST_CHECK int iw_tree_add(struct iw_tree *tree, uint32_t parent, const char *name,
			      size_t name_len, uint32_t *ret_node);

/* Removes top and all below it, with their watch descriptors. */
void iw_tree_remove(struct iw_tree *tree, uint32_t top);

/*
 * Gives a node another parent and name; all below goes with it, in constant time.
 * The new parent must not be the node or below it, nor have a child of that name.
 * A root that is moved to be a root becomes the last one.
 * Returns 0, -ENOMEM, or -ENAMETOOLONG as above (tree unchanged).
 */
IW_MUST_CHECK int iw_tree_move(struct iw_tree *tree, uint32_t id, uint32_t new_parent,
			       const char *name, size_t name_len);

/* Lets two nodes change places, with all below them; neither may be below the other. */
void iw_tree_swap(struct iw_tree *tree, uint32_t one, uint32_t other);

/* Joins node and wd (> 0); neither may be joined already. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_tree_bind(struct iw_tree *tree, uint32_t id, int32_t wd);

/* Forgets the node's watch descriptor, if it has one. */
void iw_tree_unbind(struct iw_tree *tree, uint32_t id);

/* The node of a watch descriptor, or IW_NO_NODE. */
uint32_t iw_tree_find_wd(const struct iw_tree *tree, int32_t wd);

/* The child of that name, or IW_NO_NODE. */
uint32_t iw_tree_find_child(const struct iw_tree *tree, uint32_t parent, const char *name,
			    size_t name_len);

/* The node's fields; only flags, inode and device may be written. */
struct iw_node *iw_tree_node(const struct iw_tree *tree, uint32_t node);
const char *iw_node_name(const struct iw_node *node);

/* A copy of the name with a NUL, to be freed, or NULL without memory. */
char *iw_node_copy_name(const struct iw_node *node);

/* The first root, or IW_NO_NODE; the others follow by next, in the order of adding. */
uint32_t iw_tree_first_root(const struct iw_tree *tree);

/* The root above a node (a root is its own), and how far below it the node is. */
uint32_t iw_tree_root_of(const struct iw_tree *tree, uint32_t id, size_t *ret_depth);

/* True if node is top or below it. */
bool iw_tree_is_below(const struct iw_tree *tree, uint32_t id, uint32_t top);

/*
 * The node after node in a walk over top and all below it, parents first; IW_NO_NODE at
 * the end. Start with node == top (which the caller has already seen).
 */
uint32_t iw_tree_next(const struct iw_tree *tree, uint32_t top, uint32_t id);

/*
 * Appends the node's path: the root as given, then the names, joined by single slashes
 * (none is added behind a root that ends in one). Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_tree_append_path(const struct iw_tree *tree, uint32_t id,
				      struct iw_buffer *buffer, size_t *ret_root_len);

/* Counts every change of a name or a place: while it stands still, paths do too. */
uint64_t iw_tree_generation(const struct iw_tree *tree);

/* How many nodes there are, and how many bytes the tree has allocated for them. */
size_t iw_tree_count(const struct iw_tree *tree);
size_t iw_tree_bytes(const struct iw_tree *tree);

#endif
