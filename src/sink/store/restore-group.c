/* SPDX-License-Identifier: MIT */
/*
 * Files that are restored together: all are copied, then synced, then all take their
 * places, then that is synced, then they are told. What a directory has of times is set
 * when all that was to be made in it has its place.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "sink/store/durable.h"
#include "sink/store/meta.h"
#include "sink/store/restore-private.h"

/* So much waits at most until it becomes durable. */
static const uint64_t MOST_BYTES = UINT64_C(64) << 20;

enum {
	FEWEST = 4, /* fewer copies are synced each by itself */
	SHARE = 4,  /* an entry has two files open, and others need some, too */
};

int iw_restore_group_init(struct iw_restore_group *group,
			  const struct iw_restore_config *config)
{
	struct rlimit limit = {.rlim_cur = 0};

	*group = (struct iw_restore_group){
		.config = config, .sync_fd = -1, .most = IW_RESTORE_GROUP};
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
	    limit.rlim_cur / SHARE < IW_RESTORE_GROUP)
		group->most = limit.rlim_cur / SHARE + 1;
	group->entries = calloc(group->most, sizeof(*group->entries));
	return group->entries ? 0 : -ENOMEM;
}

void iw_restore_group_done(struct iw_restore_group *group)
{
	free(group->entries);
}

/* ---- Adding ---- */

static void free_entry(struct iw_restore_entry *entry)
{
	iw_restore_drop(&entry->file);
	iw_cleanup_close(&entry->file.dir_fd);
	iw_cleanup_close(&entry->source_fd);
	free(entry->name);
	free(entry->path);
}

void iw_restore_group_enter(struct iw_restore_group *group, int dir_fd)
{
	struct stat stat;

	/* What lies elsewhere needs a sync of its own. */
	const bool is_open = dir_fd >= 0 && fstat(dir_fd, &stat) == 0;
	if (group->len == group->most || group->bytes >= MOST_BYTES ||
	    (is_open && group->sync_fd >= 0 && group->dev != stat.st_dev))
		iw_restore_group_commit(group);
	if (is_open && group->sync_fd < 0) {
		group->dev = stat.st_dev;
		group->sync_fd = iw_durable_open(dir_fd);
	}
}

/* Takes what the entry holds. */
static int add(struct iw_restore_group *group, struct iw_restore_entry *entry,
	       const char *path)
{
	entry->path = strdup(path);
	if (!entry->path) {
		free_entry(entry);
		return -ENOMEM;
	}
	iw_restore_group_enter(group, entry->file.dir_fd);
	group->entries[group->len++] = *entry;
	return 0;
}

int iw_restore_group_add(struct iw_restore_group *group, struct iw_restore_file *file,
			 int what, const char *path)
{
	struct stat stat = {.st_size = 0};
	struct iw_restore_entry entry = {
		.file = *file,
		.version_ns = file->version->time_ns,
		.what = what,
		.source_fd = -1,
	};

	entry.file.name = NULL;
	entry.file.file = NULL;
	entry.file.version = NULL;
	if (file->fd >= 0) {
		entry.name = strdup(file->name);
		entry.file.name = entry.name;
		if (!entry.name) {
			free_entry(&entry);
			return -ENOMEM;
		}
	}
	const int r = add(group, &entry, path);
	if (r == 0 && file->fd >= 0) {
		group->waiting++;
		group->bytes += fstat(file->fd, &stat) == 0 ? (uint64_t)stat.st_size : 0;
	}
	return r;
}

int iw_restore_group_add_directory(struct iw_restore_group *group, int fd, int source_fd,
				   const char *path)
{
	struct iw_restore_entry entry = {
		.file = {.dir_fd = fd, .fd = -1},
		.source_fd = source_fd,
		.is_directory = true,
	};

	return add(group, &entry, path);
}

int iw_restore_group_report(struct iw_restore_group *group,
			    const struct iw_restore_report *report)
{
	struct iw_restore_entry entry = {
		.file = {.dir_fd = -1, .fd = -1, .reason = report->reason},
		.version_ns = report->version_ns,
		.what = (int)report->what,
		.error = report->error,
		.source_fd = -1,
	};

	return add(group, &entry, report->path);
}

