/* SPDX-License-Identifier: MIT */
/*
 * The system calls of inotify(7), with 0-or-negative-errno returns.
 * The descriptor belongs to the caller, who closes it with close(2).
 * It never interprets events (core/decode does) and never retries but for EINTR.
 */
#ifndef IW_SOURCE_INOTIFY_H
#define IW_SOURCE_INOTIFY_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

/*
 * Opens an instance, non-blocking and close-on-exec. Returns its descriptor, or
 * -EMFILE (fs.inotify.max_user_instances or RLIMIT_NOFILE), -ENFILE, -ENOMEM.
 */
IW_MUST_CHECK int iw_inotify_open(void);

/*
 * Adds bits to the watch of a path, or makes one; IN_MASK_ADD is always set, because
 * replacing a mask could lose events of another name of the same inode. Returns the watch
 * descriptor (> 0), or what inotify_add_watch(2) says: -EACCES, -ENOSPC
 * (fs.inotify.max_user_watches), -ENOMEM, -ENOENT, …
 */
IW_MUST_CHECK int iw_inotify_add(int inotify_fd, const char *path, uint32_t mask);

/* The same for what an open descriptor refers to (O_PATH is enough; needs /proc). */
IW_MUST_CHECK int iw_inotify_add_fd(int inotify_fd, int target_fd, uint32_t mask);

/* The same, but the mask of an existing watch is replaced: to ask for less again. */
IW_MUST_CHECK int iw_inotify_replace_fd(int inotify_fd, int target_fd, uint32_t mask);

/* The same as iw_inotify_add for a name below an open directory, not followed if it is a
 * symbolic link. */
IW_MUST_CHECK int iw_inotify_add_at(int inotify_fd, int directory_fd, const char *name,
				    uint32_t mask);

/* Removes a watch; IN_IGNORED follows in the queue. Returns 0 or -EINVAL (gone already).
 */
int iw_inotify_remove(int inotify_fd, int32_t wd);

/*
 * Reads whole events into bytes, which must hold at least one (16 + 256 bytes). Returns
 * the number of bytes, 0 if nothing is queued, or -errno.
 */
IW_MUST_CHECK int iw_inotify_read(int inotify_fd, void *bytes, size_t cap);

/* How many bytes are queued now (FIONREAD); 0 if that cannot be told. */
size_t iw_inotify_queued(int inotify_fd);

#endif
