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
	int dir_fd;
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

/* An absolute path, or the rest of one, starts anew. */
static int start(struct way *way, const char *path)
{
	const char *first = path[0] == '/' ? "/" : ".";
	const int fd = IW_RETRY(open(first, O_PATH | O_DIRECTORY | O_CLOEXEC));

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
		r = start(way, "/");
	return r;
}

static int tell(const struct way *way, const char *name, size_t name_len)
{
	const struct iw_step step = {way->dir_fd, name, name_len};

	return way->resolve->step(way->resolve->context, &step);
}

/* Takes the first component off the rest; empty at the end. */
static size_t next_name(struct way *way, char name[NAME_MAX + 1], bool *ret_is_last,
			bool *ret_is_dir)
{
	const char *start_of = way->rest.data;
	const char *end = start_of + way->rest.len;

	while (start_of < end && *start_of == '/')
		start_of++;
	const size_t len = strcspn(start_of, "/");
	const char *behind = start_of + len;
	*ret_is_dir = *behind == '/';
	while (behind < end && *behind == '/')
		behind++;
	*ret_is_last = behind == end;
	if (len <= NAME_MAX) {
		memcpy(name, start_of, len);
		name[len] = '\0';
	}
	way->rest.len = (size_t)(end - behind);
	memmove(way->rest.data, behind, way->rest.len + 1);
	return len;
}

/*
 * One component. Returns 0 to go on, 1 with the descriptor of what the whole path names,
 * or -errno.
 */
static int walk_one(struct way *way, const char *name, size_t len, bool is_last,
		    bool is_dir_asked)
{
	struct stat st;

	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	const int flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
	IW_AUTO_CLOSE int fd = IW_RETRY(openat(way->dir_fd, name, flags));
	const int error = errno;
	const bool is_named = !is_dot(name, len) && !is_dot_dot(name, len);
	if (fd >= 0 && IW_RETRY(fstat(fd, &st)) < 0)
		return -errno;
	const bool is_link = fd >= 0 && S_ISLNK(st.st_mode);

	/* Directories that only lead on cannot change without a sign of their own. */
	if (is_named && (fd < 0 || is_link || is_last)) {
		int r = tell(way, name, len);
		if (r < 0)
			return r;
	}
	if (fd < 0)
		return -error;
	if (is_link && !(is_last && !is_dir_asked && way->resolve->is_link_kept))
		return follow(way, fd);
	if (!S_ISDIR(st.st_mode) && (!is_last || is_dir_asked))
		return -ENOTDIR;
	enter(way, IW_TAKE_FD(fd));
	if (is_last)
		return 1;
	return is_named ? tell(way, NULL, 0) : 0;
}

static int walk(struct way *way)
{
	char name[NAME_MAX + 1];

	for (;;) {
		bool is_last;
		bool is_dir_asked;
		const size_t len = next_name(way, name, &is_last, &is_dir_asked);

		if (len == 0)
			return 0; /* "/", or a link to it */
		int r = walk_one(way, name, len, is_last, is_dir_asked);
		if (r != 0)
			return r;
	}
}

int iw_resolve(const struct iw_resolve *resolve, const char *path)
{
	struct way way = {.resolve = resolve, .dir_fd = -1};

	int r = iw_buffer_append_str(&way.rest, path);
	if (r == 0)
		r = iw_buffer_terminate(&way.rest);
	if (r == 0 && way.rest.len >= (size_t)PATH_MAX)
		r = -ENAMETOOLONG;
	if (r == 0)
		r = start(&way, path);
	if (r == 0)
		r = walk(&way);
	iw_buffer_done(&way.rest);
	if (r >= 0)
		return way.dir_fd;
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
