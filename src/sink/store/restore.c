/* SPDX-License-Identifier: MIT */
#include "sink/store/restore.h"

#include <fcntl.h>

#include "sink/store/beneath.h"
#include "sink/store/meta.h"
#include "sink/store/restore-private.h"

/* One PATH on its way. */
struct restoring {
	const struct iw_restore_config *config;
	size_t source_len;     /* of the PATH: what is behind it is below the target */
	int anchor_fd;         /* below it no link is followed; -1: not there (dry run) */
	struct iw_buffer base; /* the target, relative to it; may be "" */
	struct iw_buffer shown;   /* the target as the user knows it */
	struct iw_buffer existed; /* one byte for each directory that is being visited */
	struct iw_restore_group group;
	bool has_any;
	bool has_no_memory;
};

static void tell(struct restoring *restoring, const struct iw_restore_report *report)
{
	if (iw_restore_group_report(&restoring->group, report) < 0)
		restoring->has_no_memory = true;
}

/* Appends to a copy of base what of a source's path lies below PATH. */
static int append_below(const struct restoring *restoring, const struct iw_buffer *base,
			const char *source, struct iw_buffer *path)
{
	const char *below = source + restoring->source_len;
	int r = iw_buffer_append(path, base->data, base->len);

	if (base->len == 0 || base->data[base->len - 1] == '/')
		below += *below == '/';
	if (r == 0)
		r = iw_buffer_append_str(path, below);
	return r < 0 ? r : iw_buffer_terminate(path);
}

/* Opens the directory of a target; what is missing on the way is made. */
static int open_parent(struct restoring *restoring, char *path, const char **ret_name)
{
	const bool is_dry_run = restoring->config->is_dry_run;
	int fd = -ENOENT;

	if (restoring->anchor_fd >= 0)
		fd = iw_beneath_open_parent(restoring->anchor_fd, path,
					    IW_BENEATH_DIRECTORY, ret_name);
	if (fd != -ENOENT || is_dry_run)
		return fd;
	char *slash = strrchr(path, '/');
	if (!slash)
		return -ENOENT;
	*slash = '\0';
	fd = iw_beneath_make_directories(restoring->anchor_fd, path, NULL);
	*slash = '/';
	*ret_name = slash + 1;
	return fd;
}

/* Something that is no directory where one is needed. */
static bool is_way_blocked(int error)
{
	return error == -ENOTDIR || error == -ELOOP || error == -EEXIST;
}

/*
 * Returns what became of it, or will have, or -errno; with its directory if that is open.
 * path is where its name is kept.
 */
static int prepare_version(struct restoring *restoring, struct iw_restore_file *restore,
			   struct iw_buffer *path)
{
	iw_buffer_clear(path);
	int r = append_below(restoring, &restoring->base, restore->file->path, path);
	if (r < 0)
		return r;
	const int dir_fd = open_parent(restoring, path->data, &restore->name);
	if (dir_fd == -ENOENT && restoring->config->is_dry_run)
		return IW_RESTORE_DONE;
	if (is_way_blocked(dir_fd)) {
		restore->reason = "what is in the way is no directory";
		return IW_RESTORE_LEFT;
	}
	if (dir_fd < 0)
		return dir_fd;
	restore->dir_fd = dir_fd;
	r = iw_restore_look(restore);
	if (r != IW_RESTORE_DONE || restoring->config->is_dry_run)
		return r;
	iw_restore_group_enter(&restoring->group, dir_fd);
	restore->number = (int)restoring->group.len;
	return iw_restore_prepare(restore);
}

static int on_file(void *context, const struct iw_catalog_file *file)
{
	struct restoring *restoring = context;
	struct iw_restore_group *group = &restoring->group;
	IW_AUTO_BUFFER struct iw_buffer shown = IW_BUFFER_INIT;
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;
	struct iw_restore_file restore = {
		.config = restoring->config,
		.file = file,
		.version = iw_catalog_at(file, restoring->config->at_ns),
		.dir_fd = -1,
		.fd = -1,
	};

	if (!restore.version)
		return 0;
	restoring->has_any = true;
	int r = append_below(restoring, &restoring->shown, file->path, &shown);
	if (r < 0)
		return r;
	r = prepare_version(restoring, &restore, &path);
	/* What waits takes room and descriptors. */
	if (r < 0 && group->waiting) {
		iw_restore_group_commit(group);
		iw_cleanup_close(&restore.dir_fd);
		restore.dir_fd = -1;
		r = prepare_version(restoring, &restore, &path);
	}
	if (r == -ENOMEM || restoring->has_no_memory) {
		iw_restore_drop(&restore);
		iw_cleanup_close(&restore.dir_fd);
		return -ENOMEM;
	}
	return iw_restore_group_add(group, &restore, r, shown.data);
}

