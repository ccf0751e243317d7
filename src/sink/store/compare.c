/* SPDX-License-Identifier: MIT */
#include "sink/store/compare.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/nameset.h"
#include "sink/store/beneath.h"
#include "sink/store/layout.h"
#include "sink/store/origin.h"
#include "sink/store/put.h"

/* A directory that is still to be looked at. */
struct pending {
	struct pending *next;
	unsigned depth;
	char below[];
};

struct iw_compare {
	struct iw_compare_config config;
	struct pending *pending;
	bool is_begun;
	int list_error; /* why the last listing ended early, or 0 */
	dev_t root_dev;
	/* Of the directory at hand: */
	unsigned depth;
	struct iw_nameset names; /* what the source has */
	struct iw_buffer below;  /* of the entry at hand, terminated */
	struct iw_buffer absolute;
	struct iw_buffer full; /* as the filter wants it */
};

/* ---- Names ---- */

/* Puts together what an entry of a directory is called; name NULL: the directory. */
static int name_entry(struct iw_compare *compare, const char *directory, const char *name)
{
	struct iw_buffer *below = &compare->below;
	struct iw_buffer *absolute = &compare->absolute;

	iw_buffer_clear(below);
	iw_buffer_clear(absolute);
	int r = iw_buffer_append_str(below, directory);
	if (r == 0 && name && directory[0])
		r = iw_buffer_append_char(below, '/');
	if (r == 0 && name)
		r = iw_buffer_append_str(below, name);
	if (r == 0)
		r = iw_buffer_terminate(below);
	if (r == 0 && strcmp(compare->config.absolute, "/") != 0)
		r = iw_buffer_append_str(absolute, compare->config.absolute);
	if (r == 0 && (below->len || !absolute->len))
		r = iw_buffer_append_char(absolute, '/');
	if (r == 0)
		r = iw_buffer_append(absolute, below->data, below->len);
	return r == 0 ? iw_buffer_terminate(absolute) : r;
}

/* What the filter is asked about: the entry that was named last. */
static int make_path(struct iw_compare *compare, struct iw_path *ret_path)
{
	const char *root = compare->config.root;
	const size_t root_len = strlen(root);
	struct iw_buffer *full = &compare->full;

	iw_buffer_clear(full);
	int r = iw_buffer_append(full, root, root_len);
	if (r == 0 && (!root_len || root[root_len - 1] != '/'))
		r = iw_buffer_append_char(full, '/');
	if (r == 0)
		r = iw_buffer_append(full, compare->below.data, compare->below.len);
	if (r < 0)
		return r;
	const char *slash = memrchr(full->data, '/', full->len);
	*ret_path = (struct iw_path){
		.bytes = full->data,
		.len = full->len,
		.name_len = (size_t)(full->data + full->len - slash) - 1,
		.root_len = root_len,
	};
	return 0;
}

/* Whether the entry that was named last is stored. A directory that is not shown is
 * entered, and only what is shown of it is stored. Returns 1, 0 or -ENOMEM. */
static int is_wanted(struct iw_compare *compare, bool is_dir)
{
	struct iw_path path;

	int r = make_path(compare, &path);
	if (r < 0)
		return r;
	return !iw_filter_prunes(compare->config.filter, &path, is_dir) &&
	       (is_dir || iw_filter_shows(compare->config.filter, &path, false));
}

/* ---- Telling ---- */

/* Of the entry that was named last; source is NULL if it is gone. */
static int tell(struct iw_compare *compare, const struct stat *source, int error)
{
	const struct iw_difference difference = {
		.below = compare->below.data,
		.len = source ? (uint64_t)source->st_size : 0,
		.error = error,
		.is_gone = !source,
	};

	return compare->config.differs(compare->config.context, &difference);
}

static int tell_unless_done(struct iw_compare *compare, const struct stat *source)
{
	const int is_done =
		iw_put_is_done(compare->config.store, compare->absolute.data, source);

	if (is_done == -ENOMEM)
		return is_done;
	return is_done == 1 ? 0 : tell(compare, source, 0);
}

