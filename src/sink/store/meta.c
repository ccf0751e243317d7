/* SPDX-License-Identifier: MIT */
#include "sink/store/meta.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <string.h>
#include <sys/xattr.h>

static const char OWN_PREFIX[] = "user.inowatch.";
static const char CAPABILITY[] = "security.capability";

mode_t iw_meta_mode(mode_t mode, unsigned flags)
{
	return mode & (flags & IW_META_PRIVILEGES ? 07777 : 01777);
}

static bool is_copied(const char *name, unsigned flags)
{
	if (strncmp(name, OWN_PREFIX, sizeof(OWN_PREFIX) - 1) == 0)
		return flags & IW_META_OWN;
	return strcmp(name, CAPABILITY) != 0 || (flags & IW_META_PRIVILEGES);
}

/* True for a reason that concerns this attribute, not the copy. */
static bool is_left_out(int error)
{
	return error == EOPNOTSUPP || error == EPERM || error == EACCES ||
	       error == ENODATA || error == EINVAL;
}

/* The names of all attributes, NUL behind each. Returns the length or -errno. */
static ssize_t list_names(int fd, char **ret_names)
{
	for (size_t cap = 1024; cap <= XATTR_LIST_MAX * 4; cap *= 4) {
		IW_AUTO_FREE char *names = malloc(cap);

		if (!names)
			return -ENOMEM;
		const ssize_t n = flistxattr(fd, names, cap);
		if (n >= 0) {
			*ret_names = IW_TAKE_PTR(names);
			return n;
		}
		if (errno != ERANGE)
			return errno == EOPNOTSUPP ? 0 : -errno;
	}
	return -E2BIG;
}

/* The value of an attribute. Returns its length or -errno. */
static ssize_t get_value(int fd, const char *name, char **ret_value)
{
	IW_AUTO_FREE char *value = malloc(XATTR_SIZE_MAX);

	if (!value)
		return -ENOMEM;
	const ssize_t n = fgetxattr(fd, name, value, XATTR_SIZE_MAX);
	if (n < 0)
		return -errno;
	*ret_value = IW_TAKE_PTR(value);
	return n;
}

static int copy_attribute(int source_fd, int target_fd, const char *name)
{
	IW_AUTO_FREE char *value = NULL;
	const ssize_t len = get_value(source_fd, name, &value);

	if (len < 0)
		return is_left_out((int)-len) ? 0 : (int)len;
	if (fsetxattr(target_fd, name, value, (size_t)len, 0) < 0 && !is_left_out(errno))
		return -errno;
	return 0;
}

static int copy_attributes(int source_fd, int target_fd, unsigned flags)
{
	IW_AUTO_FREE char *names = NULL;
	const ssize_t len = list_names(source_fd, &names);
	int r = len < 0 ? (int)len : 0;

	for (ssize_t at = 0; r == 0 && names && at < len;
	     at += (ssize_t)strlen(names + at) + 1) {
		if (is_copied(names + at, flags))
			r = copy_attribute(source_fd, target_fd, names + at);
	}
	return r;
}

/* FAT takes no more than permissions, and keeps none. */
static int set_mode(int fd, mode_t mode)
{
	if (fchmod(fd, mode) == 0)
		return 0;
	if (errno == EPERM && (mode & 07000) && fchmod(fd, mode & 0777) == 0)
		return 0;
	return -errno;
}

int iw_meta_copy(int source_fd, int target_fd, const struct stat *source, unsigned flags)
{
	const struct timespec times[] = {source->st_atim, source->st_mtim};

	if (geteuid() == 0 && fchown(target_fd, source->st_uid, source->st_gid) < 0 &&
	    errno != EPERM && errno != EINVAL)
		return -errno;
	/* Before an ACL, which the mode would change; behind the owner, which takes
	 * setuid away. */
	int r = set_mode(target_fd, iw_meta_mode(source->st_mode, flags));
	if (r == 0)
		r = copy_attributes(source_fd, target_fd, flags);
	if (r == 0 && futimens(target_fd, times) < 0)
		r = -errno;
	return r;
}

int iw_meta_copy_directory(int target_fd, const struct stat *source)
{
	struct stat now;

	if (fstat(target_fd, &now) < 0)
		return -errno;
	if (geteuid() == 0 &&
	    (now.st_uid != source->st_uid || now.st_gid != source->st_gid) &&
	    fchown(target_fd, source->st_uid, source->st_gid) < 0 && errno != EPERM &&
	    errno != EINVAL)
		return -errno;
	const mode_t mode = (source->st_mode & 01777) | 0700;
	return (now.st_mode & 07777) == mode ? 0 : set_mode(target_fd, mode);
}

int iw_meta_copy_link(int directory_fd, const char *name, const struct stat *source)
{
	const struct timespec times[] = {source->st_atim, source->st_mtim};

	if (geteuid() == 0 &&
	    fchownat(directory_fd, name, source->st_uid, source->st_gid,
		     AT_SYMLINK_NOFOLLOW) < 0 &&
	    errno != EPERM && errno != EINVAL)
		return -errno;
	if (utimensat(directory_fd, name, times, AT_SYMLINK_NOFOLLOW) < 0 &&
	    errno != EOPNOTSUPP && errno != ENOSYS)
		return -errno;
	return 0;
}

/* Whether other_fd has each attribute of fd, with the same value, and no more. */
static int has_same_attributes(int fd, int other_fd)
{
	IW_AUTO_FREE char *names = NULL;
	IW_AUTO_FREE char *other_names = NULL;
	const ssize_t len = list_names(fd, &names);
	const ssize_t other_len = len < 0 ? len : list_names(other_fd, &other_names);

	if (len < 0 || other_len < 0)
		return (int)(len < 0 ? len : other_len);
	if (len != other_len)
		return 0;
	for (ssize_t at = 0; names && at < len; at += (ssize_t)strlen(names + at) + 1) {
		IW_AUTO_FREE char *value = NULL;
		IW_AUTO_FREE char *other = NULL;

		if (!is_copied(names + at, 0))
			continue;
		const ssize_t n = get_value(fd, names + at, &value);
		const ssize_t m = get_value(other_fd, names + at, &other);
		if (n != m ||
		    (value && other && n > 0 && memcmp(value, other, (size_t)n) != 0))
			return 0;
	}
	return 1;
}

int iw_meta_is_same(int fd, int other_fd)
{
	struct stat one;
	struct stat other;

	if (fstat(fd, &one) < 0 || fstat(other_fd, &other) < 0)
		return -errno;
	if (one.st_mode != other.st_mode || one.st_uid != other.st_uid ||
	    one.st_gid != other.st_gid || one.st_mtim.tv_sec != other.st_mtim.tv_sec ||
	    one.st_mtim.tv_nsec != other.st_mtim.tv_nsec)
		return 0;
	return has_same_attributes(fd, other_fd);
}
