/* SPDX-License-Identifier: MIT */
/*
 * Setting a backup up: what it reads, where it stores, where it tells; and closing all.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/backup-private.h"
#include "cli/patterns.h"
#include "cli/session.h"
#include "sink/store/layout.h"

/* Whether path is the directory outer, or lies in it. */
static bool is_inside(const char *path, const char *outer)
{
	IW_AUTO_FREE char *real = realpath(path, NULL);
	IW_AUTO_FREE char *real_outer = realpath(outer, NULL);

	if (!real || !real_outer)
		return false;
	const size_t len = strlen(real_outer);
	return strncmp(real, real_outer, len) == 0 &&
	       (real[len] == '\0' || real[len] == '/' || len == 1);
}

static int init_roots(struct iw_backup *backup)
{
	const struct iw_text_list *paths = &backup->options->paths;
	IW_AUTO_FREE char *cwd = getcwd(NULL, 0);

	if (!cwd)
		return -errno;
	backup->roots = calloc(paths->len, sizeof(*backup->roots));
	if (!backup->roots)
		return -ENOMEM;
	for (size_t i = 0; i < paths->len; i++) {
		struct iw_backup_root *root = &backup->roots[backup->roots_len];

		/* PATHs of --fromfile are not terminated. */
		char *path = calloc(1, paths->items[i].len + 1);
		if (!path)
			return -ENOMEM;
		memcpy(path, paths->items[i].bytes, paths->items[i].len);
		root->path = path;
		backup->roots_len++;
		const int r = iw_layout_append_absolute(&root->absolute, cwd, path);
		if (r < 0)
			return r;
	}
	return 0;
}

static int check_roots(struct iw_backup *backup)
{
	const char *store = backup->options->backup.store;

	for (size_t i = 0; i < backup->roots_len; i++) {
		const char *path = backup->roots[i].path;

		if (is_inside(path, store)) {
			iw_say(backup->messages, IW_ERROR,
			       "%s lies in the store %s, which cannot be stored in "
			       "itself",
			       path, store);
			return -EINVAL;
		}
	}
	return 0;
}

static void say_store_error(const struct iw_backup *backup, int error)
{
	const char *store = backup->options->backup.store;

	if (error == -EWOULDBLOCK)
		iw_say(backup->messages, IW_ERROR,
		       "another inowatch writes to the store %s", store);
	else if (error == -ENOTEMPTY)
		iw_say(backup->messages, IW_ERROR,
		       "%s is not empty and no store; give a new or empty directory",
		       store);
	else if (error == -EPROTONOSUPPORT)
		iw_say(backup->messages, IW_ERROR,
		       "the store %s has a format that this inowatch does not know",
		       store);
	else
		iw_say(backup->messages, IW_ERROR, "cannot open the store %s: %s", store,
		       strerror(-error));
}

static int init_store(struct iw_backup *backup)
{
	const struct iw_backup_options *options = &backup->options->backup;
	const struct iw_store_config config = {
		.path = options->store,
		.keeps_privileges = options->keeps_privileges,
		.retention = options->retention,
		.max_len = options->max_len,
		.verifies = backup->options->store.is_verified,
	};

	const int r = iw_store_open(&config, &backup->store);
	if (r < 0 && r != -ENOMEM)
		say_store_error(backup, r);
	return r;
}

static int init_filter(struct iw_backup *backup)
{
	IW_AUTO_BUFFER struct iw_buffer error = IW_BUFFER_INIT;

	int r = iw_filter_new(&backup->filter);
	if (r < 0)
		return r;
	iw_filter_set_type(backup->filter, backup->options->type);
	r = iw_patterns_compile(&backup->options->patterns, backup->filter, &error);
	if (r == -EINVAL && iw_buffer_terminate(&error) == 0)
		iw_say(backup->messages, IW_ERROR, "%s", error.data);
	return r;
}

static int init_settle(struct iw_backup *backup)
{
	static const int64_t SETTLE_NS = 500 * INT64_C(1000000);
	static const int64_t MAX_WAIT_NS = 30 * INT64_C(1000000000);
	const struct iw_options *options = backup->options;

	return iw_settle_new(options->settle_ns >= 0 ? options->settle_ns : SETTLE_NS,
			     options->max_wait_ns >= 0 ? options->max_wait_ns
						       : MAX_WAIT_NS,
			     &backup->settle);
}

int iw_backup_open(struct iw_backup *backup)
{
	const struct iw_backup_options *options = &backup->options->backup;

	int r = init_filter(backup);
	if (r == 0)
		r = iw_backup_open_output(backup);
	if (r == 0)
		r = init_settle(backup);
	if (r == 0)
		r = init_roots(backup);
	if (r == 0)
		r = init_store(backup);
	if (r == 0)
		r = check_roots(backup);
	if (r == 0 && !options->is_once)
		r = iw_backup_watch(backup);
	if (r == 0)
		r = iw_backup_spare_output(backup);
	for (size_t i = 0; r == 0 && options->is_once && i < backup->roots_len; i++)
		r = iw_backup_add_pass(backup, i, "", 0, false);
	if (r == -ENOMEM)
		iw_say(backup->messages, IW_ERROR, "out of memory");
	return r;
}

void iw_backup_close(struct iw_backup *backup)
{
	iw_backup_drop_passes(backup);
	iw_backup_drop_jobs(backup);
	iw_watcher_free(backup->watcher);
	iw_store_close(backup->store);
	iw_settle_free(backup->settle);
	iw_output_free(backup->output);
	if (backup->outfile_fd >= 0)
		close(backup->outfile_fd);
	iw_filter_free(backup->filter);
	for (size_t i = 0; i < backup->roots_len; i++) {
		free(backup->roots[i].path);
		iw_buffer_done(&backup->roots[i].absolute);
	}
	free(backup->roots);
	iw_buffer_done(&backup->key);
}
