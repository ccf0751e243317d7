/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "sink/store/beneath.h"
#include "sink/store/catalog-private.h"

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_name(struct iw_catalog_names *names, const char *name)
{
	char **grown = names->names;

	if ((names->len & (names->len - 1)) == 0) {
		grown = reallocarray(grown, names->len ? names->len * 2 : 1,
				     sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		names->names = grown;
	}
	grown[names->len] = strdup(name);
	return grown[names->len] ? (names->len++, 0) : -ENOMEM;
}

int iw_catalog_names_read(struct iw_catalog_names *names, int dir_fd)
{
	const struct dirent *entry;
	int r = 0;

	const int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	DIR *dir = fdopendir(fd);
	if (!dir) {
		r = -errno;
		close(fd);
		return r;
	}
	while (r == 0 && (errno = 0, entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = add_name(names, entry->d_name);
	}
	if (r == 0 && errno)
		r = -errno;
	closedir(dir);
	if (names->len)
		qsort(names->names, names->len, sizeof(*names->names), compare_names);
	return r;
}

void iw_catalog_names_done(struct iw_catalog_names *names)
{
	for (size_t i = 0; i < names->len; i++)
		free(names->names[i]);
	free(names->names);
	*names = (struct iw_catalog_names){0};
}

void iw_catalog_tell(struct iw_catalog_walk *walk, const char *folder, const char *name,
		     const char *reason, int error)
{
	IW_AUTO_BUFFER struct iw_buffer place = IW_BUFFER_INIT;
	const struct iw_catalog_visitor *visitor = walk->visitor;

	if (!visitor->problem)
		return;
	int r = iw_buffer_append_str(&place, folder);
	if (r == 0)
		r = iw_buffer_append(&place, walk->place.data, walk->place.len);
	if (r == 0 && name)
		r = iw_buffer_append_char(&place, '/');
	if (r == 0 && name)
		r = iw_buffer_append_str(&place, name);
	if (r == 0)
		r = iw_buffer_terminate(&place);
	const struct iw_catalog_problem problem = {r == 0 ? place.data : folder, reason,
						   error};
	visitor->problem(visitor->context, &problem);
}

/* Opens folder/PLACE, -1 if it is not there or is no directory. */
static int open_level(struct iw_catalog_walk *walk, const char *folder)
{
	IW_AUTO_BUFFER struct iw_buffer place = IW_BUFFER_INIT;

	int r = iw_buffer_append_str(&place, folder);
	if (r == 0)
		r = iw_buffer_append(&place, walk->place.data, walk->place.len);
	if (r == 0)
		r = iw_buffer_terminate(&place);
	const int fd = r < 0 ? r
			     : iw_beneath_open(walk->store_fd, place.data,
					       O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* What was a directory may be stored as a link now, and its time always is one.
	 */
	const bool is_absent = fd == -ENOENT || fd == -ENOTDIR ||
			       (fd == -ELOOP && strcmp(folder, IW_LAYOUT_VERSIONS) != 0);
	if (fd < 0 && !is_absent)
		iw_catalog_tell(walk, folder, NULL, "cannot be opened", fd);
	return fd < 0 ? -1 : fd;
}

static void open_levels(struct iw_catalog_walk *walk, struct iw_catalog_level *level)
{
	level->current_fd = open_level(walk, IW_LAYOUT_CURRENT);
	level->versions_fd = open_level(walk, IW_LAYOUT_VERSIONS);
	level->newest_fd = open_level(walk, IW_LAYOUT_NEWEST);
}

static void close_levels(struct iw_catalog_level *level)
{
	iw_cleanup_close(&level->current_fd);
	iw_cleanup_close(&level->versions_fd);
	iw_cleanup_close(&level->newest_fd);
	*level = (struct iw_catalog_level){-1, -1, -1};
}

static int show_directory(struct iw_catalog_walk *walk, int current_fd, bool is_done)
{
	const struct iw_catalog_directory directory = {
		.path = walk->path.len ? walk->path.data : "/",
		.current_fd = current_fd,
		.is_done = is_done,
	};

	return walk->visitor->directory
		       ? walk->visitor->directory(walk->visitor->context, &directory)
		       : 0;
}

/* Goes down: appends "/name" to both. Returns 0, -EINVAL for a name that is none. */
static int enter(struct iw_catalog_walk *walk, const char *name)
{
	int r = iw_buffer_append_char(&walk->path, '/');
	if (r == 0)
		r = iw_layout_append_source_name(&walk->path, name, strlen(name));
	if (r == 0)
		r = iw_buffer_terminate(&walk->path);
	return r;
}

static int walk_directory(struct iw_catalog_walk *walk);

/* A file, and then a directory, of that name; either may be missing. */
static int walk_below(struct iw_catalog_walk *walk, const char *name)
{
	const size_t path_len = walk->path.len;
	const size_t place_len = walk->place.len;

	int r = iw_buffer_append_char(&walk->place, '/');
	if (r == 0)
		r = iw_buffer_append_str(&walk->place, name);
	if (r == 0)
		r = enter(walk, name);
	if (r == 0)
		r = walk_directory(walk);
	walk->path.len = path_len;
	walk->place.len = place_len;
	return r < 0 ? r : iw_buffer_terminate(&walk->path);
}

/* No source has that name: somebody else put it there. */
static void tell_odd_name(struct iw_catalog_walk *walk,
			  const struct iw_catalog_level *level, const char *name)
{
	struct stat stat;
	const bool is_current =
		level->current_fd >= 0 &&
		fstatat(level->current_fd, name, &stat, AT_SYMLINK_NOFOLLOW) == 0;

	iw_catalog_tell(walk, is_current ? IW_LAYOUT_CURRENT : IW_LAYOUT_VERSIONS, name,
			"is no name of a source", 0);
}

/* Shows files, and empties the names below which there is nothing. */
static int show_files(struct iw_catalog_walk *walk, const struct iw_catalog_level *level,
		      const struct iw_catalog_names *names)
{
	const size_t path_len = walk->path.len;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < names->len; i++) {
		bool is_directory = false;

		r = enter(walk, names->names[i]);
		if (r == -EINVAL) {
			tell_odd_name(walk, level, names->names[i]);
			r = 0;
		} else if (r == 0) {
			r = iw_catalog_show_file(walk, level, names->names[i],
						 &is_directory);
		}
		if (!is_directory)
			names->names[i][0] = '\0';
		walk->path.len = path_len;
	}
	return r < 0 ? r : iw_buffer_terminate(&walk->path);
}

/* The names of both folders, each once; versions of the directory itself left out. */
static int read_level(struct iw_catalog_walk *walk, const struct iw_catalog_level *level,
		      struct iw_catalog_names *names)
{
	struct iw_catalog_names current = {0};
	struct iw_catalog_names versions = {0};
	struct iw_layout_version version;
	size_t at = 0;
	int r = level->current_fd < 0
			? 0
			: iw_catalog_names_read(&current, level->current_fd);
	if (r < 0)
		iw_catalog_tell(walk, IW_LAYOUT_CURRENT, NULL, "cannot be read", r);
	r = level->versions_fd < 0 ? 0
				   : iw_catalog_names_read(&versions, level->versions_fd);
	if (r < 0)
		iw_catalog_tell(walk, IW_LAYOUT_VERSIONS, NULL, "cannot be read", r);
	r = 0;
	for (size_t i = 0; r == 0 && i < versions.len; i++) {
		const char *name = versions.names[i];

		while (r == 0 && at < current.len && strcmp(current.names[at], name) < 0)
			r = add_name(names, current.names[at++]);
		if (at < current.len && strcmp(current.names[at], name) == 0)
			continue;
		if (r == 0 && iw_layout_parse_version(name, strlen(name), &version) < 0)
			r = add_name(names, name);
	}
	while (r == 0 && at < current.len)
		r = add_name(names, current.names[at++]);
	iw_catalog_names_done(&current);
	iw_catalog_names_done(&versions);
	return r;
}

static int walk_directory(struct iw_catalog_walk *walk)
{
	struct iw_catalog_level level;
	struct iw_catalog_names names = {0};

	open_levels(walk, &level);
	int r = show_directory(walk, level.current_fd, false);
	if (r == 0)
		r = read_level(walk, &level, &names);
	if (r == 0)
		r = show_files(walk, &level, &names);
	close_levels(&level);
	for (size_t i = 0; r == 0 && i < names.len; i++) {
		if (names.names[i][0])
			r = walk_below(walk, names.names[i]);
	}
	iw_catalog_names_done(&names);
	if (r < 0)
		return r;
	level.current_fd = open_level(walk, IW_LAYOUT_CURRENT);
	r = show_directory(walk, level.current_fd, true);
	close_levels(&level);
	return r;
}

/* What was asked for: place is "/home/u/a" in the store's names. */
static int walk_named(struct iw_catalog_walk *walk, const char *absolute)
{
	IW_AUTO_BUFFER struct iw_buffer name = IW_BUFFER_INIT;
	struct iw_catalog_level level;
	bool is_directory = false;
	char *last = strrchr(walk->place.data, '/');
	const size_t parent_len = (size_t)(strrchr(absolute, '/') - absolute);

	int r = iw_buffer_append_str(&name, last + 1);
	if (r == 0)
		r = iw_buffer_terminate(&name);
	if (r == 0)
		r = iw_buffer_append_str(&walk->path, absolute);
	if (r == 0)
		r = iw_buffer_terminate(&walk->path);
	if (r < 0)
		return r;
	walk->place.len = (size_t)(last - walk->place.data);
	open_levels(walk, &level);
	r = iw_catalog_show_file(walk, &level, name.data, &is_directory);
	close_levels(&level);
	if (r < 0)
		return r;
	if (!is_directory)
		return r > 0 ? 0 : -ENOENT;
	walk->path.len = parent_len;
	return walk_below(walk, name.data);
}

int iw_catalog_walk(int store_fd, const char *absolute,
		    const struct iw_catalog_visitor *visitor)
{
	struct iw_catalog_walk walk = {.store_fd = store_fd, .visitor = visitor};

	int r = iw_layout_append_place(&walk.place, "", absolute);
	if (r == 0)
		r = iw_buffer_reserve(&walk.path, 1);
	if (r == 0)
		r = iw_buffer_terminate(&walk.path);
	if (r == 0)
		r = walk.place.len ? walk_named(&walk, absolute) : walk_directory(&walk);
	iw_buffer_done(&walk.path);
	iw_buffer_done(&walk.place);
	return r;
}
