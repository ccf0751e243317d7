/* SPDX-License-Identifier: MIT */
#include "sink/store/newest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

#include "sink/store/beneath.h"
#include "sink/store/layout.h"

static const char SOURCE_NAME[] = "user.inowatch.source";

/* ---- The times of older versions ---- */

/* Looks through the older versions: for one that is the same file, and for the last. */
static void list_versions(DIR *directory, const struct stat *wanted,
			  struct iw_newest *ret_newest)
{
	const struct dirent *entry;

	while ((entry = readdir(directory))) {
		struct iw_layout_version version;
		struct stat stat;

		if (iw_layout_parse_version(entry->d_name, strlen(entry->d_name),
					    &version) < 0)
			continue;
		if (!wanted && version.time_ns > ret_newest->time_ns)
			ret_newest->time_ns = version.time_ns;
		if (!wanted || version.is_deleted ||
		    fstatat(dirfd(directory), entry->d_name, &stat, AT_SYMLINK_NOFOLLOW) <
			    0)
			continue;
		if (stat.st_dev == wanted->st_dev && stat.st_ino == wanted->st_ino)
			*ret_newest = (struct iw_newest){version.time_ns, true};
	}
}

static int find_version(const struct iw_store *store, const struct iw_spot *spot,
			const struct stat *wanted, struct iw_newest *ret_newest)
{
	DIR *directory;
	const int r =
		iw_beneath_list(iw_store_fd(store), spot->versions.data, &directory);

	if (r < 0)
		return r == -ENOENT || r == -ENOTDIR ? 0 : r;
	list_versions(directory, wanted, ret_newest);
	closedir(directory);
	return 0;
}

/* ---- The time of the newest ---- */

/* Also from a plain file, where there are no symbolic links. Returns 1, 0 or -errno. */
static int read_time(const struct iw_store *store, const struct iw_spot *spot,
		     int64_t *ret_time_ns)
{
	char text[IW_LAYOUT_TIME_LEN + 1];
	const char *name;
	IW_AUTO_CLOSE int fd = iw_beneath_open_parent(
		iw_store_fd(store), spot->newest.data, O_PATH | O_DIRECTORY, &name);

	if (fd < 0)
		return fd == -ENOENT || fd == -ENOTDIR || fd == -ELOOP ? 0 : fd;
	ssize_t n = readlinkat(fd, name, text, sizeof(text));
	if (n < 0 && errno == EINVAL) {
		IW_AUTO_CLOSE int file_fd = IW_RETRY(
			openat(fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));

		n = file_fd < 0 ? -1 : IW_RETRY(read(file_fd, text, sizeof(text)));
	}
	return n == IW_LAYOUT_TIME_LEN &&
	       iw_layout_parse_time(text, (size_t)n, ret_time_ns) == 0;
}

static int64_t time_of(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

int iw_newest_find(struct iw_store *store, const struct iw_spot *spot,
		   const struct stat *current, struct iw_newest *ret_newest)
{
	struct iw_newest newest = {INT64_MIN, false};
	int r = 0;

	if (!current || current->st_nlink > 1)
		r = find_version(store, spot, current, &newest);
	if (r == 0 && current && !newest.has_twin) {
		r = read_time(store, spot, &newest.time_ns);
		/* Nothing is known: it cannot have been later. */
		if (r == 0)
			newest.time_ns = time_of(&current->st_ctim);
	}
	if (r < 0)
		return r;
	*ret_newest = newest;
	return 0;
}

/* Makes the folder of the times; what is in the way is stale. */
static int open_folder(struct iw_store *store, const char *path, size_t len,
		       enum iw_durable_when when)
{
	IW_AUTO_FREE char *folder = strndup(path, len);
	size_t failed_len = 0;

	if (!folder)
		return -ENOMEM;
	for (int tries = 0;; tries++) {
		const int fd =
			iw_store_make_directories(store, folder, when, &failed_len);

		if (fd >= 0 || failed_len == 0 || tries == 2)
			return fd;
		IW_AUTO_FREE char *blocked = strndup(folder, failed_len);
		const char *name;
		if (!blocked)
			return -ENOMEM;
		IW_AUTO_CLOSE int parent_fd = iw_beneath_open_parent(
			iw_store_fd(store), blocked, O_PATH | O_DIRECTORY, &name);
		if (parent_fd < 0)
			return parent_fd;
		unlinkat(parent_fd, name, 0);
	}
}

/* Removes directories in which nothing is left but directories. */
static void prune(int parent_fd, const char *name)
{
	DIR *directory;
	const struct dirent *entry;

	if (iw_beneath_list(parent_fd, name, &directory) < 0)
		return;
	const int fd = dirfd(directory);
	while ((entry = readdir(directory))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, entry->d_name, 0) < 0)
			prune(fd, entry->d_name);
	}
	closedir(directory);
	unlinkat(parent_fd, name, AT_REMOVEDIR);
}

