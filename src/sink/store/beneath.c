/* SPDX-License-Identifier: MIT */
#include "sink/store/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#ifdef HAVE_LINUX_OPENAT2_H
#include <linux/openat2.h>
#endif

/* A component of a path: the bytes up to the next slash. */
struct step {
	char name[NAME_MAX + 1];
	size_t end; /* where in the path it ends */
};

/* The component at or behind *at. Returns 1, 0 at the end, or -errno. */
static int next_step(const char *path, size_t at, struct step *ret_step)
{
	while (path[at] == '/')
		at++;
	const size_t len = strcspn(path + at, "/");
	if (len == 0)
		return 0;
	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(ret_step->name, path + at, len);
	ret_step->name[len] = '\0';
	ret_step->end = at + len;
	return strcmp(ret_step->name, "..") == 0 ? -EXDEV : 1;
}

static int open_at(int fd, const char *name, int flags)
{
	const int got = IW_RETRY(openat(fd, name, flags | O_NOFOLLOW | O_CLOEXEC));

	return got < 0 ? -errno : got;
}

/* Each step by itself: O_NOFOLLOW holds for the last component of each. */
static int open_stepwise(int root_fd, const char *path, int flags)
{
	struct step step = {.end = 0};
	struct step next;
	int r = next_step(path, 0, &step);

	if (r < 0)
		return r;
	if (r == 0)
		return open_at(root_fd, ".", flags);
	IW_AUTO_CLOSE int fd = open_at(root_fd, ".", O_PATH | O_DIRECTORY);
	while (fd >= 0 && (r = next_step(path, step.end, &next)) > 0) {
		const int inner = open_at(fd, step.name, O_PATH | O_DIRECTORY);

		close(fd);
		fd = inner;
		step = next;
	}
	if (r < 0 || fd < 0)
		return r < 0 ? r : fd;
	return open_at(fd, step.name, flags);
}

#if defined HAVE_LINUX_OPENAT2_H && defined SYS_openat2
static int open_at_once(int root_fd, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_NOFOLLOW | O_CLOEXEC),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	const long fd = IW_RETRY(
		syscall(SYS_openat2, root_fd, path[0] ? path : ".", &how, sizeof(how)));

	return fd < 0 ? -errno : (int)fd;
}
#else
static int open_at_once(int root_fd IW_UNUSED, const char *path IW_UNUSED,
			int flags IW_UNUSED)
{
	return -ENOSYS;
}
#endif

int iw_beneath_open(int root_fd, const char *path, int flags)
{
	const int fd = open_at_once(root_fd, path, flags);

	/* EPERM: a filter of system calls that does not know this one. EAGAIN: somebody
	 * renames. ENAMETOOLONG: more than PATH_MAX. */
	if (fd == -ENOSYS || fd == -EPERM || fd == -EAGAIN || fd == -ENAMETOOLONG)
		return open_stepwise(root_fd, path, flags);
	return fd;
}

int iw_beneath_list(int root_fd, const char *path, DIR **ret_directory)
{
	IW_AUTO_CLOSE int fd = iw_beneath_open(root_fd, path, IW_BENEATH_DIRECTORY);

	if (fd < 0)
		return fd;
	*ret_directory = fdopendir(fd);
	if (!*ret_directory)
		return -errno;
	/* It is the directory's now. */
	fd = -1;
	return 0;
}

int iw_beneath_open_parent(int root_fd, const char *path, int flags,
			   const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	if (!*name)
		return -EINVAL;
	IW_AUTO_FREE char *parent =
		slash ? strndup(path, (size_t)(slash - path)) : strdup("");
	if (!parent)
		return -ENOMEM;
	const int fd = iw_beneath_open(root_fd, parent, flags);
	if (fd >= 0)
		*ret_name = name;
	return fd;
}

/* Makes a directory, and unless it is synced later what it hangs on durable. Returns 1 if
 * it was made, 0 if it is there, or -errno. */
static int make_one(int parent_fd, const char *name, bool is_synced)
{
	if (mkdirat(parent_fd, name, 0700) < 0)
		return errno == EEXIST ? 0 : -errno;
	if (!is_synced || IW_RETRY(fsync(parent_fd)) == 0)
		return 1;
	const int error = errno;
	/* Whoever comes next is to make it, and so to sync it. */
	unlinkat(parent_fd, name, AT_REMOVEDIR);
	return -error;
}

static int enter(int parent_fd, const char *name, bool is_synced, bool *is_made)
{
	const int fd = open_at(parent_fd, name, IW_BENEATH_DIRECTORY);

	if (fd != -ENOENT)
		return fd;
	const int r = make_one(parent_fd, name, is_synced);
	*is_made |= r > 0;
	return r < 0 ? r : open_at(parent_fd, name, IW_BENEATH_DIRECTORY);
}

static int make_directories(int root_fd, const char *path, bool is_synced,
			    size_t *ret_failed_len, bool *ret_is_made)
{
	struct step step = {.end = 0};
	int r;

	*ret_failed_len = 0;
	*ret_is_made = false;
	IW_AUTO_CLOSE int fd = iw_beneath_open(root_fd, path, IW_BENEATH_DIRECTORY);
	if (fd != -ENOENT && fd != -ENOTDIR && fd != -ELOOP)
		return IW_TAKE_FD(fd);
	fd = open_at(root_fd, ".", IW_BENEATH_DIRECTORY);
	while (fd >= 0 && (r = next_step(path, step.end, &step)) != 0) {
		const int inner =
			r < 0 ? r : enter(fd, step.name, is_synced, ret_is_made);

		close(fd);
		fd = inner;
		if (fd == -ENOTDIR || fd == -ELOOP)
			*ret_failed_len = step.end;
	}
	return IW_TAKE_FD(fd);
}

int iw_beneath_make_directories(int root_fd, const char *path, size_t *ret_failed_len)
{
	size_t failed_len;
	bool is_made;

	return make_directories(root_fd, path, true,
				ret_failed_len ? ret_failed_len : &failed_len, &is_made);
}

int iw_beneath_make_unsynced(int root_fd, const char *path, size_t *ret_failed_len,
			     bool *ret_is_made)
{
	size_t failed_len;
	bool is_made;

	return make_directories(root_fd, path, false,
				ret_failed_len ? ret_failed_len : &failed_len,
				ret_is_made ? ret_is_made : &is_made);
}
