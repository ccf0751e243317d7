/* SPDX-License-Identifier: MIT */
#include "source/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>

/* One number of a file below /proc/sys/fs/inotify; -1 if it cannot be read. */
static long read_limit(const char *name)
{
	char path[64];
	char text[32];

	snprintf(path, sizeof(path), "/proc/sys/fs/inotify/%s", name);
	IW_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	const ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (len <= 0)
		return -1;
	text[len] = '\0';
	return strtol(text, NULL, 10);
}

/* "(now 100, 7 in use by this user)". Where no descriptor is left, nothing can be read:
 * then what is now is left out. */
static int append_now(struct iw_buffer *buffer, long limit, const unsigned long *used)
{
	if (limit < 0)
		return 0;
	if (!used)
		return iw_buffer_printf(buffer, " (now %ld)", limit);
	return iw_buffer_printf(buffer, " (now %ld, %lu in use by this user)", limit,
				*used);
}

static int append_watches(struct iw_buffer *buffer, const struct iw_limits_usage *usage)
{
	const long limit = read_limit("max_user_watches");
	int r = iw_buffer_append_str(buffer, "raise fs.inotify.max_user_watches");

	if (r == 0)
		r = append_now(buffer, limit, usage ? &usage->watches : NULL);
	if (r == 0)
		r = iw_buffer_printf(buffer, ": sysctl fs.inotify.max_user_watches=%ld",
				     limit > 0 ? 2 * limit : 524288);
	return r;
}

static int append_instances(struct iw_buffer *buffer, const struct iw_limits_usage *usage)
{
	const long limit = read_limit("max_user_instances");
	struct rlimit files = {0};
	int r = iw_buffer_append_str(buffer, "raise fs.inotify.max_user_instances");

	getrlimit(RLIMIT_NOFILE, &files);
	if (r == 0)
		r = append_now(buffer, limit, usage ? &usage->instances : NULL);
	if (r == 0)
		r = iw_buffer_printf(buffer,
				     " or the limit of open files (ulimit -n, now %llu)",
				     (unsigned long long)files.rlim_cur);
	return r;
}

bool iw_limits_is_met(int error)
{
	return error == ENOSPC || error == EMFILE || error == ENFILE;
}

int iw_limits_append_raise(struct iw_buffer *buffer, int error,
			   const struct iw_limits_usage *usage)
{
	if (!iw_limits_is_met(error))
		return 0;
	return error == ENOSPC ? append_watches(buffer, usage)
			       : append_instances(buffer, usage);
}

long iw_limits_queue_len(void)
{
	return read_limit("max_queued_events");
}
