/* SPDX-License-Identifier: MIT */
#include "source/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_LINKS = 40 }; /* path_resolution(7) */

/* How far a resolution has come. */
struct way {
	const struct iw_resolve *resolve;
	struct iw_buffer rest; /* what is still to be walked, NUL-terminated */
	int dir_fd;            /* AT_FDCWD until something is opened */
	struct stat st;        /* of what was opened last */
	unsigned links;
};

static bool is_dot(const char *name, size_t len)
{
	return len == 1 && name[0] == '.';
}

static bool is_dot_dot(const char *name, size_t len)
{
	return len == 2 && name[0] == '.' && name[1] == '.';
}

static int enter(struct way *way, int fd)
{
	if (way->dir_fd >= 0)
		close(way->dir_fd);
	way->dir_fd = fd;
	return 0;
}

/* Puts another text before the rest, as a link does. Returns 0, -ENOMEM, -ENAMETOOLONG.
 */
static int prepend(struct way *way, const char *text, size_t len)
{
	IW_AUTO_BUFFER struct iw_buffer joined = IW_BUFFER_INIT;

	if (len + way->rest.len >= (size_t)PATH_MAX)
		return -ENAMETOOLONG;
	int r = iw_buffer_append(&joined, text, len);
	if (r == 0 && way->rest.len)
		r = iw_buffer_append_char(&joined, '/');
	if (r == 0)
		r = iw_buffer_append(&joined, way->rest.data, way->rest.len);
	if (r == 0)
		r = iw_buffer_terminate(&joined);
	if (r < 0)
		return r;
	const struct iw_buffer old = way->rest;
	way->rest = joined;
	joined = old;
	return 0;
}

/* An absolute path, or the rest of one. */
static int start_at_root(struct way *way)
{
	const int fd = IW_RETRY(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));

	return fd < 0 ? -errno : enter(way, fd);
}

static int follow(struct way *way, int link_fd)
{
	char target[PATH_MAX];
	const ssize_t len = IW_RETRY(readlinkat(link_fd, "", target, sizeof(target)));

	if (len < 0)
		return -errno;
	if (++way->links > MAX_LINKS)
		return -ELOOP;
	int r = prepend(way, target, (size_t)len);
	if (r == 0 && target[0] == '/')
		r = start_at_root(way);
	return r;
}

static int tell(const struct way *way, const char *name, size_t name_len)
{
	const struct iw_step step = {way->dir_fd, name, name_len};

	return way->resolve->step(way->resolve->context, &step);
}

struct component {
	char name[NAME_MAX + 1];
	size_t len; /* 0: there is none */
	bool is_last;
	bool is_dir;   /* a slash follows */
	bool is_named; /* neither "." nor ".." */
};

/* Takes the first component off the rest; empty at the end. */
static void take_component(struct way *way, struct component *ret_component)
{
	const char *start_of = way->rest.data;
	const char *end = start_of + way->rest.len;

	while (start_of < end && *start_of == '/')
		start_of++;
	const size_t len = strcspn(start_of, "/");
	const char *behind = start_of + len;
	ret_component->is_dir = *behind == '/';
	while (behind < end && *behind == '/')
		behind++;
	ret_component->is_last = behind == end;
	ret_component->is_named = !is_dot(start_of, len) && !is_dot_dot(start_of, len);
	ret_component->len = len;
	if (len <= NAME_MAX) {
		memcpy(ret_component->name, start_of, len);
		ret_component->name[len] = '\0';
	}
	way->rest.len = (size_t)(end - behind);
	memmove(way->rest.data, behind, way->rest.len + 1);
}

/* Returns a descriptor of what the name stands for now, or -errno. */
static int open_name(struct way *way, const char *name)
{
	const int flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
	IW_AUTO_CLOSE int fd = IW_RETRY(openat(way->dir_fd, name, flags));

	if (fd < 0 || IW_RETRY(fstat(fd, &way->st)) < 0)
		return -errno;
	return IW_TAKE_FD(fd);
}

/*
 * A name that decides the way is told before it is looked at, so that whoever was told
 * hears what becomes of it after the look. Directories that only lead on cannot change
 * without a sign of their own; that a name is none of those is known after a first look.
 */
static int tell_and_open(struct way *way, const struct component *component)
{
	int r = component->is_named && component->is_last
			? tell(way, component->name, component->len)
			: 0;
	if (r < 0)
		return r;
	const int fd = open_name(way, component->name);
	if (component->is_last || !component->is_named ||
	    (fd >= 0 && !S_ISLNK(way->st.st_mode)))
		return fd;
	if (fd >= 0)
		close(fd);
	r = tell(way, component->name, component->len);
	return r < 0 ? r : open_name(way, component->name);
}

/*
 * One component. Returns 0 to go on, 1 if it was the last and way->dir_fd is what the
 * path names, or -errno.
 */
static int walk_one(struct way *way, const struct component *component)
{
	const bool is_end = component->is_last && !component->is_dir;

	if (component->len > NAME_MAX)
		return -ENAMETOOLONG;
	IW_AUTO_CLOSE int fd = tell_and_open(way, component);
	if (fd < 0)
		return fd;
	if (S_ISLNK(way->st.st_mode) && !(is_end && way->resolve->is_link_kept))
		return follow(way, fd);
	if (!S_ISDIR(way->st.st_mode) && !is_end)
		return -ENOTDIR;
	enter(way, IW_TAKE_FD(fd));
	if (component->is_last)
		return 1;
	return component->is_named ? tell(way, NULL, 0) : 0;
}

static int walk(struct way *way)
{
	struct component component;

	for (;;) {
		take_component(way, &component);
		if (component.len == 0) /* "/", or a link to it */
			return IW_RETRY(fstat(way->dir_fd, &way->st)) < 0 ? -errno : 0;
		int r = walk_one(way, &component);
		if (r != 0)
			return r;
	}
}

int iw_resolve(const struct iw_resolve *resolve, const char *path, struct stat *ret_st)
{
	struct way way = {.resolve = resolve, .dir_fd = AT_FDCWD};

	int r = iw_buffer_append_str(&way.rest, path);
	if (r == 0)
		r = iw_buffer_terminate(&way.rest);
	if (r == 0 && way.rest.len >= (size_t)PATH_MAX)
		r = -ENAMETOOLONG;
	if (r == 0 && path[0] == '/')
		r = start_at_root(&way);
	if (r == 0)
		r = walk(&way);
	iw_buffer_done(&way.rest);
	if (r >= 0) {
		*ret_st = way.st;
		return way.dir_fd;
	}
	if (way.dir_fd >= 0)
		close(way.dir_fd);
	return r;
}

int iw_resolve_path_of(int fd, struct iw_buffer *path)
{
	char link[sizeof("/proc/self/fd/") + 3 * sizeof(int)];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	int r = iw_buffer_reserve(path, PATH_MAX);
	if (r < 0)
		return r;
	const ssize_t len = readlink(link, path->data + path->len, PATH_MAX - 1);
	if (len < 0)
		return -errno;
	path->len += (size_t)len;
	return iw_buffer_terminate(path);
}