/* ---- Its end ---- */

/* Syncs the copies. One that cannot be is given up. */
static void sync_copies(struct iw_restore_group *group, bool is_at_once)
{
	if (is_at_once && iw_durable_sync(group->sync_fd) == 0)
		return;
	for (size_t i = 0; i < group->len; i++) {
		struct iw_restore_entry *entry = &group->entries[i];

		if (entry->file.fd < 0 || IW_RETRY(fsync(entry->file.fd)) == 0)
			continue;
		entry->what = -errno;
		iw_restore_drop(&entry->file);
	}
}

static void finish_directory(const struct iw_restore_group *group,
			     struct iw_restore_entry *entry)
{
	const unsigned flags = group->config->has_privileges ? IW_META_PRIVILEGES : 0;
	struct stat stat;

	if (entry->source_fd < 0)
		return;
	entry->what = fstat(entry->source_fd, &stat) < 0
			      ? -errno
			      : iw_meta_copy(entry->source_fd, entry->file.dir_fd, &stat,
					     flags);
}

/* Files first: directories get their times when nothing more is made in them. */
static void place_all(struct iw_restore_group *group)
{
	for (size_t i = 0; i < group->len; i++) {
		struct iw_restore_entry *entry = &group->entries[i];

		if (entry->file.fd >= 0)
			entry->what = iw_restore_place(&entry->file);
	}
	for (size_t i = 0; i < group->len; i++) {
		if (group->entries[i].is_directory)
			finish_directory(group, &group->entries[i]);
	}
}

/* Something was changed in it, or it was itself. */
static bool is_to_be_synced(const struct iw_restore_entry *entry)
{
	return entry->file.dir_fd >= 0 && entry->what >= 0 &&
	       (entry->is_directory ||
		(entry->what != IW_RESTORE_UNCHANGED && entry->what != IW_RESTORE_LEFT));
}

/* Syncs the directories in which something took its place: each once, as they follow one
 * another. */
static void sync_places(struct iw_restore_group *group, bool is_at_once)
{
	struct stat last = {.st_ino = 0};
	struct stat stat;
	int error = 0;

	if (is_at_once && iw_durable_sync(group->sync_fd) == 0)
		return;
	for (size_t i = 0; i < group->len; i++) {
		struct iw_restore_entry *entry = &group->entries[i];

		if (!is_to_be_synced(entry))
			continue;
		if (fstat(entry->file.dir_fd, &stat) < 0 || last.st_ino != stat.st_ino) {
			error = 0;
			if (IW_RETRY(fsync(entry->file.dir_fd)) < 0)
				error = errno;
		}
		last = stat;
		if (error)
			entry->what = -error;
	}
}

static void tell(const struct iw_restore_group *group,
		 const struct iw_restore_entry *entry)
{
	const bool is_failed = entry->what < 0;
	const struct iw_restore_report report = {
		.what = is_failed ? IW_RESTORE_FAILED : (enum iw_restore_what)entry->what,
		.path = entry->path,
		.version_ns = entry->version_ns,
		.reason = entry->file.reason,
		.error = is_failed ? entry->what : entry->error,
	};

	if (is_failed || !entry->is_directory)
		group->config->told(group->config->context, &report);
}

void iw_restore_group_commit(struct iw_restore_group *group)
{
	const bool is_at_once = group->waiting >= FEWEST && group->sync_fd >= 0 &&
				iw_durable_is_at_once(group->sync_fd);

	sync_copies(group, is_at_once);
	place_all(group);
	sync_places(group, is_at_once);
	for (size_t i = 0; i < group->len; i++) {
		tell(group, &group->entries[i]);
		free_entry(&group->entries[i]);
	}
	group->len = 0;
	group->waiting = 0;
	group->bytes = 0;
	iw_cleanup_close(&group->sync_fd);
	group->sync_fd = -1;
}
