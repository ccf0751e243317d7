/* SPDX-License-Identifier: MIT */
/*
 * Makes all that was done in a file system durable at once, where that can be believed.
 * Descriptors that are returned are the caller's.
 * It never takes the word of a file system of which it is not known that syncfs(2) says
 * the truth.
 */
#ifndef IW_SINK_STORE_DURABLE_H
#define IW_SINK_STORE_DURABLE_H

#include <stdbool.h>

#include "base/attributes.h"

/* When a step is to be durable: when it returns, or when the file system is synced by
 * whoever asked for it. */
enum iw_durable_when { IW_DURABLE_NOW, IW_DURABLE_LATER };

/*
 * Whether one syncfs(2) does for the file system of fd what fsync(2) of each file and
 * directory does, and tells what could not be written: Linux 5.8, and a file system with
 * a log or tree of its own. Not so over FUSE or a network, where it may not reach the
 * other side, and where several lie over one another.
 */
bool iw_durable_is_at_once(int fd);

/*
 * Opens a directory once more. An error is told once to each open file, of all that
 * happened since that was opened: so each who waits for syncfs(2) needs one of its own,
 * from before the first change. Returns a descriptor or -errno.
 */
IW_MUST_CHECK int iw_durable_open(int directory_fd);

/* Returns 0 when all is durable that was done before, or -errno. */
IW_MUST_CHECK int iw_durable_sync(int fd);

#endif
