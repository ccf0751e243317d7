/* SPDX-License-Identifier: MIT */
/*
 * Setting up faster: the subdirectories that one listing finds are watched together.
 * The struct is a part of the watcher, and owns the names that wait and the way home.
 * It never tells anything: it is for the time before readers know the tree.
 */
#ifndef IW_SOURCE_SIBLINGS_H
#define IW_SOURCE_SIBLINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "source/scan.h"

struct iw_watcher;

struct iw_siblings {
	struct iw_buffer found; /* by the listing so far: inode, name, NUL of each */
	size_t count;
	bool is_inside;    /* we work in the directory that is being listed */
	bool has_home;     /* in this turn: */
	bool is_home_open; /* we may go back there */
	int home_fd;
	bool is_device_known;
	uint32_t device; /* of the directories asked for last: */
	bool counts_links;
};

/* True if the subdirectories that a listing of node finds are to be watched together. */
bool iw_siblings_are_wanted(const struct iw_watcher *watcher, uint32_t node);

/*
 * One of them: it waits, unless a filter or the depth leaves it out. Returns 0 or
 * -ENOMEM.
 */
IW_MUST_CHECK int iw_siblings_note(struct iw_watcher *watcher, uint32_t node,
				   const struct iw_scan_entry *entry);

/*
 * Watches those that wait, and adds them to the tree below node; dir_fd is the listed
 * directory. Returns 0, or -errno that ends the watcher.
 */
IW_MUST_CHECK int iw_siblings_watch(struct iw_watcher *watcher, uint32_t node,
				    int dir_fd);

/* A turn is over: no descriptor stays. */
void iw_siblings_end(struct iw_watcher *watcher);

#endif
