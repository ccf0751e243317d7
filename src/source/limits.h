/* SPDX-License-Identifier: MIT */
/*
 * The kernel's limits on inotify, and how to raise the one that was met.
 * Nothing is kept: each call reads /proc; the text goes into the caller's buffer.
 * It never changes a limit, and never looks at what other processes use.
 */
#ifndef IW_SOURCE_LIMITS_H
#define IW_SOURCE_LIMITS_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/buffer.h"

/* What all processes of a user hold: the limits are for each user. */
struct iw_limits_usage {
	unsigned long instances;
	unsigned long watches;
};

/* Whether one of the limits can be behind an errno: ENOSPC, EMFILE, ENFILE. */
bool iw_limits_is_met(int error);

/*
 * Appends how to raise the limit behind an errno, and its value now, as one line; nothing
 * if there is none. usage, if not NULL, is told beside it. Returns 0 or -ENOMEM.
 * See inotify(7), /proc interfaces, and getrlimit(2), RLIMIT_NOFILE.
 */
IW_MUST_CHECK int iw_limits_append_raise(struct iw_buffer *buffer, int error,
					 const struct iw_limits_usage *usage);

/* How many events the kernel queues for an instance, or -1 if that cannot be read. */
long iw_limits_queue_len(void);

#endif
