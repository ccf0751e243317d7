/* SPDX-License-Identifier: MIT */
/*
 * What the rooms of --backup share: one backup, its paths, jobs and counters.
 * The backup owns all but options and messages.
 * Nothing outside of src/cli/backup*.c includes it; only iw_put() and iw_put_group() run
 * in other threads.
 */
#ifndef IW_CLI_BACKUP_PRIVATE_H
#define IW_CLI_BACKUP_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/buffer.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "core/filter.h"
#include "core/settle.h"
#include "sink/output.h"
#include "sink/store/compare.h"
#include "sink/store/put.h"
#include "sink/store/store.h"
#include "source/watcher.h"

enum {
	IW_BACKUP_THREADS = 4,   /* groups of jobs at the same time */
	IW_BACKUP_GROUP = 256,   /* jobs in a group */
	IW_BACKUP_QUEUED = 1024, /* comparing pauses while so many wait */
	IW_BACKUP_TRIES = 10,    /* of a file that changes while it is copied */

	/* Beside the number of tries: a directory that was here went, with all below it.
	 * If there is one again, it has something else in it. */
	IW_BACKUP_AGAIN = 1 << 17,

	/* A directory that is new to the watcher: what was put before it was watched may
	 * have gone before, too. */
	IW_BACKUP_NEW = 1 << 16,
	IW_BACKUP_FLAGS = IW_BACKUP_AGAIN | IW_BACKUP_NEW,
};

/* A PATH. */
struct iw_backup_root {
	char *path; /* as it was given */
	struct iw_buffer absolute;
};

/* Something to be compared, in the order of the list. */
struct iw_backup_pass {
	struct iw_backup_pass *next;
	size_t root;
	bool is_flat; /* what is directly below */
	char below[];
};

struct iw_backup_job;
struct iw_backup_group;

struct iw_backup_jobs {
	struct iw_backup_job *first; /* that wait */
	struct iw_backup_job *last;
	size_t waiting;
	uint64_t waiting_len; /* bytes */
	struct iw_backup_group *running[IW_BACKUP_THREADS];
	size_t running_count;
	size_t at_work; /* jobs in them */
};

/* What SIGUSR1 and the progress line show. */
struct iw_backup_counts {
	uint64_t stored;
	uint64_t stored_len;
	uint64_t deleted;
	uint64_t skipped;
	uint64_t failed;
	uint64_t compared;  /* jobs that are done */
	int64_t success_ns; /* since 1970, of the last line that was no failure; 0: none
			     */
};

struct iw_backup {
	const struct iw_options *options;
	struct iw_messages *messages;
	struct iw_filter *filter;
	struct iw_store *store;
	struct iw_output *output;
	int outfile_fd;             /* where it writes, or -1: standard output */
	int daemon_fd;              /* the waiting parent of --daemon, or -1 */
	struct iw_watcher *watcher; /* NULL with --once */
	struct iw_settle *settle;
	struct iw_backup_root *roots;
	size_t roots_len;
	struct iw_backup_pass *passes;
	struct iw_compare *compare; /* the first of the passes, begun */
	struct iw_backup_jobs jobs;
	struct iw_backup_counts counts;
	struct iw_buffer key; /* scratch */

	uv_loop_t uv;
	uv_poll_t queue; /* of the watcher */
	uv_poll_t mounts;
	uv_poll_t reader;
	uv_timer_t deadline; /* whatever is due first */
	uv_timer_t total;
	uv_timer_t progress;
	uv_signal_t signals[5];
	bool is_terminal; /* names are made harmless */
	bool is_watching; /* the watcher's descriptors are polled */
	bool is_ready;
	bool is_told_ready; /* to the supervisor, after the first comparison */
	bool is_full;       /* nothing is stored until there may be room again */
	bool is_ending;
	bool is_abandoned;
	int64_t begun_ns;
	int64_t full_until_ns;
	int status;
	int signal;
};

static inline int64_t iw_backup_now_ns(void)
{
	return (int64_t)uv_hrtime();
}

/* Ends with this status; the first call wins. */
void iw_backup_end(struct iw_backup *backup, int status);

/* Ends because there is no memory. */
void iw_backup_fail(struct iw_backup *backup, int error);

/* ---- backup-open.c ---- */

/*
 * Opens all that is needed. Returns 0, or -errno after a message was said;
 * iw_backup_close() is due in any case.
 */
IW_MUST_CHECK int iw_backup_open(struct iw_backup *backup);
void iw_backup_close(struct iw_backup *backup);

/* ---- backup-output.c ---- */

/* Opens what the lines are written to. Returns 0, or -errno after a message was said,
 * with backup->status set. */
IW_MUST_CHECK int iw_backup_open_output(struct iw_backup *backup);

/* What is written is no change of what is watched. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_backup_spare_output(struct iw_backup *backup);

/* Opens --outfile again (log rotation); a failure is said, and the old one goes on. */
void iw_backup_reopen_output(struct iw_backup *backup);

/* Says why output failed (a negative errno), and ends. */
void iw_backup_fail_output(struct iw_backup *backup, int error);

/* ---- backup-jobs.c ---- */

/*
 * Has a path put as soon as a thread is free. tries: how often it was tried, and whether
 * IW_BACKUP_AGAIN or IW_BACKUP_NEW.
 */
IW_MUST_CHECK int iw_backup_add_job(struct iw_backup *backup, size_t root,
				    const struct iw_difference *difference,
				    unsigned tries);

/* Has it put when it has rested. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_backup_touch(struct iw_backup *backup, size_t root,
				  const char *below, unsigned tries);

/*
 * Has what is being put now looked at once more: what it found may have gone, and the
 * event about that been lost. Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_backup_touch_running(struct iw_backup *backup);

/* Gives jobs to threads that are free. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_backup_start_jobs(struct iw_backup *backup);

void iw_backup_drop_jobs(struct iw_backup *backup);

/* ---- backup-lines.c ---- */

/* Counts what became of a path, and writes the line about it. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_backup_tell(struct iw_backup *backup, size_t root,
				 const struct iw_put_line *line);

/* What SIGUSR1 asks for. */
void iw_backup_say_state(struct iw_backup *backup);

/* ---- backup-pass.c ---- */

/*
 * Has a PATH, or something below it, compared with the store; is_flat: no deeper than
 * what is directly below. Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_backup_add_pass(struct iw_backup *backup, size_t root,
				     const char *below, size_t len, bool is_flat);

/* Compares a little. Returns 1 if there is more to compare at once, 0 or -errno. */
IW_MUST_CHECK int iw_backup_compare(struct iw_backup *backup);

void iw_backup_drop_passes(struct iw_backup *backup);

/* Says how far it has come, on a terminal. */
void iw_backup_say_progress(struct iw_backup *backup);

/* ---- backup-watch.c ---- */

/* Makes the watcher. Returns 0, or -errno after a message was said. */
IW_MUST_CHECK int iw_backup_watch(struct iw_backup *backup);

/* Reads what is queued. Returns 1 if there is more, 0, or -errno. */
IW_MUST_CHECK int iw_backup_read_events(struct iw_backup *backup);

#endif
