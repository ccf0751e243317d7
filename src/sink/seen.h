/* SPDX-License-Identifier: MIT */
/*
 * What was last seen of each path, so that it can be told whether it has changed.
 * It owns its table: 32 bytes a path, whatever its name and size, and at most three
 * quarters full. Paths are the caller's.
 * It never keeps names or contents, but numbers of 64 bits: two that are equal by chance
 * are taken for the same.
 */
#ifndef IW_SINK_SEEN_H
#define IW_SINK_SEEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "core/batch.h"

struct iw_seen;

/* Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_seen_new(struct iw_seen **ret_seen);
void iw_seen_free(struct iw_seen *seen);

/* If the path is a symbolic link, what it leads to is looked at. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_seen_follow(struct iw_seen *seen, const char *path, size_t len);

/*
 * Looks at a path and remembers what is there. About so many bytes may be read as there
 * is room, which becomes less. Returns 1 if it is not what was seen last: new, gone,
 * deleted meanwhile, other bytes or permissions, or not to be read; 0 if it is the same;
 * -EAGAIN when the room is used up: then the same change is to be asked for again, or
 * iw_seen_stop() is due; or -ENOMEM.
 */
IW_MUST_CHECK int iw_seen_look(struct iw_seen *seen, const struct iw_change *change,
			       size_t *room);

/* Gives up what was begun. */
void iw_seen_stop(struct iw_seen *seen);

/* Nothing is there any more: whatever comes is new. */
void iw_seen_forget(struct iw_seen *seen, const struct iw_sight *sight);

/* Forgets what lay below directories that are gone; takes time for each path. */
void iw_seen_sweep(struct iw_seen *seen);

/* How many paths are remembered, and in how many bytes. */
size_t iw_seen_count(const struct iw_seen *seen, size_t *ret_bytes);

#endif
