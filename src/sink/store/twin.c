/* SPDX-License-Identifier: MIT */
#include "sink/store/twin.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "sink/store/copy.h"
#include "sink/store/hash.h"
#include "sink/store/meta.h"

static int open_file(const struct iw_twin_name *name)
{
	return IW_RETRY(openat(name->directory_fd, name->name,
			       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

/* Copies a stored file with all it has into a temporary one. */
static int copy_file(struct iw_store *store, const struct iw_twin_name *from,
		     char ret_name[IW_TEMPORARY_LEN])
{
	struct stat stat;
	IW_AUTO_CLOSE int source_fd = open_file(from);

	if (source_fd < 0 || fstat(source_fd, &stat) < 0)
		return -errno;
	IW_AUTO_CLOSE int fd = iw_store_make_temporary(store, ret_name);
	if (fd < 0)
		return fd;
	int r = iw_copy_content(source_fd, fd, (uint64_t)stat.st_size,
				iw_store_is_stopped(store));
	if (r == 0)
		r = iw_meta_copy(source_fd, fd, &stat, IW_META_PRIVILEGES | IW_META_OWN);
	if (r == 0 && IW_RETRY(fsync(fd)) < 0)
		r = -errno;
	if (r < 0)
		unlinkat(iw_store_temporary_fd(store), ret_name, 0);
	return r;
}

static int copy_link(struct iw_store *store, const struct iw_twin_name *from,
		     const struct stat *stat, char ret_name[IW_TEMPORARY_LEN])
{
	const int temporary_fd = iw_store_temporary_fd(store);
	char target[PATH_MAX];
	const ssize_t n =
		readlinkat(from->directory_fd, from->name, target, sizeof(target) - 1);

	if (n < 0)
		return -errno;
	target[n] = '\0';
	iw_store_name_temporary(store, ret_name);
	if (symlinkat(target, temporary_fd, ret_name) < 0)
		return -errno;
	return iw_meta_copy_link(temporary_fd, ret_name, stat);
}

/* Whether what is there is the copy of a run that was interrupted. */
static bool is_copied(const struct iw_store *store, const struct iw_twin_name *from,
		      const struct iw_twin_name *to)
{
	struct stat stat;
	IW_AUTO_CLOSE int from_fd = open_file(from);
	IW_AUTO_CLOSE int to_fd = open_file(to);

	return from_fd >= 0 && to_fd >= 0 && fstat(to_fd, &stat) == 0 &&
	       S_ISREG(stat.st_mode) &&
	       iw_hash_is_same_content(from_fd, to_fd, iw_store_is_stopped(store)) == 1;
}

static int copy(struct iw_store *store, const struct iw_twin_name *from,
		const struct iw_twin_name *to)
{
	const int temporary_fd = iw_store_temporary_fd(store);
	char name[IW_TEMPORARY_LEN];
	struct stat stat;

	if (fstatat(to->directory_fd, to->name, &stat, AT_SYMLINK_NOFOLLOW) == 0)
		return is_copied(store, from, to) ? 0 : -EEXIST;
	if (fstatat(from->directory_fd, from->name, &stat, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	int r = S_ISLNK(stat.st_mode) ? copy_link(store, from, &stat, name)
				      : copy_file(store, from, name);
	if (r < 0)
		return r;
	/* Nobody else writes here: what was not there is not there now. */
	if (renameat(temporary_fd, name, to->directory_fd, to->name) < 0) {
		r = -errno;
		unlinkat(temporary_fd, name, 0);
	}
	return r;
}

static bool is_same_file(const struct iw_twin_name *one, const struct iw_twin_name *other)
{
	struct stat stats[2];

	return fstatat(one->directory_fd, one->name, &stats[0], AT_SYMLINK_NOFOLLOW) ==
		       0 &&
	       fstatat(other->directory_fd, other->name, &stats[1],
		       AT_SYMLINK_NOFOLLOW) == 0 &&
	       stats[0].st_dev == stats[1].st_dev && stats[0].st_ino == stats[1].st_ino;
}

int iw_twin_make(struct iw_store *store, const struct iw_twin_name *from,
		 const struct iw_twin_name *to)
{
	if (linkat(from->directory_fd, from->name, to->directory_fd, to->name, 0) == 0)
		return 0;
	switch (errno) {
	case EEXIST:
		return is_same_file(from, to) ? 0 : -EEXIST;
	case EPERM:
	case EMLINK:
	case EOPNOTSUPP:
	case ENOSYS:
		return copy(store, from, to);
	default:
		return -errno;
	}
}
