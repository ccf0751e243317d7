/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>

#include "sink/store/catalog-private.h"
#include "sink/store/copy.h"
#include "sink/store/hash.h"
#include "sink/store/meta.h"
#include "sink/store/restore-private.h"

enum { MAX_TRIES = 100 };

static void name_temporary(struct iw_restore_file *restore, int tries)
{
	snprintf(restore->temporary, sizeof(restore->temporary),
		 IW_RESTORE_TEMPORARY "%d.%d", (int)getpid(), restore->number + tries);
}

/* The lock says that somebody is at work. Returns a descriptor or -errno. */
static int make_temporary(struct iw_restore_file *restore)
{
	for (int tries = 0; tries < MAX_TRIES; tries++) {
		name_temporary(restore, tries);
		const int fd =
			openat(restore->dir_fd, restore->temporary,
			       O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0 && errno == EEXIST)
			continue;
		if (fd < 0)
			return -errno;
		if (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
			return fd;
		close(fd);
	}
	return -EEXIST;
}

static int make_link(struct iw_restore_file *restore, const char *target)
{
	for (int tries = 0; tries < MAX_TRIES; tries++) {
		name_temporary(restore, tries);
		if (symlinkat(target, restore->dir_fd, restore->temporary) == 0)
			return 0;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

/* Compares a copy with the checksum of its version. Returns 1, 0 or -errno. */
static int is_whole(int source_fd, int copy_fd, const struct stat *source)
{
	struct stat copy;
	uint64_t wanted;
	uint64_t found;

	if (fstat(copy_fd, &copy) < 0)
		return -errno;
	if (copy.st_size != source->st_size)
		return 0;
	int r = iw_hash_get(source_fd, &wanted);
	/* Where there are no such attributes nothing can be known. */
	if (r < 0)
		return r != -EINVAL;
	r = iw_hash_file(copy_fd, NULL, &found);
	return r < 0 ? r : found == wanted;
}

static int fill_temporary(struct iw_restore_file *restore)
{
	const unsigned flags = restore->config->has_privileges ? IW_META_PRIVILEGES : 0;
	struct stat stat;

	IW_AUTO_CLOSE int source_fd = iw_catalog_open(restore->file, restore->version);
	if (source_fd < 0)
		return source_fd;
	if (fstat(source_fd, &stat) < 0)
		return -errno;
	int r = iw_copy_content(source_fd, restore->fd, (uint64_t)stat.st_size, NULL);
	if (r == 0)
		r = is_whole(source_fd, restore->fd, &stat);
	if (r < 0)
		return r;
	restore->is_sound = r > 0;
	return iw_meta_copy(source_fd, restore->fd, &stat, flags);
}

static int fill_link(struct iw_restore_file *restore)
{
	IW_AUTO_BUFFER struct iw_buffer target = IW_BUFFER_INIT;
	char text[IW_LAYOUT_TIME_LEN + 1];
	struct stat stat;

	int r = iw_catalog_read_link(restore->file, restore->version, &target);
	if (r == 0)
		r = make_link(restore, target.data);
	if (r < 0)
		return r;
	iw_layout_format_time(restore->version->time_ns, text);
	const bool is_current = restore->version->is_current;
	if (fstatat(is_current ? restore->file->current_fd : restore->file->versions_fd,
		    is_current ? restore->file->store_name : text, &stat,
		    AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	return iw_meta_copy_link(restore->dir_fd, restore->temporary, &stat);
}

/* Is it what was looked at before? */
static bool is_unchanged(const struct iw_restore_file *restore, const char *name)
{
	const struct stat *old = &restore->old;
	struct stat now;

	return fstatat(restore->dir_fd, name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       now.st_ino == old->st_ino && now.st_dev == old->st_dev &&
	       now.st_size == old->st_size && now.st_mtim.tv_sec == old->st_mtim.tv_sec &&
	       now.st_mtim.tv_nsec == old->st_mtim.tv_nsec;
}

static int rename_in(const struct iw_restore_file *restore, const char *temporary,
		     unsigned flags)
{
	return renameat2(restore->dir_fd, temporary, restore->dir_fd, restore->name,
			 flags) < 0
		       ? -errno
		       : 0;
}

static int lose(struct iw_restore_file *restore)
{
	restore->reason = "what is in the way has just changed";
	return IW_RESTORE_LEFT;
}

/*
 * What was looked at is taken out and looked at once more, so that nothing written
 * meanwhile is lost.
 */
static int exchange(struct iw_restore_file *restore, const char *temporary)
{
	int r = rename_in(restore, temporary, RENAME_EXCHANGE);

	if (r == -ENOENT)
		return lose(restore);
	if (r < 0)
		return r;
	if (is_unchanged(restore, temporary))
		return IW_RESTORE_DONE;
	r = rename_in(restore, temporary, RENAME_EXCHANGE);
	if (r == -ENOENT)
		r = rename_in(restore, temporary, RENAME_NOREPLACE);
	return r < 0 ? r : lose(restore);
}

/* The temporary file takes its place. What remains under its name is to be unlinked. */
static int take_place(struct iw_restore_file *restore, const char *temporary)
{
	int r;

	if (restore->config->is_forced)
		return rename_in(restore, temporary, 0);
	if (!restore->has_old) {
		r = rename_in(restore, temporary, RENAME_NOREPLACE);
		if (r == -EEXIST)
			return lose(restore);
		if (r != -EINVAL)
			return r;
	} else {
		r = exchange(restore, temporary);
		if (r != -EINVAL)
			return r;
	}
	/* A file system without either: as near as it gets. */
	struct stat now;
	const bool is_there =
		fstatat(restore->dir_fd, restore->name, &now, AT_SYMLINK_NOFOLLOW) == 0;
	if (is_there != restore->has_old ||
	    (is_there && !is_unchanged(restore, restore->name)))
		return lose(restore);
	return rename_in(restore, temporary, 0);
}

void iw_restore_drop(struct iw_restore_file *restore)
{
	if (restore->temporary[0])
		unlinkat(restore->dir_fd, restore->temporary, 0);
	restore->temporary[0] = '\0';
	iw_cleanup_close(&restore->fd);
	restore->fd = -1;
}

int iw_restore_place(struct iw_restore_file *restore)
{
	const int r = take_place(restore, restore->temporary);

	iw_restore_drop(restore);
	if (r == 0 && !restore->is_sound) {
		restore->reason = "restored although its checksum differs";
		return IW_RESTORE_DAMAGED;
	}
	return r;
}

static int prepare_file(struct iw_restore_file *restore)
{
	restore->fd = make_temporary(restore);
	if (restore->fd < 0) {
		restore->temporary[0] = '\0';
		return restore->fd;
	}
	const int r = fill_temporary(restore);
	if (r == 0 && (restore->is_sound || restore->config->is_forced))
		return IW_RESTORE_DONE;
	iw_restore_drop(restore);
	if (r < 0)
		return r;
	restore->reason = "its checksum differs";
	return IW_RESTORE_DAMAGED;
}

int iw_restore_prepare(struct iw_restore_file *restore)
{
	restore->fd = -1;
	restore->is_sound = true;
	if (!S_ISLNK(restore->version->mode))
		return prepare_file(restore);
	const int r = fill_link(restore);
	if (r == 0)
		return iw_restore_place(restore);
	iw_restore_drop(restore);
	return r;
}

void iw_restore_clean(int dir_fd)
{
	struct iw_catalog_names names = {0};

	if (iw_catalog_names_read(&names, dir_fd) < 0) {
		iw_catalog_names_done(&names);
		return;
	}
	for (size_t i = 0; i < names.len; i++) {
		const char *name = names.names[i];

		if (strncmp(name, IW_RESTORE_TEMPORARY,
			    sizeof(IW_RESTORE_TEMPORARY) - 1) != 0)
			continue;
		IW_AUTO_CLOSE int fd = openat(
			dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		/* A link cannot be locked, and is made in a moment. */
		if (fd < 0 ? errno == ELOOP : flock(fd, LOCK_EX | LOCK_NB) == 0)
			unlinkat(dir_fd, name, 0);
	}
	iw_catalog_names_done(&names);
}