static int push(struct iw_compare *compare, const char *below, unsigned depth)
{
	const size_t len = strlen(below);
	struct pending *pending = malloc(sizeof(*pending) + len + 1);

	if (!pending)
		return -ENOMEM;
	memcpy(pending->below, below, len + 1);
	pending->depth = depth;
	pending->next = compare->pending;
	compare->pending = pending;
	return 0;
}

/* ---- One directory ---- */

static bool is_entered(const struct iw_compare *compare, const struct stat *directory)
{
	if (compare->config.is_flat)
		return false;
	if (compare->config.is_one_file_system && directory->st_dev != compare->root_dev)
		return false;
	return !compare->config.max_depth || compare->depth < compare->config.max_depth;
}

/* An entry that was named. */
static int look_at_source(struct iw_compare *compare, const struct stat *source)
{
	const bool is_dir = S_ISDIR(source->st_mode);

	/* The store is not stored, wherever it lies and whatever leads to it. */
	if (is_dir && iw_store_is_itself(compare->config.store, source))
		return 0;
	int r = is_wanted(compare, is_dir);
	if (r <= 0)
		return r;
	r = tell_unless_done(compare, source);
	if (r == 0 && is_dir && is_entered(compare, source))
		r = push(compare, compare->below.data, compare->depth + 1);
	return r;
}

static int look_at_name(struct iw_compare *compare, int fd, const char *directory,
			const char *name)
{
	struct stat source;

	int r = iw_nameset_add(&compare->names, name, strlen(name));
	if (r == 0)
		r = name_entry(compare, directory, name);
	if (r < 0)
		return r;
	if (fstatat(fd, name, &source, AT_SYMLINK_NOFOLLOW) == 0)
		return look_at_source(compare, &source);
	/* Gone since it was listed: whatever the store has of it goes too. */
	return tell(compare, NULL, errno == ENOENT ? 0 : errno);
}

/* What the store has and the source has not. */
static int look_at_stored(struct iw_compare *compare, int fd, const char *directory,
			  const char *stored)
{
	IW_AUTO_BUFFER struct iw_buffer name = IW_BUFFER_INIT;
	struct stat stat;

	int r = iw_layout_append_source_name(&name, stored, strlen(stored));
	/* Not a name of ours. */
	if (r == -EINVAL)
		return 0;
	if (r == 0)
		r = iw_buffer_terminate(&name);
	if (r < 0 || iw_nameset_has(&compare->names, name.data, name.len))
		return r;
	r = name_entry(compare, directory, name.data);
	if (r < 0 || fstatat(fd, stored, &stat, AT_SYMLINK_NOFOLLOW) < 0)
		return r;
	r = is_wanted(compare, S_ISDIR(stat.st_mode));
	return r <= 0 ? r : tell(compare, NULL, 0);
}

typedef int each_fn(struct iw_compare *compare, int fd, const char *directory,
		    const char *name);

/*
 * Calls each for each name; the descriptor is closed. Returns 0, or what each returned;
 * that the directory cannot be read is left in list_error.
 */
static int list(struct iw_compare *compare, int fd, const char *below, each_fn *each)
{
	DIR *directory = fdopendir(fd);
	const struct dirent *entry;
	int r = 0;

	compare->list_error = 0;
	if (!directory) {
		compare->list_error = errno;
		close(fd);
		return 0;
	}
	while (r == 0) {
		errno = 0;
		entry = readdir(directory);
		if (!entry) {
			compare->list_error = errno;
			break;
		}
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = each(compare, fd, below, entry->d_name);
	}
	closedir(directory);
	return r;
}

static int list_stored(struct iw_compare *compare, const char *below)
{
	IW_AUTO_BUFFER struct iw_buffer place = IW_BUFFER_INIT;

	int r = name_entry(compare, below, NULL);
	if (r == 0)
		r = iw_layout_append_place(&place, IW_LAYOUT_CURRENT,
					   compare->absolute.data);
	/* What cannot be stored is not there. */
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	const int fd = iw_beneath_open(iw_store_fd(compare->config.store), place.data,
				       IW_BENEATH_DIRECTORY);
	return fd < 0 ? 0 : list(compare, fd, below, look_at_stored);
}

