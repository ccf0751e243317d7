/* SPDX-License-Identifier: MIT */
/*
 * What FAT cannot do, below the directory that FAT_BELOW names (its real path): links of
 * either kind, attributes, owners, modes, and times that are not even seconds.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "preload.h"

#define REAL(name, ...) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))(__VA_ARGS__)

static int is_fat(int fd)
{
	const char *below = getenv("FAT_BELOW");
	const size_t len = below ? strlen(below) : 0;
	char link[64];
	char path[4096];

	if (!len)
		return 0;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	const ssize_t n = readlink(link, path, sizeof(path) - 1);
	if (n < (ssize_t)len)
		return 0;
	path[n] = '\0';
	return memcmp(path, below, len) == 0 && (path[len] == '/' || !path[len]);
}

static int refuse(int error)
{
	errno = error;
	return -1;
}

int linkat(int old_fd, const char *old_path, int new_fd, const char *new_path, int flags)
{
	return is_fat(new_fd) ? refuse(EPERM)
			      : REAL(linkat, old_fd, old_path, new_fd, new_path, flags);
}

int symlinkat(const char *target, int fd, const char *path)
{
	return is_fat(fd) ? refuse(EPERM) : REAL(symlinkat, target, fd, path);
}

int fsetxattr(int fd, const char *name, const void *value, size_t len, int flags)
{
	return is_fat(fd) ? refuse(EOPNOTSUPP)
			  : REAL(fsetxattr, fd, name, value, len, flags);
}

ssize_t fgetxattr(int fd, const char *name, void *value, size_t len)
{
	return is_fat(fd) ? refuse(EOPNOTSUPP) : REAL(fgetxattr, fd, name, value, len);
}

ssize_t flistxattr(int fd, char *names, size_t len)
{
	return is_fat(fd) ? refuse(EOPNOTSUPP) : REAL(flistxattr, fd, names, len);
}

int fchown(int fd, uid_t owner, gid_t group)
{
	if (is_fat(fd))
		return owner == geteuid() && group == getegid() ? 0 : refuse(EPERM);
	return REAL(fchown, fd, owner, group);
}

/* What the mount says stays, and that is no error but for more than permissions. */
int fchmod(int fd, mode_t mode)
{
	if (is_fat(fd))
		return mode & ~0777U ? refuse(EPERM) : 0;
	return REAL(fchmod, fd, mode);
}

int futimens(int fd, const struct timespec times[2])
{
	if (!is_fat(fd))
		return REAL(futimens, fd, times);
	const struct timespec even[] = {{.tv_sec = times[0].tv_sec / 86400 * 86400},
					{.tv_sec = times[1].tv_sec / 2 * 2}};
	return REAL(futimens, fd, even);
}
