/* SPDX-License-Identifier: MIT */
/*
 * Takes exactly one event at a time out of an inotify queue, leaving the rest to the
 * kernel. The descriptor stays the caller's; the bytes go into the caller's memory. It
 * never waits for an event, never decodes, and never touches a Python object, so it is
 * called without the GIL.
 */
#ifndef IW_PYTHON_ONE_EVENT_H
#define IW_PYTHON_ONE_EVENT_H

#include <limits.h>
#include <stddef.h>
#include <sys/inotify.h>

#include "base/attributes.h"

/*
 * The largest event in bytes. NAME_MAX (272 bytes in all) would do for the common file
 * systems, but vfat and FUSE have longer names; none is longer than a path.
 */
#define IW_ONE_EVENT_MAX (sizeof(struct inotify_event) + PATH_MAX)

/* Makes the locks survive fork(2). Call once a process or more. Returns 0 or -errno. */
IW_MUST_CHECK int iw_one_event_init(void);

/*
 * Tells how many bytes are queued (FIONREAD, see inotify(7)).
 * Returns 0 or -errno: -EBADF, -ENOTTY for what has no such queue.
 */
IW_MUST_CHECK int iw_one_event_queued(int fd, size_t *ret_bytes);

/*
 * Reads the oldest event into bytes, which has IW_ONE_EVENT_MAX bytes.
 *
 * Returns 1 and the length of the event, 0 if the queue is empty, or -errno with nothing
 * taken: -EINTR (call again), -EBADF, -EINVAL if fd is no inotify descriptor.
 *
 * Threads may read one descriptor at the same time. If something that does not go
 * through this function takes events from the same queue (os.read(), another process, a
 * duplicate of the descriptor), then in the moment between looking and reading
 * - a descriptor without O_NONBLOCK may wait for the next event;
 * - bytes may hold several short events instead of one long one.
 */
IW_MUST_CHECK int iw_one_event_read(int fd, void *bytes, size_t *ret_len);

#endif
