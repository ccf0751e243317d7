/* SPDX-License-Identifier: MIT */
/*
 * Where the PATHs really are, to find out which of them lie in another.
 * The list owns its paths; it is true at the moment of the look only.
 * It looks at nothing where there is but one PATH: then it is empty.
 */
#ifndef IW_SOURCE_PLACES_H
#define IW_SOURCE_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

struct iw_watcher;

struct iw_place {
	uint32_t root;
	char *path; /* without symbolic links; NULL: not even its directory is there */
	bool is_dir;
};

struct iw_places {
	struct iw_place *items; /* first the directories: only in them something lies */
	size_t len;
	size_t dirs; /* how many those are */
};

/* Looks where each PATH is. Returns 0 or -ENOMEM; iw_places_done() is due in any case. */
IW_MUST_CHECK int iw_places_find(const struct iw_watcher *watcher,
				 struct iw_places *places);
void iw_places_done(struct iw_places *places);

/* True if inner is a name below the directory outer. */
bool iw_place_lies_in(const struct iw_place *inner, const struct iw_place *outer);

#endif
