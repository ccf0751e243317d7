/* SPDX-License-Identifier: MIT */
/*
 * What became of a job: its lines, a full disk, another try, more to compare.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/backup-job.h"
#include "cli/notify.h"
#include "cli/session.h"

/* A full disk is looked at again so often. */
static const int64_t FULL_NS = INT64_C(5) * 1000 * 1000 * 1000;

void iw_backup_free_job(struct iw_backup_job *job)
{
	while (job->first_told) {
		struct iw_backup_told *told = job->first_told;

		job->first_told = told->next;
		free(told);
	}
	iw_buffer_done(&job->absolute);
	free(job);
}

void iw_backup_keep_line(void *context, const struct iw_put_line *line)
{
	struct iw_backup_job *job = context;
	const size_t len = strlen(line->absolute);
	struct iw_backup_told *told = malloc(sizeof(*told) + len + 1);

	/* It is in the store, but nobody hears of it. */
	if (!told) {
		job->result = -ENOMEM;
		return;
	}
	memcpy(told->absolute, line->absolute, len + 1);
	told->next = NULL;
	told->line = *line;
	told->line.absolute = told->absolute;
	if (job->last_told)
		job->last_told->next = told;
	else
		job->first_told = told;
	job->last_told = told;
}

static bool is_no_room(int error)
{
	return error == -ENOSPC || error == -EDQUOT;
}

/* Once for each time that it is full. */
static void say_full(struct iw_backup *backup, int error)
{
	const char *store = backup->options->backup.store;

	if (!backup->is_full)
		iw_say(backup->messages, IW_ERROR,
		       "nothing more can be stored in %s until there is room: %s", store,
		       error == -EDQUOT && backup->options->backup.max_len
			       ? "--max-size is reached"
			       : strerror(-error));
	if (!backup->is_full)
		iw_notify(backup->messages, "STATUS=The store is full");
	backup->is_full = true;
	backup->full_until_ns = iw_backup_now_ns() + FULL_NS;
}

static int tell_lines(const struct iw_backup_job *job)
{
	int r = 0;

	for (const struct iw_backup_told *told = job->first_told; told && r == 0;
	     told = told->next) {
		/* It waits for room, and is told when it has come to an end. */
		if (told->line.event == IW_PUT_FAILED && is_no_room(job->result) &&
		    !job->backup->options->backup.is_once)
			continue;
		r = iw_backup_tell(job->backup, job->root, &told->line);
	}
	return r;
}

static int tell_restless(struct iw_backup_job *job)
{
	const struct iw_put_line line = {
		.event = IW_PUT_FAILED, .absolute = job->absolute.data, .error = EAGAIN};

	return iw_backup_tell(job->backup, job->root, &line);
}

int iw_backup_finish(struct iw_backup *backup, struct iw_backup_job *job)
{
	const bool is_once = backup->options->backup.is_once;
	const unsigned flags = job->tries & IW_BACKUP_FLAGS;

	backup->counts.compared++;
	int r = job->result == -ENOMEM ? -ENOMEM : tell_lines(job);
	if (r < 0 || backup->is_ending)
		return r;
	if (is_no_room(job->result)) {
		say_full(backup, job->result);
		if (is_once) {
			/* What else there is to store has no room either. */
			iw_backup_end(backup, IW_STATUS_INCOMPLETE);
			return 0;
		}
		return iw_backup_touch(backup, job->root, job->below, flags);
	}
	if (job->result == 0 && backup->is_full && job->first_told) {
		backup->is_full = false;
		iw_notify(backup->messages, "STATUS=Watching");
		iw_say(backup->messages, IW_WARNING, "there is room in %s again",
		       backup->options->backup.store);
	}
	/* What the store has below it may be of the one that went. */
	if (job->result == 0 && job->is_directory)
		return iw_backup_add_pass(backup, job->root, job->below,
					  strlen(job->below), !(flags & IW_BACKUP_AGAIN));
	if (job->result != -EAGAIN)
		return 0;
	if (job->tries + 1 - flags < IW_BACKUP_TRIES)
		return iw_backup_touch(backup, job->root, job->below, job->tries + 1);
	return tell_restless(job);
}
