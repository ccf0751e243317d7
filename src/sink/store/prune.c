/* SPDX-License-Identifier: MIT */
#include "sink/store/prune.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "sink/store/beneath.h"
#include "sink/store/layout.h"
#include "sink/store/newest.h"
#include "sink/store/retention.h"

struct versions {
	struct iw_layout_version *items;
	size_t len;
	size_t cap;
};

static bool has_rules(const struct iw_retention *rules)
{
	return rules->keep || rules->keep_for_ns || rules->daily || rules->weekly ||
	       rules->monthly;
}

/* ---- The versions of one path ---- */

static int add_version(struct versions *versions, struct iw_layout_version version)
{
	if (versions->len == versions->cap) {
		const size_t cap = versions->cap ? versions->cap * 2 : 16;
		struct iw_layout_version *items =
			reallocarray(versions->items, cap, sizeof(*items));

		if (!items)
			return -ENOMEM;
		versions->items = items;
		versions->cap = cap;
	}
	versions->items[versions->len++] = version;
	return 0;
}

static int list_versions(int fd, struct versions *versions)
{
	DIR *directory;
	const struct dirent *entry;

	int r = iw_beneath_list(fd, "", &directory);
	if (r < 0)
		return r;
	while (r == 0 && (entry = readdir(directory))) {
		struct iw_layout_version version;

		if (iw_layout_parse_version(entry->d_name, strlen(entry->d_name),
					    &version) == 0)
			r = add_version(versions, version);
	}
	closedir(directory);
	return r;
}

/* The newest counts for the rules, and is never among those that go. */
static int add_newest(struct iw_store *store, const struct iw_spot *spot,
		      struct versions *versions)
{
	struct iw_newest newest;
	struct stat stat;
	IW_AUTO_CLOSE int fd = iw_beneath_open(iw_store_fd(store), spot->current.data,
					       O_PATH | O_NOFOLLOW);

	if (fd < 0 || fstat(fd, &stat) < 0 || S_ISDIR(stat.st_mode))
		return 0;
	const int r = iw_newest_find(store, spot, &stat, &newest);
	if (r < 0 || newest.has_twin)
		return r;
	return add_version(versions,
			   (struct iw_layout_version){.time_ns = newest.time_ns});
}

static int by_time(const void *one, const void *other)
{
	const struct iw_layout_version *a = one;
	const struct iw_layout_version *b = other;

	return (a->time_ns > b->time_ns) - (a->time_ns < b->time_ns);
}

static struct iw_retention_moment this_moment(void)
{
	struct timespec now;
	struct tm local = {.tm_gmtoff = 0};

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &local);
	return (struct iw_retention_moment){
		.now_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec,
		.utc_offset_ns = (int64_t)local.tm_gmtoff * 1000000000,
	};
}

static int remove_unwanted(struct iw_store *store, int fd, struct versions *versions)
{
	const struct iw_retention_moment moment = this_moment();
	IW_AUTO_FREE bool *goes = calloc(versions->len + 1, sizeof(*goes));

	if (!goes)
		return -ENOMEM;
	if (versions->len)
		qsort(versions->items, versions->len, sizeof(*versions->items), by_time);
	iw_retention_choose(&iw_store_config(store)->retention, &moment, versions->items,
			    versions->len, goes);
	for (size_t i = 0; i < versions->len; i++) {
		char name[IW_LAYOUT_VERSION_LEN + 1];
		struct stat stat = {.st_blocks = 0};

		if (!goes[i])
			continue;
		iw_layout_format_version(&versions->items[i], name);
		if (fstatat(fd, name, &stat, AT_SYMLINK_NOFOLLOW) == 0 &&
		    unlinkat(fd, name, 0) == 0)
			iw_store_add_len(store, -(int64_t)stat.st_blocks * 512);
	}
	return 0;
}

int iw_prune(struct iw_store *store, const char *absolute)
{
	struct versions versions = {NULL, 0, 0};
	struct iw_spot spot;
	IW_AUTO_CLOSE int fd = -1;

	if (!has_rules(&iw_store_config(store)->retention))
		return 0;
	int r = iw_spot_init(&spot, absolute);
	if (r == 0) {
		fd = iw_beneath_open(iw_store_fd(store), spot.versions.data,
				     IW_BENEATH_DIRECTORY);
		r = fd < 0 ? fd : 0;
	}
	if (r == 0)
		r = list_versions(fd, &versions);
	if (r == 0)
		r = add_newest(store, &spot, &versions);
	if (r == 0)
		r = remove_unwanted(store, fd, &versions);
	free(versions.items);
	iw_spot_done(&spot);
	return r == -ENOENT || r == -ENOTDIR ? 0 : r;
}

/* ---- All of a store ---- */

typedef int each_fn(void *context, int fd, const char *name, const struct stat *stat);

/* Calls each for each entry of a directory. */
static int each_entry(int root_fd, const char *path, each_fn *each, void *context)
{
	DIR *directory;
	const struct dirent *entry;
	struct stat stat;

	int r = iw_beneath_list(root_fd, path, &directory);
	if (r < 0)
		return r;
	const int fd = dirfd(directory);
	while (r == 0 && (entry = readdir(directory))) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    fstatat(fd, entry->d_name, &stat, AT_SYMLINK_NOFOLLOW) == 0)
			r = each(context, fd, entry->d_name, &stat);
	}
	closedir(directory);
	return r;
}

struct pruning {
	struct iw_store *store;
	struct iw_buffer absolute; /* of the directory at hand, terminated */
};

static int prune_below(void *context, int fd, const char *name, const struct stat *stat)
{
	struct pruning *pruning = context;
	const size_t len = pruning->absolute.len;

	if (!S_ISDIR(stat->st_mode))
		return 0;
	int r = iw_buffer_append_char(&pruning->absolute, '/');
	if (r == 0)
		r = iw_layout_append_source_name(&pruning->absolute, name, strlen(name));
	if (r == 0)
		r = iw_buffer_terminate(&pruning->absolute);
	if (r == 0)
		r = iw_prune(pruning->store, pruning->absolute.data);
	if (r == 0)
		r = each_entry(fd, name, prune_below, pruning);
	pruning->absolute.len = len;
	/* What is none of ours is left. */
	return r == -EINVAL || r == -ENOENT ? 0 : r;
}

int iw_prune_all(struct iw_store *store)
{
	struct pruning pruning = {.store = store};

	if (!has_rules(&iw_store_config(store)->retention))
		return 0;
	const int r =
		each_entry(iw_store_fd(store), IW_LAYOUT_VERSIONS, prune_below, &pruning);
	iw_buffer_done(&pruning.absolute);
	return r;
}

static int add_entry(void *context, int fd, const char *name, const struct stat *stat)
{
	uint64_t *len = context;
	int r = 0;

	*len += (uint64_t)stat->st_blocks * 512;
	if (S_ISDIR(stat->st_mode))
		r = each_entry(fd, name, add_entry, len);
	return r == -ENOENT ? 0 : r;
}

int iw_prune_add_up(const struct iw_store *store, uint64_t *ret_len)
{
	uint64_t len = 0;
	const int r = each_entry(iw_store_fd(store), "", add_entry, &len);

	if (r == 0)
		*ret_len = len;
	return r;
}
