/* SPDX-License-Identifier: MIT */
#include "sink/store/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

#include "sink/store/beneath.h"
#include "sink/store/layout.h"
#include "sink/store/prune.h"

struct iw_store {
	struct iw_store_config config;
	struct stat stat;
	int fd;
	int temporary_fd;
	int lock_fd;
	pthread_mutex_t structure; /* held while directories are made */
	pthread_mutex_t removal;
	bool has_groups;
	atomic_uint_least64_t made;   /* directories that were to be synced later */
	atomic_uint_least64_t synced; /* as many of them are durable */
	atomic_bool is_stopped;
	atomic_uint_least64_t temporaries;
	atomic_int_least64_t len; /* with max_len: on the disk */
};

/* ---- Making one ---- */

/* Whether a directory is empty, or has nothing in it but what a store begins with. */
static int is_empty_or_begun(int directory_fd)
{
	DIR *directory;
	const struct dirent *entry;
	bool is_empty = true;
	bool is_begun = false;
	bool has_more = false;

	const int r = iw_beneath_list(directory_fd, "", &directory);
	if (r < 0)
		return r;
	while ((entry = readdir(directory))) {
		const char *name = entry->d_name;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		is_empty = false;
		if (strcmp(name, IW_LAYOUT_OWN) == 0)
			is_begun = true;
		else if (strcmp(name, IW_LAYOUT_CURRENT) != 0 &&
			 strcmp(name, IW_LAYOUT_VERSIONS) != 0)
			has_more = true;
	}
	closedir(directory);
	return is_empty || (is_begun && !has_more);
}

/* Returns 1 if the format is ours, 0 if none is written yet, or -errno. */
static int read_format(int fd)
{
	char text[sizeof(IW_LAYOUT_VERSION)];
	IW_AUTO_CLOSE int format_fd = iw_beneath_open(fd, IW_LAYOUT_FORMAT, O_RDONLY);

	if (format_fd < 0)
		return format_fd == -ENOENT ? 0 : format_fd;
	const ssize_t n = IW_RETRY(pread(format_fd, text, sizeof(text), 0));
	if (n < 0)
		return -errno;
	return n == sizeof(IW_LAYOUT_VERSION) - 1 &&
			       memcmp(text, IW_LAYOUT_VERSION, (size_t)n) == 0
		       ? 1
		       : -EPROTONOSUPPORT;
}

static int write_format(struct iw_store *store)
{
	char name[IW_TEMPORARY_LEN];
	IW_AUTO_CLOSE int fd = iw_store_make_temporary(store, name);

	if (fd < 0)
		return fd;
	IW_AUTO_CLOSE int own_fd =
		iw_beneath_open(store->fd, IW_LAYOUT_OWN, IW_BENEATH_DIRECTORY);
	if (own_fd < 0)
		return own_fd;
	const size_t len = sizeof(IW_LAYOUT_VERSION) - 1;
	const ssize_t n = IW_RETRY(write(fd, IW_LAYOUT_VERSION, len));
	if (n != (ssize_t)len)
		return n < 0 ? -errno : -ENOSPC;
	if (IW_RETRY(fsync(fd)) < 0 ||
	    renameat(store->temporary_fd, name, own_fd,
		     strrchr(IW_LAYOUT_FORMAT, '/') + 1) < 0 ||
	    IW_RETRY(fsync(own_fd)) < 0)
		return -errno;
	return 0;
}

static int make_folders(struct iw_store *store)
{
	static const char *const folders[] = {IW_LAYOUT_TEMPORARY, IW_LAYOUT_NEWEST,
					      IW_LAYOUT_CURRENT, IW_LAYOUT_VERSIONS};

	for (size_t i = 0; i < IW_ARRAY_LEN(folders); i++) {
		const int fd = iw_beneath_make_directories(store->fd, folders[i], NULL);

		if (fd < 0)
			return fd;
		if (i == 0)
			store->temporary_fd = fd;
		else
			close(fd);
	}
	return 0;
}

