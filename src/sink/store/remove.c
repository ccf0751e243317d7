/* SPDX-License-Identifier: MIT */
/*
 * Deletions: the newest version becomes an older one, an empty file tells since when
 * there is none, and only then the newest goes.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "sink/store/beneath.h"
#include "sink/store/layout.h"
#include "sink/store/put-private.h"

/* Puts TIME.deleted. A run that was interrupted may have done so. */
static int mark(struct iw_putting *putting, const struct iw_newest *newest,
		int64_t *ret_time_ns)
{
	char name[IW_LAYOUT_VERSION_LEN + 1];
	struct iw_newest last = {.time_ns = newest->time_ns};

	int r = newest->has_twin
			? iw_newest_find(putting->store, &putting->spot, NULL, &last)
			: 0;
	if (r < 0)
		return r;
	const bool is_marked = last.time_ns > newest->time_ns;
	const struct iw_layout_version version = {
		.time_ns = is_marked ? last.time_ns : iw_rotate_now(newest->time_ns),
		.is_deleted = true,
	};
	IW_AUTO_CLOSE int fd =
		iw_beneath_open(iw_store_fd(putting->store), putting->spot.versions.data,
				IW_BENEATH_DIRECTORY);
	if (fd < 0)
		return fd;
	iw_layout_format_version(&version, name);
	IW_AUTO_CLOSE int mark_fd = IW_RETRY(
		openat(fd, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
	if (mark_fd < 0 || IW_RETRY(fsync(mark_fd)) < 0 || IW_RETRY(fsync(fd)) < 0)
		return -errno;
	*ret_time_ns = version.time_ns;
	return 0;
}

static int remove_file(struct iw_putting *putting, int current_fd, const char *name)
{
	struct iw_newest newest;
	struct iw_put_line line = {.event = IW_PUT_DELETED,
				   .absolute = putting->spot.absolute};

	int r = iw_rotate(putting, current_fd, name, &newest);
	if (r == 0)
		r = mark(putting, &newest, &line.version_ns);
	if (r == 0 && unlinkat(current_fd, name, 0) < 0)
		r = -errno;
	if (r == 0)
		r = iw_newest_forget(putting->store, &putting->spot);
	if (r == 0 && IW_RETRY(fsync(current_fd)) < 0)
		r = -errno;
	if (r == 0)
		putting->listener->told(putting->listener->context, &line);
	return r;
}

/* What may go. */
enum extent {
	ALL,
	UNLESS_DIRECTORY,
};

static int remove_path(struct iw_store *store, const char *absolute,
		       const struct iw_put_listener *listener, enum extent extent);

/* Removes what a directory of the store holds. */
static int remove_entry(struct iw_putting *putting, const char *entry)
{
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;
	const char *absolute = putting->spot.absolute;

	int r = iw_buffer_append_str(&path, strcmp(absolute, "/") == 0 ? "" : absolute);
	if (r == 0)
		r = iw_buffer_append_char(&path, '/');
	if (r == 0)
		r = iw_layout_append_source_name(&path, entry, strlen(entry));
	if (r == 0)
		r = iw_buffer_terminate(&path);
	return r < 0 ? r : remove_path(putting->store, path.data, putting->listener, ALL);
}

static int remove_directory(struct iw_putting *putting, int parent_fd, const char *name)
{
	DIR *directory;
	const struct dirent *entry;

	int r = iw_beneath_list(parent_fd, name, &directory);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	while ((entry = readdir(directory))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		const int e = remove_entry(putting, entry->d_name);
		/* What is left makes it fail, but nothing is left that need not be. */
		if (e < 0)
			r = e;
	}
	closedir(directory);
	if (r == 0 && unlinkat(parent_fd, name, AT_REMOVEDIR) < 0 && errno != ENOENT &&
	    errno != ENOTEMPTY && errno != EEXIST)
		r = -errno;
	return r;
}

static int remove_path(struct iw_store *store, const char *absolute,
		       const struct iw_put_listener *listener, enum extent extent)
{
	struct iw_putting putting = {.store = store, .listener = listener};
	const char *name = NULL;
	struct stat stat;

	int r = iw_spot_init(&putting.spot, absolute);
	IW_AUTO_CLOSE int fd = -1;
	if (r == 0) {
		fd = iw_beneath_open_parent(iw_store_fd(store), putting.spot.current.data,
					    IW_BENEATH_DIRECTORY, &name);
		r = fd < 0 ? fd : 0;
	}
	if (r == 0 && fstatat(fd, name, &stat, AT_SYMLINK_NOFOLLOW) < 0)
		r = -errno;
	if (r == 0 && !S_ISDIR(stat.st_mode))
		r = remove_file(&putting, fd, name);
	else if (r == 0 && extent == ALL)
		r = remove_directory(&putting, fd, name);
	iw_spot_done(&putting.spot);
	/* A name that cannot be stored has never been. */
	return r == -ENOENT || r == -ENOTDIR || r == -ELOOP || r == -ENAMETOOLONG ? 0 : r;
}

static int remove_in_turn(struct iw_store *store, const char *absolute,
			  const struct iw_put_listener *listener, enum extent extent)
{
	iw_store_lock_removal(store);
	const int r = remove_path(store, absolute, listener, extent);
	iw_store_unlock_removal(store);
	return r;
}

int iw_remove(struct iw_store *store, const char *absolute,
	      const struct iw_put_listener *listener)
{
	return remove_in_turn(store, absolute, listener, ALL);
}

int iw_remove_blocking(struct iw_store *store, const char *absolute,
		       const struct iw_put_listener *listener)
{
	return remove_in_turn(store, absolute, listener, UNLESS_DIRECTORY);
}
