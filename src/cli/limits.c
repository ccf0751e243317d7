/* SPDX-License-Identifier: MIT */
#include "cli/limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "core/quantity.h"

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

struct usage {
	unsigned long instances;
	unsigned long watches;
};

/* Each line of an inotify descriptor's fdinfo that begins with "inotify" is a watch. */
static void count_watches(int process_fd, const char *fd_name, struct usage *usage)
{
	char path[32];
	char target[64];
	char *line = NULL;
	size_t cap = 0;

	snprintf(path, sizeof(path), "fd/%.20s", fd_name);
	const ssize_t len = readlinkat(process_fd, path, target, sizeof(target) - 1);
	if (len < 0)
		return;
	target[len] = '\0';
	if (strcmp(target, "anon_inode:inotify") != 0)
		return;
	usage->instances++;
	snprintf(path, sizeof(path), "fdinfo/%.20s", fd_name);
	const int fd = openat(process_fd, path, O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	if (!file) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while (getline(&line, &cap, file) >= 0) {
		if (strncmp(line, "inotify ", 8) == 0)
			usage->watches++;
	}
	free(line);
	fclose(file);
}

static void count_process(int process_fd, struct usage *usage)
{
	const int fd = openat(process_fd, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] != '.')
			count_watches(process_fd, entry->d_name, usage);
	}
	closedir(dir);
}

/* What all processes of this user hold: the limits are for each user. */
static struct usage count_usage(void)
{
	struct usage usage = {0};
	DIR *dir = opendir("/proc");
	const struct dirent *entry;
	struct stat st;

	if (!dir)
		return usage;
	while ((entry = readdir(dir))) {
		uint64_t pid;

		if (iw_quantity_count(entry->d_name, INT32_MAX, &pid) < 0)
			continue;
		IW_AUTO_CLOSE int fd = openat(dirfd(dir), entry->d_name,
					      O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0 && fstat(fd, &st) == 0 && st.st_uid == geteuid())
			count_process(fd, &usage);
	}
	closedir(dir);
	return usage;
}

static int append_watches(struct iw_buffer *buffer)
{
	const long limit = read_limit("max_user_watches");
	const struct usage usage = count_usage();

	return iw_buffer_printf(
		buffer,
		"raise fs.inotify.max_user_watches (now %ld, %lu in use by "
		"this user): sysctl fs.inotify.max_user_watches=%ld",
		limit, usage.watches, limit > 0 ? 2 * limit : 524288);
}

static int append_instances(struct iw_buffer *buffer)
{
	const long limit = read_limit("max_user_instances");
	const struct usage usage = count_usage();
	struct rlimit files = {0};

	getrlimit(RLIMIT_NOFILE, &files);
	return iw_buffer_printf(buffer,
				"raise fs.inotify.max_user_instances (now %ld, %lu in "
				"use by this user) or "
				"the limit of open files (ulimit -n, now %llu)",
				limit, usage.instances,
				(unsigned long long)files.rlim_cur);
}

int iw_limits_append_remedy(struct iw_buffer *buffer, int error)
{
	switch (error) {
	case ENOSPC:
		return append_watches(buffer);
	case EMFILE:
	case ENFILE:
		return append_instances(buffer);
	case EACCES:
	case EPERM:
		return iw_buffer_append_str(buffer, "watching needs permission to read; "
						    "chmod it or run as its owner");
	case ENAMETOOLONG:
		return iw_buffer_append_str(buffer,
					    "start nearer to it, with a shorter PATH");
	default:
		return 0;
	}
}

long iw_limits_queue_len(void)
{
	return read_limit("max_queued_events");
}
