/* SPDX-License-Identifier: MIT */
/*
 * Listing windows: while the queue that stood when a directory was listed drains, its
 * events tell of the past, and a window remembers what the listing already told.
 * The table owns its windows; a node has at most one.
 * It also remembers since when a directory is known to be the one of its name.
 * It never looks at the queue: positions are counts of bytes read, given by the caller.
 */
#ifndef IW_CORE_WINDOW_H
#define IW_CORE_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/intmap.h"
#include "base/nameset.h"

struct iw_window {
	uint64_t end;  /* stream position at which it closes */
	uint64_t born; /* what its parent tells of its name before this is about others */
	uint32_t node; /* whose listing; IW_NO_NODE: closed before its time */
	uint64_t listed;         /* position of the queue's end when its listing began */
	bool has_known;          /* a listing was told: known is what readers know */
	struct iw_nameset known; /* names below node that a reader of the stream knows */
	struct iw_nameset noise; /* directories below node that we opened ourselves */
};

struct iw_windows {
	struct iw_window **queue; /* in the order of last opening; NULL: moved on */
	size_t first;
	size_t len;
	size_t cap;
	uint32_t base;            /* how many have left the front of the queue for good */
	struct iw_intmap by_node; /* node -> base + index in queue + 1 */
};

#define IW_WINDOWS_INIT ((struct iw_windows){0})

void iw_windows_done(struct iw_windows *windows);

/* True if any is open. */
static inline bool iw_windows_any(const struct iw_windows *windows)
{
	return windows->by_node.count > 0;
}

/* The node's open window, or NULL. */
static inline struct iw_window *iw_windows_find(const struct iw_windows *windows,
						uint32_t node)
{
	const uint32_t number = iw_intmap_get(&windows->by_node, node);

	return number && windows->queue ? windows->queue[number - windows->base - 1]
					: NULL;
}

/*
 * The node's window, opened if it has none. The caller sets its end when the listing is
 * done, and opens it again before setting a later one: windows expire in this order.
 * Returns 0 or -ENOMEM (table unchanged).
 */
IW_MUST_CHECK int iw_windows_open(struct iw_windows *windows, uint32_t node,
				  struct iw_window **ret_window);

/* Closes the node's window, if it has one: the node goes away or is listed anew. */
void iw_windows_close(struct iw_windows *windows, uint32_t node);

/*
 * Closes every window whose end is at or before position; one that was opened behind a
 * window with a later end closes with that one.
 */
void iw_windows_expire(struct iw_windows *windows, uint64_t position);

#endif
