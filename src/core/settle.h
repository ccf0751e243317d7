/* SPDX-License-Identifier: MIT */
/*
 * Lets each path rest before it is acted on: a path is due when nothing has happened to
 * it for a while, or when it has never rested for long enough. The settle owns copies of
 * the keys it waits with. It never reads a clock: each call is told the time.
 */
#ifndef IW_CORE_SETTLE_H
#define IW_CORE_SETTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"

struct iw_settle;

/* Times in ns: how long a path has to rest, and how long it is waited for at most. */
IW_MUST_CHECK int iw_settle_new(int64_t rest_ns, int64_t max_wait_ns,
				struct iw_settle **ret_settle);
void iw_settle_free(struct iw_settle *settle);

/*
 * Something happened to a path, which may be any bytes. tag is kept beside it, the
 * highest of all calls. Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_settle_add(struct iw_settle *settle, const struct iw_buffer *key,
				unsigned tag, int64_t now_ns);

/* When the next path is due; -1: none waits. */
int64_t iw_settle_deadline_ns(const struct iw_settle *settle);

/*
 * Takes a path that is due out, into key (which is cleared first, and terminated).
 * Returns 1, 0 if none is due, or -ENOMEM (the path waits still).
 */
IW_MUST_CHECK int iw_settle_take(struct iw_settle *settle, int64_t now_ns,
				 struct iw_buffer *key, unsigned *ret_tag);

/* How many paths wait. */
size_t iw_settle_len(const struct iw_settle *settle);

#endif
