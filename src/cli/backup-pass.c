/* SPDX-License-Identifier: MIT */
/*
 * Comparing PATHs with the store: at the start, and where events were lost.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/backup-private.h"
#include "cli/notify.h"

static int on_difference(void *context, const struct iw_difference *difference)
{
	struct iw_backup *backup = context;
	const size_t root = backup->passes->root;

	if (!difference->error)
		return iw_backup_add_job(backup, root, difference,
					 difference->is_gone ? IW_BACKUP_AGAIN : 0);
	IW_AUTO_BUFFER struct iw_buffer absolute = IW_BUFFER_INIT;
	const struct iw_buffer *root_absolute = &backup->roots[root].absolute;
	const char *slash = root_absolute->len > 1 && difference->below[0] ? "/" : "";
	if (iw_buffer_printf(&absolute, "%s%s%s", root_absolute->data, slash,
			     difference->below) < 0 ||
	    iw_buffer_terminate(&absolute) < 0)
		return -ENOMEM;
	const struct iw_put_line line = {
		.event = IW_PUT_FAILED,
		.absolute = absolute.data,
		.error = difference->error,
	};
	return iw_backup_tell(backup, root, &line);
}

int iw_backup_add_pass(struct iw_backup *backup, size_t root, const char *below,
		       size_t len, bool is_flat)
{
	struct iw_backup_pass **link = &backup->passes;
	struct iw_backup_pass *pass = malloc(sizeof(*pass) + len + 1);

	if (!pass)
		return -ENOMEM;
	*pass = (struct iw_backup_pass){.root = root, .is_flat = is_flat};
	memcpy(pass->below, below, len);
	pass->below[len] = '\0';
	/* One that waits sees what happens before it begins; the first has begun. */
	if (*link && backup->compare)
		link = &(*link)->next;
	for (; *link; link = &(*link)->next) {
		if ((*link)->root == root && strcmp((*link)->below, pass->below) == 0) {
			(*link)->is_flat &= is_flat;
			free(pass);
			return 0;
		}
	}
	*link = pass;
	return 0;
}

static int begin(struct iw_backup *backup)
{
	const struct iw_backup_pass *pass = backup->passes;
	const struct iw_options *options = backup->options;
	const struct iw_compare_config config = {
		.store = backup->store,
		.filter = backup->filter,
		.root = backup->roots[pass->root].path,
		.absolute = backup->roots[pass->root].absolute.data,
		.is_link_kept = options->is_link_watched,
		.is_one_file_system = options->is_one_file_system,
		.is_flat = pass->is_flat,
		.max_depth = options->max_depth,
		.differs = on_difference,
		.context = backup,
	};

	return iw_compare_new(&config, pass->below, &backup->compare);
}

static void end(struct iw_backup *backup)
{
	struct iw_backup_pass *pass = backup->passes;

	iw_compare_free(backup->compare);
	backup->compare = NULL;
	backup->passes = pass->next;
	free(pass);
}

/* Once: all that changed meanwhile is known, and stored or about to be. */
static void tell_ready(struct iw_backup *backup)
{
	if (backup->is_told_ready || !backup->is_ready || backup->passes)
		return;
	backup->is_told_ready = true;
	iw_notify(backup->messages, "READY=1\nSTATUS=Watching");
}

int iw_backup_compare(struct iw_backup *backup)
{
	int r = 0;

	if (!backup->passes || backup->is_ending ||
	    backup->jobs.waiting >= IW_BACKUP_QUEUED)
		return 0;
	if (!backup->compare)
		r = begin(backup);
	if (r == 0)
		r = iw_compare_step(backup->compare);
	if (r == 0) {
		end(backup);
		tell_ready(backup);
	}
	return r < 0 ? r : r || backup->passes;
}

void iw_backup_drop_passes(struct iw_backup *backup)
{
	while (backup->passes)
		end(backup);
}

void iw_backup_say_progress(struct iw_backup *backup)
{
	const struct iw_backup_counts *counts = &backup->counts;
	const double seconds = (double)(iw_backup_now_ns() - backup->begun_ns) / 1e9;
	const double rate = (double)counts->stored_len / seconds;

	if (backup->jobs.waiting == 0 && !backup->passes)
		return;
	/* The end is known when all was looked at. */
	if (backup->passes || rate < 1)
		iw_say_progress(backup->messages,
				"stored %" PRIu64 " files, %.1f MB, %.1f MB/s; %zu wait",
				counts->stored, (double)counts->stored_len / 1e6,
				rate / 1e6, backup->jobs.waiting);
	else
		iw_say_progress(backup->messages,
				"stored %" PRIu64
				" files, %.1f MB, %.1f MB/s; %zu wait, %.0f s left",
				counts->stored, (double)counts->stored_len / 1e6,
				rate / 1e6, backup->jobs.waiting,
				(double)backup->jobs.waiting_len / rate);
}
