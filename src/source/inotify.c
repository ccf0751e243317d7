/* SPDX-License-Identifier: MIT */
#include "source/inotify.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>

int iw_inotify_open(void)
{
	const int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int iw_inotify_add(int inotify_fd, const char *path, uint32_t mask)
{
	const int wd = IW_RETRY(inotify_add_watch(inotify_fd, path, mask | IN_MASK_ADD));

	return wd < 0 ? -errno : wd;
}

int iw_inotify_replace_fd(int inotify_fd, int target_fd, uint32_t mask)
{
	char path[sizeof("/proc/self/fd/") + 3 * sizeof(int)];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", target_fd);
	const int wd = IW_RETRY(inotify_add_watch(inotify_fd, path, mask));
	return wd < 0 ? -errno : wd;
}

int iw_inotify_add_fd(int inotify_fd, int target_fd, uint32_t mask)
{
	return iw_inotify_replace_fd(inotify_fd, target_fd, mask | IN_MASK_ADD);
}

int iw_inotify_add_at(int inotify_fd, int directory_fd, const char *name, uint32_t mask)
{
	char path[sizeof("/proc/self/fd/") + 3 * sizeof(int) + NAME_MAX + 1];
	const int len =
		snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", directory_fd, name);

	if (len < 0 || (size_t)len >= sizeof(path))
		return -ENAMETOOLONG;
	return iw_inotify_add(inotify_fd, path, mask | IN_DONT_FOLLOW);
}

int iw_inotify_remove(int inotify_fd, int32_t wd)
{
	return inotify_rm_watch(inotify_fd, wd) < 0 ? -errno : 0;
}

int iw_inotify_read(int inotify_fd, void *bytes, size_t cap)
{
	const ssize_t n = IW_RETRY(read(inotify_fd, bytes, cap));

	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	return (int)n;
}

size_t iw_inotify_queued(int inotify_fd)
{
	int queued;

	if (ioctl(inotify_fd, FIONREAD, &queued) < 0 || queued < 0)
		return 0;
	return (size_t)queued;
}
