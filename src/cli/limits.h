/* SPDX-License-Identifier: MIT */
/*
 * What the kernel allows and what is in use, and the advice that follows from it.
 * Nothing is kept: each call reads /proc.
 * It never changes a limit.
 */
#ifndef IW_CLI_LIMITS_H
#define IW_CLI_LIMITS_H

#include "base/attributes.h"
#include "base/buffer.h"

/*
 * Appends what to do about an errno of a path that could not be watched, as one line;
 * nothing if there is no advice. Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_limits_append_remedy(struct iw_buffer *buffer, int error);

/* How many events the kernel queues for an instance, or -1 if that cannot be read. */
long iw_limits_queue_len(void);

#endif