/* Makes the temporary link, or file, that says the time. */
static int make_text(struct iw_store *store, const char *text, enum iw_durable_when when,
		     char ret_name[IW_TEMPORARY_LEN])
{
	iw_store_name_temporary(store, ret_name);
	if (symlinkat(text, iw_store_temporary_fd(store), ret_name) == 0)
		return 0;
	if (errno != EPERM && errno != EOPNOTSUPP)
		return -errno;
	IW_AUTO_CLOSE int fd = iw_store_make_temporary(store, ret_name);
	if (fd < 0)
		return fd;
	const ssize_t n = IW_RETRY(write(fd, text, strlen(text)));
	if (n < 0 || (when == IW_DURABLE_NOW && IW_RETRY(fsync(fd)) < 0))
		return -errno;
	return n == (ssize_t)strlen(text) ? 0 : -ENOSPC;
}

int iw_newest_write(struct iw_store *store, const struct iw_spot *spot, int64_t time_ns,
		    enum iw_durable_when when)
{
	const int temporary_fd = iw_store_temporary_fd(store);
	const char *slash = strrchr(spot->newest.data, '/');
	char text[IW_LAYOUT_TIME_LEN + 1];
	char name[IW_TEMPORARY_LEN];

	iw_layout_format_time(time_ns, text);
	IW_AUTO_CLOSE int fd = open_folder(store, spot->newest.data,
					   (size_t)(slash - spot->newest.data), when);
	if (fd < 0)
		return fd;
	int r = make_text(store, text, when, name);
	if (r < 0)
		return r;
	r = renameat(temporary_fd, name, fd, slash + 1) < 0 ? -errno : 0;
	if (r == -EISDIR || r == -ENOTEMPTY) {
		/* Times of what was below when this was a directory: all of it is gone.
		 */
		prune(fd, slash + 1);
		r = renameat(temporary_fd, name, fd, slash + 1) < 0 ? -errno : 0;
	}
	if (r < 0)
		unlinkat(temporary_fd, name, 0);
	else if (when == IW_DURABLE_NOW && IW_RETRY(fsync(fd)) < 0)
		r = -errno;
	return r;
}

int iw_newest_forget(struct iw_store *store, const struct iw_spot *spot)
{
	const char *name;
	IW_AUTO_CLOSE int fd = iw_beneath_open_parent(
		iw_store_fd(store), spot->newest.data, O_PATH | O_DIRECTORY, &name);

	if (fd < 0)
		return fd == -ENOENT || fd == -ENOTDIR || fd == -ELOOP ? 0 : fd;
	if (unlinkat(fd, name, 0) < 0 && errno == EISDIR)
		prune(fd, name);
	return 0;
}

/* ---- The source's change time and inode ---- */

enum { SOURCE_LEN = 48 };

static int format_source(const struct stat *source, char ret_text[SOURCE_LEN])
{
	return snprintf(ret_text, SOURCE_LEN, "%" PRId64 " %" PRIu64,
			time_of(&source->st_ctim), (uint64_t)source->st_ino);
}

int iw_newest_put_source(int fd, const struct stat *source)
{
	char text[SOURCE_LEN];
	const int len = format_source(source, text);

	return fsetxattr(fd, SOURCE_NAME, text, (size_t)len, 0) < 0 ? -errno : 0;
}

int iw_newest_is_from(int fd, const struct stat *source)
{
	char text[SOURCE_LEN];
	char noted[SOURCE_LEN];
	const int len = format_source(source, text);
	const ssize_t n = fgetxattr(fd, SOURCE_NAME, noted, sizeof(noted));

	if (n < 0)
		return errno == EOPNOTSUPP ? -ENODATA : -errno;
	return n == len && memcmp(text, noted, (size_t)len) == 0;
}