/* The target of a directory, opened, or -errno. */
static int open_target(const struct restoring *restoring, const char *source)
{
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;

	int r = append_below(restoring, &restoring->base, source, &path);
	if (r == 0 && restoring->anchor_fd < 0)
		r = -ENOENT;
	return r < 0 ? r
		     : iw_beneath_open(restoring->anchor_fd, path.data,
				       IW_BENEATH_DIRECTORY);
}

/* The target is a link to a directory that the user has named: that is the directory. */
static int follow_target(struct restoring *restoring)
{
	if (!restoring->config->is_link_followed || restoring->anchor_fd < 0 ||
	    restoring->base.len == 0)
		return 0;
	const int fd = openat(restoring->anchor_fd, restoring->base.data,
			      O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	close(restoring->anchor_fd);
	restoring->anchor_fd = fd;
	iw_buffer_clear(&restoring->base);
	return iw_buffer_terminate(&restoring->base);
}

static int make_target(struct restoring *restoring, const char *source)
{
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;

	int r = append_below(restoring, &restoring->base, source, &path);
	return r < 0 ? r
		     : iw_beneath_make_directories(restoring->anchor_fd, path.data, NULL);
}

static void tell_directory(struct restoring *restoring, const char *source, int error)
{
	IW_AUTO_BUFFER struct iw_buffer shown = IW_BUFFER_INIT;

	if (append_below(restoring, &restoring->shown, source, &shown) < 0)
		return;
	const bool is_left = is_way_blocked(error);
	const struct iw_restore_report report = {
		.what = is_left ? IW_RESTORE_LEFT : IW_RESTORE_FAILED,
		.path = shown.data,
		.reason = is_left ? "what is in the way is no directory" : NULL,
		.error = error,
	};
	tell(restoring, &report);
}

static int enter_directory(struct restoring *restoring,
			   const struct iw_catalog_directory *directory)
{
	const bool is_first = restoring->existed.len == 0;
	/* Of the past nobody knows which directories were there without a file. */
	const bool is_wanted =
		directory->current_fd >= 0 && restoring->config->at_ns == INT64_MAX;
	int r = is_first ? follow_target(restoring) : 0;

	if (r < 0)
		return r;
	IW_AUTO_CLOSE int fd = open_target(restoring, directory->path);
	r = iw_buffer_append_char(&restoring->existed, (char)(fd >= 0));
	if (r < 0)
		return r;
	restoring->has_any |= is_wanted;
	if (restoring->config->is_dry_run)
		return 0;
	if (fd >= 0) {
		iw_restore_clean(fd);
		return 0;
	}
	if (!is_wanted)
		return 0;
	IW_AUTO_CLOSE int made = make_target(restoring, directory->path);
	if (made < 0)
		tell_directory(restoring, directory->path, made);
	return made == -ENOMEM ? made : 0;
}

/* What was made gets what it had, when nothing more is made in it. */
static int leave_directory(struct restoring *restoring,
			   const struct iw_catalog_directory *directory)
{
	const bool existed = restoring->existed.data[--restoring->existed.len];
	IW_AUTO_BUFFER struct iw_buffer shown = IW_BUFFER_INIT;
	int source_fd = -1;

	if (restoring->config->is_dry_run)
		return 0;
	int r = append_below(restoring, &restoring->shown, directory->path, &shown);
	if (r < 0)
		return r;
	IW_AUTO_CLOSE int fd = open_target(restoring, directory->path);
	if (fd < 0)
		return fd == -ENOMEM ? fd : 0;
	if (!existed && directory->current_fd >= 0) {
		source_fd = fcntl(directory->current_fd, F_DUPFD_CLOEXEC, 0);
		if (source_fd < 0) {
			tell_directory(restoring, directory->path, -errno);
			return 0;
		}
	}
	return iw_restore_group_add_directory(&restoring->group, IW_TAKE_FD(fd),
					      source_fd, shown.data);
}

static int on_directory(void *context, const struct iw_catalog_directory *directory)
{
	return directory->is_done ? leave_directory(context, directory)
				  : enter_directory(context, directory);
}

/* The store itself is odd: told as a failure of that place. */
static void on_problem(void *context, const struct iw_catalog_problem *problem)
{
	struct restoring *restoring = context;
	const struct iw_restore_report report = {
		.what = IW_RESTORE_FAILED,
		.path = problem->place,
		.reason = problem->reason,
		.error = problem->error,
	};

	tell(restoring, &report);
}

/* Opens a directory as the user named it, and makes what is missing of it. */
static int open_anchor(const char *path, bool is_made)
{
	int fd = open(path, IW_BENEATH_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 || errno != ENOENT || !is_made)
		return fd < 0 ? -errno : fd;
	IW_AUTO_FREE char *parent = strdup(path);
	if (!parent)
		return -ENOMEM;
	char *end = strrchr(parent, '/');
	while (end && end > parent && end[-1] == '/')
		end--;
	if (!end || end == parent)
		return mkdir(path, 0777) < 0 ? -errno : open_anchor(path, false);
	*end = '\0';
	IW_AUTO_CLOSE int parent_fd = open_anchor(parent, true);
	if (parent_fd < 0)
		return parent_fd;
	if (mkdir(path, 0777) < 0 && errno != EEXIST)
		return -errno;
	if (IW_RETRY(fsync(parent_fd)) < 0)
		return -errno;
	return open_anchor(path, false);
}

static bool is_same_directory(int fd, const struct stat *other)
{
	struct stat stat;

	return fstat(fd, &stat) == 0 && stat.st_ino == other->st_ino &&
	       stat.st_dev == other->st_dev;
}

/* Does a directory lie in the store, or is it the store? Looks upwards to the root. */
static bool is_in_store(int store_fd, int dir_fd)
{
	struct stat store;
	struct stat below;
	IW_AUTO_CLOSE int fd = openat(dir_fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fstat(store_fd, &store) < 0)
		return false;
	while (fd >= 0 && !is_same_directory(fd, &store)) {
		const int above = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		const bool is_root = above < 0 || fstat(fd, &below) < 0 ||
				     is_same_directory(above, &below);

		close(fd);
		fd = above;
		if (is_root)
			return false;
	}
	return fd >= 0;
}

/* Splits the target into the directory that is taken as it is, and what is below it. */
static int prepare(struct restoring *restoring, const char *target)
{
	IW_AUTO_BUFFER struct iw_buffer parent = IW_BUFFER_INIT;
	size_t len = strlen(target);

	while (len > 1 && target[len - 1] == '/')
		len--;
	size_t parent_len = len;
	while (parent_len > 0 && target[parent_len - 1] != '/')
		parent_len--;
	/* "/" has no name that could be below anything. */
	const size_t name = len == 1 && *target == '/' ? len : parent_len;
	int r = parent_len ? iw_buffer_append(&parent, target, name)
			   : iw_buffer_append_char(&parent, '.');
	if (r == 0)
		r = iw_buffer_terminate(&parent);
	if (r == 0)
		r = iw_buffer_append(&restoring->base, target + name, len - name);
	if (r == 0)
		r = iw_buffer_terminate(&restoring->base);
	if (r == 0)
		r = iw_buffer_append(&restoring->shown, target, len);
	if (r < 0)
		return r;
	const int fd = open_anchor(parent.data, !restoring->config->is_dry_run);
	restoring->anchor_fd = fd < 0 ? -1 : fd;
	if (fd < 0 && !(fd == -ENOENT && restoring->config->is_dry_run))
		return fd;
	return fd >= 0 && is_in_store(restoring->config->store_fd, fd) ? -EXDEV : 0;
}

int iw_restore(const struct iw_restore_config *config, const char *absolute,
	       const char *target)
{
	struct restoring restoring = {
		.config = config,
		.source_len = strcmp(absolute, "/") == 0 ? 0 : strlen(absolute),
		.anchor_fd = -1,
	};
	const struct iw_catalog_visitor visitor = {on_file, on_directory, on_problem,
						   &restoring};

	int r = iw_restore_group_init(&restoring.group, config);
	if (r == 0)
		r = prepare(&restoring, target);
	if (r == 0 && restoring.anchor_fd >= 0 && restoring.base.len &&
	    !config->is_dry_run)
		iw_restore_clean(restoring.anchor_fd);
	if (r == 0)
		r = iw_catalog_walk(config->store_fd, absolute, &visitor);
	if (restoring.group.len)
		iw_restore_group_commit(&restoring.group);
	if (restoring.has_no_memory)
		r = -ENOMEM;
	if (r == 0 && !restoring.has_any)
		r = -ENOENT;
	if (r == 0 && restoring.anchor_fd >= 0 && !config->is_dry_run &&
	    IW_RETRY(fsync(restoring.anchor_fd)) < 0)
		r = -errno;
	iw_restore_group_done(&restoring.group);
	iw_cleanup_close(&restoring.anchor_fd);
	iw_buffer_done(&restoring.base);
	iw_buffer_done(&restoring.shown);
	iw_buffer_done(&restoring.existed);
	return r;
}
