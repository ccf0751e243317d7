/* SPDX-License-Identifier: MIT */
/*
 * A path that is to be put, and what is known of it when it was.
 * Whoever has a job in hand owns it: the queue, a group, or who finishes it.
 * Nothing outside of src/cli/backup-jobs.c and backup-told.c includes it.
 */
#ifndef IW_CLI_BACKUP_JOB_H
#define IW_CLI_BACKUP_JOB_H

#include "cli/backup-private.h"

/* A line that is told when the job is over. */
struct iw_backup_told {
	struct iw_backup_told *next;
	struct iw_put_line line;
	char absolute[];
};

struct iw_backup_job {
	struct iw_backup *backup;
	struct iw_backup_job *next;
	size_t root;
	uint64_t len;
	unsigned tries; /* or IW_BACKUP_FLAGS */
	int result;
	bool is_alone;     /* it cannot be put in a group */
	bool is_directory; /* with IW_BACKUP_FLAGS: when it was put */
	struct iw_backup_told *first_told;
	struct iw_backup_told *last_told;
	struct iw_buffer absolute;
	char below[];
};

void iw_backup_free_job(struct iw_backup_job *job);

/* ---- backup-told.c ---- */

/* Keeps a line until the job, which is the context, is over; for any thread. */
void iw_backup_keep_line(void *context, const struct iw_put_line *line);

/* Tells what became of a job that is over, and what follows from it. Returns 0 or
 * -ENOMEM. */
IW_MUST_CHECK int iw_backup_finish(struct iw_backup *backup, struct iw_backup_job *job);

#endif
