/* SPDX-License-Identifier: MIT */
#include "sink/store/origin.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "sink/store/beneath.h"

/* Opens what *seen tells to be at name. */
static int open_seen(int directory_fd, const char *name, int flags,
		     const struct iw_place *place, struct iw_origin *ret_origin)
{
	const struct stat *seen = &ret_origin->stat;
	struct stat opened;

	if (S_ISLNK(seen->st_mode))
		flags |= O_PATH;
	else if (S_ISDIR(seen->st_mode) && place->is_listed)
		flags |= O_RDONLY | O_DIRECTORY;
	else if (S_ISREG(seen->st_mode))
		flags |= O_RDONLY;
	else
		return 0;
	/* Whatever it has become, opening it neither waits nor takes a terminal. */
	IW_AUTO_CLOSE int fd = IW_RETRY(
		openat(directory_fd, name, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
	if (fd < 0)
		return errno == ELOOP ? -EAGAIN : -errno;
	if (fstat(fd, &opened) < 0)
		return -errno;
	if ((opened.st_mode & S_IFMT) != (seen->st_mode & S_IFMT))
		return -EAGAIN;
	ret_origin->stat = opened;
	ret_origin->fd = IW_TAKE_FD(fd);
	return 0;
}

int iw_origin_open(const struct iw_place *place, struct iw_origin *ret_origin)
{
	const int root_flags = place->is_link_kept ? O_NOFOLLOW : 0;
	const bool is_root = !place->below[0];
	const char *name = place->root;

	ret_origin->fd = -1;
	if (is_root) {
		if (fstatat(AT_FDCWD, name, &ret_origin->stat,
			    place->is_link_kept ? AT_SYMLINK_NOFOLLOW : 0) < 0)
			return -errno;
		return open_seen(AT_FDCWD, name, root_flags, place, ret_origin);
	}
	IW_AUTO_CLOSE int root_fd =
		IW_RETRY(open(name, O_PATH | O_DIRECTORY | O_CLOEXEC | root_flags));
	if (root_fd < 0)
		return -errno;
	IW_AUTO_CLOSE int parent_fd = iw_beneath_open_parent(root_fd, place->below,
							     O_PATH | O_DIRECTORY, &name);
	/* A link where a directory was: what the place named is not there. */
	if (parent_fd < 0)
		return parent_fd == -ELOOP ? -ENOTDIR : parent_fd;
	if (fstatat(parent_fd, name, &ret_origin->stat, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	return open_seen(parent_fd, name, O_NOFOLLOW, place, ret_origin);
}

int iw_origin_has_changed(const struct iw_origin *origin)
{
	const struct stat *then = &origin->stat;
	struct stat now;

	if (fstat(origin->fd, &now) < 0)
		return -errno;
	return now.st_size != then->st_size ||
	       now.st_mtim.tv_sec != then->st_mtim.tv_sec ||
	       now.st_mtim.tv_nsec != then->st_mtim.tv_nsec ||
	       now.st_ctim.tv_sec != then->st_ctim.tv_sec ||
	       now.st_ctim.tv_nsec != then->st_ctim.tv_nsec;
}
