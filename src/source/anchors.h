/* SPDX-License-Identifier: MIT */
/*
 * Anchors: the directories on the way to a PATH, watched so that the PATH is followed
 * when something on the way is renamed, deleted, replaced or made. The table owns its
 * entries; the watches belong to it as far as no node of the tree has them too. It never
 * tells records: an anchored name that changes only makes its PATH be visited.
 */
#ifndef IW_SOURCE_ANCHORS_H
#define IW_SOURCE_ANCHORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/inotify.h>

#include "base/attributes.h"
#include "base/intmap.h"

/* What a directory on the way is asked for: what becomes of itself, of names in it. */
enum {
	IW_ANCHOR_SELF = IN_DELETE_SELF | IN_MOVE_SELF,
	IW_ANCHOR_NAMES = IN_CREATE | IN_DELETE | IN_MOVE,
};

struct iw_anchor {
	int32_t wd;     /* 0: a free entry */
	uint32_t root;  /* the PATH's node */
	uint32_t round; /* of the walk that found it */
	uint32_t next;  /* entry with the same hash + 1, or 0; also of free entries */
	char *name;     /* below wd; empty: the directory itself */
	size_t name_len;
};

struct iw_anchors {
	struct iw_anchor *items;
	size_t len;
	size_t cap;
	uint32_t first_free; /* entry + 1, or 0 */
	uint32_t round;
	bool is_short; /* of watches: a PATH that is there has to do without anchors */
	struct iw_intmap by_hash; /* of wd and name -> entry + 1 */
	struct iw_intmap uses;    /* wd -> how many entries */
};

void iw_anchors_done(struct iw_anchors *anchors);

/* Adds an entry of this round, or renews an old one. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_anchors_add(struct iw_anchors *anchors, uint32_t root, int32_t wd,
				 const char *name, size_t name_len);

/* A walk over the entries of a wd and name; *cursor starts at 0. NULL at the end. */
const struct iw_anchor *iw_anchors_find(const struct iw_anchors *anchors, int32_t wd,
					const char *name, size_t name_len,
					uint32_t *cursor);

/*
 * Takes out one entry of root that is older than this round. Returns true and its wd with
 * the number of entries that still use it, or false if there is none.
 */
bool iw_anchors_take_old(struct iw_anchors *anchors, uint32_t root, int32_t *ret_wd,
			 uint32_t *ret_uses);

/* True if an anchor needs this watch. */
bool iw_anchors_use(const struct iw_anchors *anchors, int32_t wd);

#endif
