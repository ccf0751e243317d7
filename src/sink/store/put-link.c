/* SPDX-License-Identifier: MIT */
/*
 * Symbolic links as versions: where they lead to, and the time they were made.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "sink/store/beneath.h"
#include "sink/store/meta.h"
#include "sink/store/put-private.h"

static bool has_link(const struct iw_putting *putting, const char *target,
		     const struct stat *source)
{
	char stored[PATH_MAX];
	struct stat current;
	IW_AUTO_CLOSE int fd =
		iw_beneath_open(iw_store_fd(putting->store), putting->spot.current.data,
				O_PATH | O_NOFOLLOW);

	if (fd < 0 || fstat(fd, &current) < 0 || !S_ISLNK(current.st_mode))
		return false;
	const ssize_t n = readlinkat(fd, "", stored, sizeof(stored) - 1);
	if (n < 0)
		return false;
	stored[n] = '\0';
	return strcmp(stored, target) == 0 &&
	       iw_put_is_same_time(&current.st_mtim, &source->st_mtim);
}

int iw_put_link(struct iw_putting *putting, const struct iw_origin *origin)
{
	const int temporary_fd = iw_store_temporary_fd(putting->store);
	char target[PATH_MAX];
	const ssize_t n = readlinkat(origin->fd, "", target, sizeof(target) - 1);

	if (n < 0)
		return -errno;
	target[n] = '\0';
	if (has_link(putting, target, &origin->stat))
		return 0;
	putting->copied = (struct iw_copied){
		.is_news = true,
		.len = (uint64_t)origin->stat.st_size,
	};
	iw_store_name_temporary(putting->store, putting->copied.name);
	/* EPERM: the file system has no such links (symlink(2)). */
	if (symlinkat(target, temporary_fd, putting->copied.name) < 0)
		return errno == EPERM ? -EOPNOTSUPP : -errno;
	const int r =
		iw_meta_copy_link(temporary_fd, putting->copied.name, &origin->stat);
	if (r < 0)
		iw_put_drop(putting);
	return r < 0 ? r : 1;
}
