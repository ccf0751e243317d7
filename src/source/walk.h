/* SPDX-License-Identifier: MIT */
/*
 * Opens the directories of the watch tree step by step, and proves at each step that the
 * one opened is the one meant: same device and inode, no symbolic link on the way.
 * A walk owns the descriptors of the last path it opened, so that neighbours cost one
 * openat(2); iw_walk_clear() closes them, and must be called before the program waits.
 * It never changes the tree and never opens anything but directories.
 */
#ifndef IW_SOURCE_WALK_H
#define IW_SOURCE_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/attributes.h"
#include "core/tree.h"

/* More ancestors than this are not kept open at once; deeper trees are walked again. */
enum { IW_WALK_MAX_OPEN = 32 };

struct iw_walk {
	struct {
		uint32_t node;
		int fd;
	} steps[IW_WALK_MAX_OPEN]; /* each is the parent of the next */
	size_t len;
	uint64_t generation;   /* of the tree when the steps were opened */
	bool is_root_followed; /* a root that is a symbolic link is followed */
};

void iw_walk_init(struct iw_walk *walk, bool is_root_followed);

/* Closes everything. */
void iw_walk_clear(struct iw_walk *walk);

/*
 * Opens a node that was visited before (its identity is known). The descriptor belongs to
 * the walk and is valid until its next call. Returns 0, -ESTALE if another directory is
 * there now, or -errno of openat(2), where -ENOENT, -ENOTDIR and -ELOOP mean that the
 * path has changed.
 */
IW_MUST_CHECK int iw_walk_to(struct iw_walk *walk, const struct iw_tree *tree,
			     uint32_t node, int *ret_fd);

/* Keeps a descriptor that the caller opened for node; the walk closes it. */
void iw_walk_keep(struct iw_walk *walk, const struct iw_tree *tree, uint32_t node,
		  int fd);

/* A device number in the 32 bits of a node (the kernel's own have no more). */
uint32_t iw_walk_device(const struct stat *st);

#endif
