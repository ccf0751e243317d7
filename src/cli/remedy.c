/* SPDX-License-Identifier: MIT */
#include "cli/remedy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "core/quantity.h"
#include "source/limits.h"

/* Each line of an inotify descriptor's fdinfo that begins with "inotify" is a watch. */
static void count_watches(int process_fd, const char *fd_name,
			  struct iw_limits_usage *usage)
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

static void count_process(int process_fd, struct iw_limits_usage *usage)
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
static struct iw_limits_usage count_usage(void)
{
	struct iw_limits_usage usage = {0};
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

int iw_remedy_append(struct iw_buffer *buffer, int error)
{
	struct iw_limits_usage usage;

	if (iw_limits_is_met(error)) {
		usage = count_usage();
		return iw_limits_append_raise(buffer, error, &usage);
	}
	switch (error) {
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
