/* SPDX-License-Identifier: MIT */
/*
 * The places of one source path in a store: its newest version, its older ones, the time
 * of the newest.
 * The spot owns its texts; the absolute path stays the caller's and outlives it.
 * It never asks the kernel.
 */
#ifndef IW_SINK_STORE_SPOT_H
#define IW_SINK_STORE_SPOT_H

#include "base/attributes.h"
#include "base/buffer.h"

struct iw_spot {
	const char *absolute;
	struct iw_buffer current; /* each relative to STORE and terminated */
	struct iw_buffer versions;
	struct iw_buffer newest;
};

#define IW_AUTO_SPOT IW_CLEANUP(iw_spot_done)

/* Returns 0, or what iw_layout_append_place() says: -ENAMETOOLONG, -EINVAL, -ENOMEM;
 * iw_spot_done() is due in any case. */
IW_MUST_CHECK int iw_spot_init(struct iw_spot *spot, const char *absolute);
void iw_spot_done(struct iw_spot *spot);

/*
 * The part of the absolute path that the first current_len bytes of the spot's place
 * stand for, as a new text. Returns NULL if there is no memory.
 */
char *iw_spot_prefix(const struct iw_spot *spot, size_t current_len);

#endif
