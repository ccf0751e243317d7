/* SPDX-License-Identifier: MIT */
/*
 * How a new version takes the place of the newest: at each moment, also after a power
 * cut, one of the two is there under its name, whole.
 *
 *   1. the copy is whole and synced (put.c)
 *   2. the newest is linked as versions/PATH/TIME; that directory is synced
 *   3. newest/PATH tells the time of the copy; that directory is synced
 *   4. the copy is renamed to current/PATH; that directory is synced
 *
 * In a group (put-group.c) each step is done for all of it, and then the file system is
 * synced; the first two go together.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sink/store/beneath.h"
#include "sink/store/layout.h"
#include "sink/store/put-private.h"
#include "sink/store/twin.h"

/* How often what is in the way is removed: a bound for an attacker's patience. */
enum { MOST_TRIES = 100 };

int64_t iw_rotate_now(int64_t last_ns)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	const int64_t now_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	return now_ns > last_ns ? now_ns : last_ns + 1;
}

int iw_rotate(struct iw_putting *putting, int current_fd, const char *name,
	      struct iw_newest *ret_newest)
{
	const struct iw_twin_name from = {current_fd, name};
	struct iw_newest newest;
	struct stat current;

	if (fstatat(current_fd, name, &current, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	int r = iw_newest_find(putting->store, &putting->spot, &current, &newest);
	if (r < 0)
		return r;
	IW_AUTO_CLOSE int fd = iw_store_make_directories(
		putting->store, putting->spot.versions.data, putting->when, NULL);
	if (fd < 0)
		return fd;
	do {
		char version[IW_LAYOUT_TIME_LEN + 1];
		const struct iw_twin_name to = {fd, version};

		iw_layout_format_time(newest.time_ns, version);
		r = iw_twin_make(putting->store, &from, &to);
		if (r == -EEXIST)
			newest.time_ns++;
	} while (r == -EEXIST);
	if (r == 0 && putting->when == IW_DURABLE_NOW && IW_RETRY(fsync(fd)) < 0)
		r = -errno;
	if (r == 0)
		*ret_newest = newest;
	return r;
}

/* The newest version gets other metadata: it is not to be an older one at once. */
static int part_from_twin(struct iw_putting *putting, const struct iw_newest *newest)
{
	char version[IW_LAYOUT_TIME_LEN + 1];

	if (putting->when == IW_DURABLE_LATER)
		return -EBUSY;
	int r = iw_newest_write(putting->store, &putting->spot, newest->time_ns,
				putting->when);
	if (r < 0)
		return r;
	IW_AUTO_CLOSE int fd =
		iw_beneath_open(iw_store_fd(putting->store), putting->spot.versions.data,
				IW_BENEATH_DIRECTORY);
	if (fd < 0)
		return fd;
	iw_layout_format_time(newest->time_ns, version);
	return unlinkat(fd, version, 0) < 0 && errno != ENOENT ? -errno : 0;
}

/* The newest as it is keeps its time. */
static int keep_time(struct iw_putting *putting, const struct stat *current)
{
	struct iw_newest newest;

	int r = iw_newest_find(putting->store, &putting->spot, current, &newest);
	if (r == 0 && newest.has_twin)
		r = part_from_twin(putting, &newest);
	if (r < 0)
		return r;
	putting->copied.version_ns = newest.time_ns;
	putting->copied.is_dated = true;
	return 0;
}

/* The newest becomes an older one; the copy is newer than whatever was there. */
static int make_older(struct iw_putting *putting, int current_fd, const char *name,
		      bool exists)
{
	struct iw_newest newest = {.time_ns = 0};

	int r = exists ? iw_rotate(putting, current_fd, name, &newest)
		       : iw_newest_find(putting->store, &putting->spot, NULL, &newest);
	if (r < 0)
		return r;
	putting->copied.version_ns = iw_rotate_now(newest.time_ns);
	/* Where nothing became older the time need not wait for that. */
	return exists ? 0 : iw_rotate_date(putting);
}

/* Opens the directory of the newest version. What was stored as a file on the way to it
 * is gone, because the source has a directory there. */
static int open_current(struct iw_putting *putting, const char **ret_name)
{
	const char *path = putting->spot.current.data;
	const char *slash = strrchr(path, '/');
	size_t failed_len = 0;
	int fd = -ENOTDIR;

	if (!slash)
		return -EISDIR;
	IW_AUTO_FREE char *folder = strndup(path, (size_t)(slash - path));
	if (!folder)
		return -ENOMEM;
	for (int tries = 0; tries < MOST_TRIES; tries++) {
		fd = iw_store_make_directories(putting->store, folder, putting->when,
					       &failed_len);
		if (fd >= 0)
			*ret_name = slash + 1;
		if (fd >= 0 || failed_len == 0)
			return fd;
		IW_AUTO_FREE char *blocking = iw_spot_prefix(&putting->spot, failed_len);
		if (!blocking)
			return -ENOMEM;
		const int r = putting->when == IW_DURABLE_LATER
				      ? -EBUSY
				      : iw_remove_blocking(putting->store, blocking,
							   putting->listener);
		if (r < 0)
			return r;
	}
	return fd;
}

int iw_rotate_begin(struct iw_putting *putting)
{
	const char *name = NULL;
	struct stat current;
	IW_AUTO_CLOSE int fd = open_current(putting, &name);

	if (fd < 0)
		return fd;
	bool exists = fstatat(fd, name, &current, AT_SYMLINK_NOFOLLOW) == 0;
	if (!exists && errno != ENOENT)
		return -errno;
	putting->copied.is_dated = false;
	if (exists && S_ISDIR(current.st_mode)) {
		/* What was stored as a directory goes with all below. */
		const int r = putting->when == IW_DURABLE_LATER
				      ? -EBUSY
				      : iw_remove(putting->store, putting->spot.absolute,
						  putting->listener);
		if (r < 0)
			return r;
		exists = false;
	}
	return exists && putting->copied.replaces ? keep_time(putting, &current)
						  : make_older(putting, fd, name, exists);
}

int iw_rotate_date(struct iw_putting *putting)
{
	if (putting->copied.is_dated)
		return 0;
	const int r = iw_newest_write(putting->store, &putting->spot,
				      putting->copied.version_ns, putting->when);
	putting->copied.is_dated = r == 0;
	return r;
}

static int open_folder(const struct iw_putting *putting, const char **ret_name)
{
	return iw_beneath_open_parent(iw_store_fd(putting->store),
				      putting->spot.current.data, IW_BENEATH_DIRECTORY,
				      ret_name);
}

int iw_rotate_end(struct iw_putting *putting)
{
	const char *name;
	IW_AUTO_CLOSE int fd = open_folder(putting, &name);

	if (fd < 0)
		return fd;
	if (renameat(iw_store_temporary_fd(putting->store), putting->copied.name, fd,
		     name) < 0 ||
	    (putting->when == IW_DURABLE_NOW && IW_RETRY(fsync(fd)) < 0))
		return -errno;
	return 0;
}

int iw_rotate_commit(struct iw_putting *putting)
{
	int r = -ENOENT;

	/* A directory may go while we are on our way to it: its files were deleted. */
	for (int tries = 0; tries < MOST_TRIES && r == -ENOENT; tries++) {
		r = iw_rotate_begin(putting);
		if (r == 0)
			r = iw_rotate_date(putting);
		if (r == 0)
			r = iw_rotate_end(putting);
	}
	return r;
}

int iw_rotate_sync(struct iw_putting *putting)
{
	const char *name;
	IW_AUTO_CLOSE int fd = open_folder(putting, &name);

	if (fd < 0)
		return fd;
	return IW_RETRY(fsync(fd)) < 0 ? -errno : 0;
}
