/* SPDX-License-Identifier: MIT */
/*
 * Removes the older versions that no rule of --keep… wants, and adds up what a store
 * holds. The store stays the caller's; nothing is kept between calls. It never removes a
 * file's newest version, nor what the rules (retention.h) do not let go.
 */
#ifndef IW_SINK_STORE_PRUNE_H
#define IW_SINK_STORE_PRUNE_H

#include <stdint.h>

#include "base/attributes.h"
#include "sink/store/store.h"

/* Applies the store's rules to one path. Nobody else may put it meanwhile. Returns 0 or
 * -errno. */
IW_MUST_CHECK int iw_prune(struct iw_store *store, const char *absolute);

/* The same for all paths of the store, before anything is put. */
IW_MUST_CHECK int iw_prune_all(struct iw_store *store);

/* The bytes on the disk of all files of the store. Returns 0 or -errno. */
IW_MUST_CHECK int iw_prune_add_up(const struct iw_store *store, uint64_t *ret_len);

#endif
