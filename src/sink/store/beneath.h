/* SPDX-License-Identifier: MIT */
/*
 * Opens paths below a directory so that nothing on the way can lead out of it: no
 * symbolic link is followed, no ".." taken, whoever changes the tree meanwhile.
 * Descriptors that are returned are the caller's; all close on exec.
 * It never opens anything outside of the directory it was given.
 */
#ifndef IW_SINK_STORE_BENEATH_H
#define IW_SINK_STORE_BENEATH_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

/* How directories are opened whose entries are changed, and then synced. */
#define IW_BENEATH_DIRECTORY (O_RDONLY | O_DIRECTORY)

/*
 * Opens path, relative to the directory root_fd, with the flags of open(2); "" is the
 * directory itself. Any length is taken. By openat2(2) with RESOLVE_BENEATH and
 * RESOLVE_NO_SYMLINKS, or step by step where the kernel has none (before 5.6).
 * Returns a descriptor or -errno; -ELOOP or -ENOTDIR if something on the way is no
 * directory, -EXDEV for "..". O_CREAT is not taken.
 */
IW_MUST_CHECK int iw_beneath_open(int root_fd, const char *path, int flags);

/*
 * Opens a directory, as iw_beneath_open(), to be read with readdir(3): ret_directory is
 * closed by closedir(3). Returns 0 or -errno.
 */
IW_MUST_CHECK int iw_beneath_list(int root_fd, const char *path, DIR **ret_directory);

/*
 * Opens the directory that holds path, with flags such as O_PATH | O_DIRECTORY, and gives
 * the last component, which points into path. Returns as iw_beneath_open(), and -EINVAL
 * if path has no last component ("", or a slash at its end).
 */
IW_MUST_CHECK int iw_beneath_open_parent(int root_fd, const char *path, int flags,
					 const char **ret_name);

/*
 * Opens the directory path (IW_BENEATH_DIRECTORY), and makes what is missing on the way
 * with mode 0700. What was made is on the disk when this returns. Returns a descriptor or
 * -errno; ret_failed_len (may be NULL) gets the length of the part of path that is there
 * and is no directory, or 0.
 */
IW_MUST_CHECK int iw_beneath_make_directories(int root_fd, const char *path,
					      size_t *ret_failed_len);

/*
 * The same, but what was made is not on the disk yet: whoever counts on it syncs the file
 * system. ret_is_made (may be NULL) gets whether anything was made.
 */
IW_MUST_CHECK int iw_beneath_make_unsynced(int root_fd, const char *path,
					   size_t *ret_failed_len, bool *ret_is_made);

#endif
