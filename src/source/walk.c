/* SPDX-License-Identifier: MIT */
#include "source/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/sysmacros.h>

uint32_t iw_walk_device(const struct stat *st)
{
	return major(st->st_dev) << 20 | (minor(st->st_dev) & 0xfffff);
}

void iw_walk_init(struct iw_walk *walk, bool is_root_followed)
{
	walk->len = 0;
	walk->generation = 0;
	walk->is_root_followed = is_root_followed;
}

static void pop(struct iw_walk *walk)
{
	close(walk->steps[--walk->len].fd);
}

void iw_walk_clear(struct iw_walk *walk)
{
	while (walk->len)
		pop(walk);
}

/* Closes what is not above node (or node itself), and all if the tree has changed. */
static void keep_ancestors(struct iw_walk *walk, const struct iw_tree *tree,
			   uint32_t node)
{
	if (walk->generation != iw_tree_generation(tree))
		iw_walk_clear(walk);
	walk->generation = iw_tree_generation(tree);
	while (walk->len &&
	       !iw_tree_is_below(tree, node, walk->steps[walk->len - 1].node))
		pop(walk);
}

void iw_walk_keep(struct iw_walk *walk, const struct iw_tree *tree, uint32_t node, int fd)
{
	keep_ancestors(walk, tree, iw_tree_node(tree, node)->parent);
	if (walk->len == IW_WALK_MAX_OPEN) {
		close(walk->steps[0].fd);
		memmove(&walk->steps[0], &walk->steps[1],
			sizeof(walk->steps) - sizeof(walk->steps[0]));
		walk->len--;
	}
	walk->steps[walk->len].node = node;
	walk->steps[walk->len].fd = fd;
	walk->len++;
}

static int open_step(const struct iw_walk *walk, int parent_fd,
		     const struct iw_node *node)
{
	IW_AUTO_FREE char *name = iw_node_copy_name(node);
	int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
	struct stat st;

	if (!name)
		return -ENOMEM;
	if (node->parent || !walk->is_root_followed)
		flags |= O_NOFOLLOW;
	IW_AUTO_CLOSE int fd = IW_RETRY(openat(parent_fd, name, flags));
	if (fd < 0 || IW_RETRY(fstat(fd, &st)) < 0)
		return -errno;
	if (st.st_ino != node->inode || iw_walk_device(&st) != node->device)
		return -ESTALE;
	return IW_TAKE_FD(fd);
}

/* The first step below ancestor (IW_NO_NODE: the root) on the way to node. */
static uint32_t step_below(const struct iw_tree *tree, uint32_t ancestor, uint32_t node)
{
	uint32_t parent;

	while ((parent = iw_tree_node(tree, node)->parent) != ancestor)
		node = parent;
	return node;
}

int iw_walk_to(struct iw_walk *walk, const struct iw_tree *tree, uint32_t node,
	       int *ret_fd)
{
	keep_ancestors(walk, tree, node);
	for (;;) {
		const uint32_t top =
			walk->len ? walk->steps[walk->len - 1].node : IW_NO_NODE;
		const int top_fd = walk->len ? walk->steps[walk->len - 1].fd : AT_FDCWD;

		if (top == node) {
			*ret_fd = top_fd;
			return 0;
		}
		const uint32_t step = step_below(tree, top, node);
		const int fd = open_step(walk, top_fd, iw_tree_node(tree, step));
		if (fd < 0)
			return fd;
		iw_walk_keep(walk, tree, step, fd);
	}
}