/* The directory itself; its parent is synced if it is new. */
static int open_directory(struct iw_store *store)
{
	const char *path = store->config.path;
	const bool is_made = mkdir(path, 0700) == 0;

	if (!is_made && errno != EEXIST)
		return -errno;
	store->fd = IW_RETRY(open(path, IW_BENEATH_DIRECTORY | O_CLOEXEC));
	if (store->fd < 0 || fstat(store->fd, &store->stat) < 0)
		return -errno;
	if (!is_made)
		return 0;
	IW_AUTO_CLOSE int parent_fd =
		IW_RETRY(openat(store->fd, "..", IW_BENEATH_DIRECTORY | O_CLOEXEC));
	if (parent_fd < 0 || IW_RETRY(fsync(parent_fd)) < 0)
		return -errno;
	return 0;
}

/* ---- Opening one ---- */

static int take_lock(struct iw_store *store)
{
	const int own_fd = iw_beneath_make_directories(store->fd, IW_LAYOUT_OWN, NULL);

	if (own_fd < 0)
		return own_fd;
	store->lock_fd = IW_RETRY(
		openat(own_fd, strrchr(IW_LAYOUT_LOCK, '/') + 1,
		       O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
	const int error = errno;
	close(own_fd);
	if (store->lock_fd < 0)
		return -error;
	return IW_RETRY(flock(store->lock_fd, LOCK_EX | LOCK_NB)) < 0 ? -errno : 0;
}

/* What a run that was interrupted left behind. */
static int remove_temporaries(const struct iw_store *store)
{
	DIR *directory;
	const struct dirent *entry;

	int r = iw_beneath_list(store->temporary_fd, "", &directory);
	if (r < 0)
		return r;
	while ((entry = readdir(directory))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(store->temporary_fd, entry->d_name, 0) < 0 &&
		    errno != EISDIR && errno != ENOENT)
			r = -errno;
	}
	closedir(directory);
	return r;
}

static int open_store(struct iw_store *store)
{
	int r = open_directory(store);

	if (r < 0)
		return r;
	r = read_format(store->fd);
	if (r < 0)
		return r;
	/* Somebody else's folder is left as it is. */
	if (r == 0 && (r = is_empty_or_begun(store->fd)) != 1)
		return r < 0 ? r : -ENOTEMPTY;
	r = take_lock(store);
	if (r < 0)
		return r;
	/* Another one may have made it before it let go of the lock. */
	const int is_made = read_format(store->fd);
	if (is_made < 0)
		return is_made;
	r = make_folders(store);
	if (r == 0)
		r = remove_temporaries(store);
	/* At last: what has a format is a store. */
	return r == 0 && !is_made ? write_format(store) : r;
}

static int count_len(struct iw_store *store)
{
	uint64_t len = 0;

	if (!store->config.max_len)
		return 0;
	const int r = iw_prune_add_up(store, &len);
	if (r == 0)
		atomic_store(&store->len, (int64_t)len);
	return r;
}

int iw_store_open(const struct iw_store_config *config, struct iw_store **ret_store)
{
	struct iw_store *store = calloc(1, sizeof(*store));

	if (!store)
		return -ENOMEM;
	*store = (struct iw_store){
		.config = *config, .fd = -1, .temporary_fd = -1, .lock_fd = -1};
	pthread_mutex_init(&store->structure, NULL);
	pthread_mutex_init(&store->removal, NULL);
	int r = open_store(store);
	store->has_groups = r == 0 && iw_durable_is_at_once(store->fd);
	/* What a run that was killed did not sync is not durable because it is there. */
	if (r == 0 && IW_RETRY(syncfs(store->fd)) < 0)
		r = -errno;
	if (r == 0)
		r = iw_prune_all(store);
	if (r == 0)
		r = count_len(store);
	if (r < 0) {
		iw_store_close(store);
		return r;
	}
	*ret_store = store;
	return 0;
}

void iw_store_close(struct iw_store *store)
{
	if (!store)
		return;
	if (store->temporary_fd >= 0)
		close(store->temporary_fd);
	if (store->fd >= 0)
		close(store->fd);
	if (store->lock_fd >= 0)
		close(store->lock_fd);
	pthread_mutex_destroy(&store->structure);
	pthread_mutex_destroy(&store->removal);
	free(store);
}

/* ---- Using it ---- */

void iw_store_stop(struct iw_store *store)
{
	atomic_store(&store->is_stopped, true);
}

const atomic_bool *iw_store_is_stopped(const struct iw_store *store)
{
	return &store->is_stopped;
}

const struct iw_store_config *iw_store_config(const struct iw_store *store)
{
	return &store->config;
}

bool iw_store_is_itself(const struct iw_store *store, const struct stat *stat)
{
	return stat->st_dev == store->stat.st_dev && stat->st_ino == store->stat.st_ino;
}

void iw_store_lock_removal(struct iw_store *store)
{
	pthread_mutex_lock(&store->removal);
}

void iw_store_unlock_removal(struct iw_store *store)
{
	pthread_mutex_unlock(&store->removal);
}

void iw_store_add_len(struct iw_store *store, int64_t len)
{
	atomic_fetch_add(&store->len, len);
}

bool iw_store_has_room(const struct iw_store *store, uint64_t len)
{
	const uint64_t max_len = store->config.max_len;

	return !max_len ||
	       (len <= max_len && atomic_load(&store->len) <= (int64_t)(max_len - len));
}

int iw_store_fd(const struct iw_store *store)
{
	return store->fd;
}

int iw_store_temporary_fd(const struct iw_store *store)
{
	return store->temporary_fd;
}

void iw_store_name_temporary(struct iw_store *store, char ret_name[IW_TEMPORARY_LEN])
{
	const uint64_t number = atomic_fetch_add(&store->temporaries, 1);

	snprintf(ret_name, IW_TEMPORARY_LEN, "%" PRIu64, number);
}

int iw_store_make_temporary(struct iw_store *store, char ret_name[IW_TEMPORARY_LEN])
{
	iw_store_name_temporary(store, ret_name);
	const int fd = IW_RETRY(openat(store->temporary_fd, ret_name,
				       O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
				       0600));

	return fd < 0 ? -errno : fd;
}

bool iw_store_has_groups(const struct iw_store *store)
{
	return store->has_groups;
}

int iw_store_sync(struct iw_store *store, int fd)
{
	const uint_least64_t made = atomic_load(&store->made);
	const int r = iw_durable_sync(fd);
	uint_least64_t synced = atomic_load(&store->synced);

	while (r == 0 && synced < made &&
	       !atomic_compare_exchange_weak(&store->synced, &synced, made))
		;
	return r;
}

int iw_store_make_directories(struct iw_store *store, const char *path,
			      enum iw_durable_when when, size_t *ret_failed_len)
{
	bool is_made = false;

	pthread_mutex_lock(&store->structure);
	IW_AUTO_CLOSE int fd =
		when == IW_DURABLE_NOW
			? iw_beneath_make_directories(store->fd, path, ret_failed_len)
			: iw_beneath_make_unsynced(store->fd, path, ret_failed_len,
						   &is_made);
	atomic_fetch_add(&store->made, is_made);
	/* Another thread may have made some of them, and not synced them yet. */
	const bool is_synced = atomic_load(&store->made) == atomic_load(&store->synced);
	pthread_mutex_unlock(&store->structure);
	if (fd < 0 || when == IW_DURABLE_LATER || is_synced)
		return IW_TAKE_FD(fd);
	const int r = iw_store_sync(store, fd);
	return r < 0 ? r : IW_TAKE_FD(fd);
}
