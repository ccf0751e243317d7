/* SPDX-License-Identifier: MIT */
/*
 * One run of inowatch: what was asked for, the watcher, the output, and how it will end.
 * The session owns all of it; the options and messages are main's and outlive it.
 * It never waits: cli/loop does, and calls in here when there is something to do.
 */
#ifndef IW_CLI_SESSION_H
#define IW_CLI_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "cli/actions.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "cli/stats.h"
#include "cli/timefmt.h"
#include "core/filter.h"
#include "sink/output.h"
#include "sink/print.h"
#include "source/watcher.h"

/* The exit statuses; ARCHITECTURE.md and inowatch(1) list them too. */
enum iw_status {
	IW_STATUS_DONE = 0,
	IW_STATUS_ERROR = 1,
	IW_STATUS_TIMEOUT = 2,
	IW_STATUS_STRICT = 3,
	IW_STATUS_OUTPUT = 4,
	IW_STATUS_INCOMPLETE = 5, /* something was not stored, restored or verified */
};

struct iw_session {
	const struct iw_options *options;
	struct iw_messages *messages;
	struct iw_filter *filter;
	struct iw_watcher *watcher;
	struct iw_print *print;
	struct iw_output *output;   /* NULL until something is to be written */
	struct iw_actions *actions; /* NULL: nothing is run */
	struct iw_stats *stats;     /* NULL: nothing is counted */
	struct iw_style style;      /* of the output, once it is open */
	struct iw_timefmt timefmt;
	int outfile_fd; /* of --outfile, or -1 */
	int daemon_fd;  /* the waiting parent of --daemon, or -1 */
	int null_fd; /* where the output of an action that prints nothing goes, or -1 */

	uint64_t told;           /* records that -n counts */
	int64_t last_told_ns;    /* CLOCK_MONOTONIC; for --timeout */
	struct iw_buffer remedy; /* what to do about the last errno of a lost path */
	int remedied;            /* that errno; 0: none yet */
	uint64_t remedies_said;  /* a bit for each errno whose remedy stderr has shown */
	bool has_overflowed;     /* since the stream was last in sync */
	bool is_resync_said;     /* the same */
	bool prints;             /* records are written, by the options */
	bool is_ready;
	bool is_announced; /* and that was said, once all is known */
	bool is_ending;
	bool is_watcher_done; /* it has failed, or was ended by what it told */
	bool is_put_off;      /* a signal did not end it yet */
	bool is_due;          /* it ends, with due_status, once all is watched */
	bool are_stats_told;  /* for the last time */
	bool is_abandoned;    /* what still waits to be written is given up */
	int status;
	int due_status;
	int signal; /* that ended it; 0: none */
};

/*
 * Opens what is needed to watch. Returns 0; -errno after a message was said, with
 * session->status set; iw_session_done() is due in any case.
 */
IW_MUST_CHECK int iw_session_init(struct iw_session *session,
				  const struct iw_options *options,
				  struct iw_messages *messages);
void iw_session_done(struct iw_session *session);

/*
 * Opens the output, unless it is open: for the first record, or when all else is done.
 * Returns 0, or -errno after a message was said, and the session ends.
 */
IW_MUST_CHECK int iw_session_open_output(struct iw_session *session);

/* Says what of the PATHs' file systems is not seen. */
void iw_session_warn(struct iw_session *session);

/* Says it if mounts are not followed. */
void iw_session_say_mounts_error(const struct iw_session *session);

/* Ends the session with this status; the first call wins. */
void iw_session_end(struct iw_session *session, int status);

/*
 * The same for what a record says; where nothing is told before all is watched, not
 * before that. Returns -ECANCELED if it has ended, 0 if not.
 */
IW_MUST_CHECK int iw_session_end_by_record(struct iw_session *session, int status);

/* Says why output failed (a negative errno) and ends the session. */
void iw_session_fail_output(struct iw_session *session, int error);

/* Writes what can be written now; a failure is said, and ends the session. */
void iw_session_flush(struct iw_session *session);

/* Opens --outfile again (log rotation); a failure is said, and the old one goes on. */
void iw_session_reopen(struct iw_session *session);

/* Says what SIGUSR1 asks for. */
void iw_session_say_state(struct iw_session *session);

/*
 * What becomes of records, for personalities. The first writes one if it is to be seen,
 * counts it, and may end the session: -ECANCELED then. The second does what is due when
 * all is watched.
 */
IW_MUST_CHECK int iw_report_print(struct iw_session *session,
				  const struct iw_record *record);
IW_MUST_CHECK int iw_report_ready(struct iw_session *session,
				  const struct iw_record *record);

/* Says that all is watched, unless that was said or more is to be known before. */
void iw_report_readiness(struct iw_session *session);

/* Writes what was counted so far, unless the reader is too slow. */
void iw_report_stats(struct iw_session *session);

/* Appends what was counted, if anything is and the session ends; once. */
void iw_report_last_stats(struct iw_session *session);

/* Gets each record of the watcher; context is the session. In cli/report. */
int iw_report_record(void *context, const struct iw_record *record);

/* Says that the way to a PATH is not watched whole; context is the session. */
void iw_report_unanchored(void *context, const char *path, size_t len, int error);

/* Says that a mount turned read-only or writable; context is the session. */
void iw_report_remount(void *context, const char *mount_point, bool is_read_only);

#endif