static int open_directory(const struct iw_compare *compare, const char *below,
			  struct iw_origin *ret_origin)
{
	const struct iw_place place = {compare->config.root, below,
				       compare->config.is_link_kept, true};

	return iw_origin_open(&place, ret_origin);
}

/* A directory that was pushed; it may be something else by now. */
static int look_into(struct iw_compare *compare, const char *below)
{
	struct iw_origin origin;

	iw_nameset_done(&compare->names);
	compare->names = IW_NAMESET_INIT;
	int r = open_directory(compare, below, &origin);
	if (r == 0 && S_ISDIR(origin.stat.st_mode) && origin.fd >= 0 &&
	    !iw_store_is_itself(compare->config.store, &origin.stat)) {
		r = list(compare, origin.fd, below, look_at_name);
		/* What was not read to its end says nothing of what is gone. */
		if (r < 0 || !compare->list_error)
			return r < 0 ? r : list_stored(compare, below);
		r = -compare->list_error;
	} else if (r == 0 && origin.fd >= 0) {
		close(origin.fd);
	}
	const int error = r == -ENOENT || r == -ENOTDIR || r == -EAGAIN ? 0 : -r;
	r = name_entry(compare, below, NULL);
	return r == 0 ? tell(compare, NULL, error) : r;
}

/* Whether the store has anything of the entry that was named last. */
static bool is_stored(const struct iw_compare *compare)
{
	IW_AUTO_BUFFER struct iw_buffer place = IW_BUFFER_INIT;

	if (iw_layout_append_place(&place, IW_LAYOUT_CURRENT, compare->absolute.data) < 0)
		return false;
	IW_AUTO_CLOSE int fd = iw_beneath_open(iw_store_fd(compare->config.store),
					       place.data, O_PATH | O_NOFOLLOW);
	return fd >= 0;
}

/* Where it begins. */
static int begin(struct iw_compare *compare, const char *below)
{
	struct iw_origin origin;

	int r = name_entry(compare, below, NULL);
	if (r < 0)
		return r;
	r = open_directory(compare, below, &origin);
	const bool is_gone = r == -ENOENT || r == -ENOTDIR;
	if (is_gone && !is_stored(compare)) {
		/* A PATH that neither is nor was. */
		return below[0] ? 0 : tell(compare, NULL, -r);
	}
	if (r < 0)
		return tell(compare, NULL, is_gone || r == -EAGAIN ? 0 : -r);
	if (origin.fd >= 0)
		close(origin.fd);
	compare->root_dev = origin.stat.st_dev;
	r = tell_unless_done(compare, &origin.stat);
	return r == 0 && S_ISDIR(origin.stat.st_mode)
		       ? push(compare, below, compare->depth)
		       : r;
}

int iw_compare_step(struct iw_compare *compare)
{
	struct pending *pending = compare->pending;

	if (!pending)
		return 0;
	compare->pending = pending->next;
	compare->depth = pending->depth;
	int r = compare->is_begun ? look_into(compare, pending->below)
				  : begin(compare, pending->below);
	compare->is_begun = true;
	free(pending);
	return r < 0 ? r : compare->pending != NULL;
}

int iw_compare_new(const struct iw_compare_config *config, const char *below,
		   struct iw_compare **ret_compare)
{
	struct iw_compare *compare = calloc(1, sizeof(*compare));
	unsigned depth = below[0] ? 1 : 0;

	if (!compare)
		return -ENOMEM;
	compare->config = *config;
	for (const char *c = below; *c; c++)
		depth += *c == '/';
	const int r = push(compare, below, depth);
	if (r < 0) {
		free(compare);
		return r;
	}
	*ret_compare = compare;
	return 0;
}

void iw_compare_free(struct iw_compare *compare)
{
	if (!compare)
		return;
	while (compare->pending) {
		struct pending *pending = compare->pending;

		compare->pending = pending->next;
		free(pending);
	}
	iw_nameset_done(&compare->names);
	iw_buffer_done(&compare->below);
	iw_buffer_done(&compare->absolute);
	iw_buffer_done(&compare->full);
	free(compare);
}
