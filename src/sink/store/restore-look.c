/* SPDX-License-Identifier: MIT */
#include <fcntl.h>

#include "sink/store/hash.h"
#include "sink/store/meta.h"
#include "sink/store/restore-private.h"

/* What is in the way, opened or read once. */
struct old {
	int fd; /* of a regular file, or -1 */
	struct iw_buffer target;
	const struct iw_restore_file *restore;
};

static int open_old(struct old *old)
{
	const struct iw_restore_file *restore = old->restore;
	const mode_t mode = restore->old.st_mode;

	if (S_ISREG(mode)) {
		old->fd = openat(restore->dir_fd, restore->name,
				 O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		return old->fd < 0 ? -errno : 0;
	}
	const size_t room = (size_t)restore->old.st_size + 1;
	int r = iw_buffer_reserve(&old->target, room);
	if (r < 0)
		return r;
	const ssize_t n =
		readlinkat(restore->dir_fd, restore->name, old->target.data, room);
	if (n < 0)
		return -errno;
	old->target.len = (size_t)n;
	return 0;
}

/* Returns 1 if it has the content of that version, 0 or -errno. */
static int is_same(const struct old *old, const struct iw_catalog_version *version)
{
	const struct iw_restore_file *restore = old->restore;

	if (version->is_deleted ||
	    (version->mode & S_IFMT) != (restore->old.st_mode & S_IFMT))
		return 0;
	if (S_ISREG(version->mode)) {
		if (version->size != restore->old.st_size)
			return 0;
		IW_AUTO_CLOSE int fd = iw_catalog_open(restore->file, version);
		return fd < 0 ? fd : iw_hash_is_same_content(fd, old->fd, NULL);
	}
	IW_AUTO_BUFFER struct iw_buffer target = IW_BUFFER_INIT;
	int r = iw_catalog_read_link(restore->file, version, &target);
	if (r < 0)
		return r;
	return target.len == old->target.len &&
	       (target.len == 0 ||
		memcmp(target.data, old->target.data, target.len) == 0);
}

/* Returns 1 if mode, owner and modification time are those of the version too. */
static int has_same_status(const struct iw_restore_file *restore)
{
	const unsigned flags = restore->config->has_privileges ? IW_META_PRIVILEGES : 0;
	const struct stat *old = &restore->old;
	struct stat stat;

	if (S_ISLNK(restore->version->mode))
		return 1;
	IW_AUTO_CLOSE int fd = iw_catalog_open(restore->file, restore->version);
	if (fd < 0)
		return fd;
	if (fstat(fd, &stat) < 0)
		return -errno;
	if (geteuid() == 0 && (stat.st_uid != old->st_uid || stat.st_gid != old->st_gid))
		return 0;
	return (old->st_mode & 07777) == (iw_meta_mode(stat.st_mode, flags) & 07777) &&
	       stat.st_mtim.tv_sec == old->st_mtim.tv_sec &&
	       stat.st_mtim.tv_nsec == old->st_mtim.tv_nsec;
}

/* Is it stored, as whichever version? What cannot be read is not. */
static bool is_stored(const struct old *old)
{
	const struct iw_catalog_file *file = old->restore->file;

	for (size_t i = file->versions_len; i-- > 0;) {
		if (is_same(old, &file->versions[i]) > 0)
			return true;
	}
	return false;
}

static int leave(struct iw_restore_file *restore, const char *reason)
{
	restore->reason = reason;
	return IW_RESTORE_LEFT;
}

int iw_restore_look(struct iw_restore_file *restore)
{
	struct old old = {.fd = -1, .restore = restore};

	restore->has_old = fstatat(restore->dir_fd, restore->name, &restore->old,
				   AT_SYMLINK_NOFOLLOW) == 0;
	if (!restore->has_old)
		return errno == ENOENT ? IW_RESTORE_DONE : -errno;
	const mode_t mode = restore->old.st_mode;
	if (S_ISDIR(mode))
		return leave(restore, "a directory is in the way");
	if (!S_ISREG(mode) && !S_ISLNK(mode))
		return restore->config->is_forced
			       ? IW_RESTORE_DONE
			       : leave(restore, "what is in the way cannot be stored");
	int r = open_old(&old);
	if (r == 0)
		r = is_same(&old, restore->version);
	if (r > 0)
		r = has_same_status(restore) > 0 ? IW_RESTORE_UNCHANGED : IW_RESTORE_DONE;
	else if (restore->config->is_forced)
		r = IW_RESTORE_DONE;
	else if (r < 0)
		r = leave(restore, "what is in the way cannot be compared");
	else
		r = is_stored(&old) ? IW_RESTORE_DONE
				    : leave(restore, "what is in the way is not stored");
	iw_cleanup_close(&old.fd);
	iw_buffer_done(&old.target);
	return r;
}
