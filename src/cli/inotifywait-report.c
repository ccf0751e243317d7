/* SPDX-License-Identifier: MIT */
#include "cli/inotifywait-report.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>

#include "cli/session.h"

static bool is_of_root(const struct iw_record *record)
{
	size_t below_len;

	iw_path_below_root(&record->path, &below_len);
	return below_len == 0;
}

/* Something else than what was asked for has happened. */
static int end_unasked(struct iw_session *session)
{
	if (!session->options->dropin.is_one_shot)
		return 0;
	return iw_session_end_by_record(session, IW_STATUS_ERROR);
}

/* What a PATH named is there no more; the kernel says so of its watch. */
static int report_gone(struct iw_session *session, const struct iw_record *record)
{
	struct iw_record ignored = *record;

	if (!(session->options->mask & IN_IGNORED))
		return end_unasked(session);
	ignored.event = IW_DELETE_SELF;
	ignored.mask = IN_IGNORED;
	return iw_report_print(session, &ignored);
}

static void say_lost(struct iw_messages *messages, const struct iw_record *record)
{
	const int len = (int)record->path.root_len;
	const char *path = record->path.bytes;

	if (record->error != ENOSPC) {
		iw_say(messages, IW_ERROR, "Couldn't watch %.*s: %s", len, path,
		       strerror(record->error));
		return;
	}
	iw_say(messages, IW_ERROR,
	       "Failed to watch %.*s; upper limit on inotify watches reached!", len,
	       path);
	iw_say(messages, IW_ERROR,
	       "Please increase the amount of inotify watches allowed per user via "
	       "`/proc/sys/fs/inotify/max_user_watches'.");
}

/* True for a directory of a tree that may not be watched, or has gone meanwhile. */
static bool is_passed_over(const struct iw_record *record)
{
	return !is_of_root(record) && (record->error == EACCES ||
				       record->error == ENOENT || record->error == ELOOP);
}

static int report_lost(struct iw_session *session, const struct iw_record *record)
{
	const bool is_gone = record->error == ENOENT || record->error == ENOTDIR;

	if (session->is_ready && is_of_root(record) && is_gone)
		return report_gone(session, record);
	if (is_passed_over(record))
		return 0;
	if (session->is_ready) {
		iw_say(session->messages, IW_ERROR,
		       "Couldn't watch new directory %.*s: %s", (int)record->path.len,
		       record->path.bytes, strerror(record->error));
		return 0;
	}
	/* The first that cannot be watched is the end. */
	say_lost(session->messages, record);
	iw_session_end(session, IW_STATUS_ERROR);
	return -ECANCELED;
}

static int report_overflow(struct iw_session *session, const struct iw_record *record)
{
	session->has_overflowed = true;
	iw_say(session->messages, IW_WARNING,
	       "The kernel's queue overflowed and events were lost; what is there is "
	       "told as CREATE.");
	if (!(session->options->mask & IN_Q_OVERFLOW))
		return end_unasked(session);
	int r = iw_report_print(session, record);
	if (r < 0 || !session->options->dropin.is_one_shot)
		return r;
	return iw_session_end_by_record(session, IW_STATUS_DONE);
}

/* Another file has its name, or another file system is mounted there. */
static int report_resync(struct iw_session *session, const struct iw_record *record)
{
	const struct iw_path *path = &record->path;
	const bool is_file = path->len && path->bytes[path->len - 1] != '/';

	/* After an overflow all is listed anew, and nothing else has gone. */
	if (!session->is_ready || session->has_overflowed || !is_of_root(record))
		return 0;
	/* Directories are listed anew for other reasons, too. */
	return is_file || session->options->dropin.is_one_shot
		       ? report_gone(session, record)
		       : 0;
}

static int report_ready(struct iw_session *session, const struct iw_record *record)
{
	int r = iw_report_ready(session, record);

	return r == 0 && session->is_due
		       ? iw_session_end_by_record(session, session->due_status)
		       : r;
}

int iw_inotifywait_report(struct iw_session *session, const struct iw_record *record)
{
	const bool is_of_setup = record->event == IW_READY || record->event == IW_LOST;

	if (session->is_due && !is_of_setup)
		return 0;
	switch (record->event) {
	case IW_READY:
		return report_ready(session, record);
	case IW_LOST:
		return report_lost(session, record);
	case IW_OVERFLOW:
		return report_overflow(session, record);
	case IW_RESYNC:
		return report_resync(session, record);
	case IW_SYNCED:
		session->has_overflowed = false;
		return 0;
	case IW_UNMOUNT:
		if (!(session->options->mask & IN_UNMOUNT))
			return end_unasked(session);
		return iw_report_print(session, record);
	default:
		return iw_report_print(session, record);
	}
}

void iw_inotifywait_watched(void *context, const char *path, size_t len)
{
	const struct iw_session *session = context;

	/* The original watches none when it ends with the first event. */
	if (!session->options->dropin.is_one_shot)
		iw_say(session->messages, IW_INFO, "Watching new directory %.*s",
		       (int)len, path);
}
