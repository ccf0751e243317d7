/* SPDX-License-Identifier: MIT */
/*
 * What becomes of a record: bytes for the output, a line for people, a reason to end.
 */
#include <errno.h>
#include <inttypes.h>
#include <time.h>

#include "cli/daemon.h"
#include "cli/notify.h"
#include "cli/personality.h"
#include "cli/remedy.h"
#include "cli/session.h"

static int64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* What was asked for at the start, but for another reason than to be told. */
static bool is_hidden(const struct iw_session *session, const struct iw_record *record)
{
	return (record->event == IW_FOUND || record->event == IW_RESYNC ||
		record->event == IW_SYNCED) &&
	       !session->is_ready && session->options->action.is_compared &&
	       !session->options->is_listed;
}

static int print(struct iw_session *session, const struct iw_record *record)
{
	int r = session->output ? 0 : iw_session_open_output(session);

	return r
		       ?: iw_print_append(session->print, record,
					  iw_output_buffer(session->output));
}

int iw_report_print(struct iw_session *session, const struct iw_record *record)
{
	bool is_told = !iw_event_is_control(record->event);

	if (session->stats) {
		const int r = iw_stats_take(session->stats, record);

		if (r < 0)
			return r;
		is_told = r;
	}
	if (session->prints && iw_print_tells(session->print, record->event) &&
	    !is_hidden(session, record)) {
		const int r = print(session, record);

		if (r < 0)
			return r;
	}
	if (!is_told)
		return 0;
	session->told++;
	if (session->options->timeout_ns)
		session->last_told_ns = monotonic_ns();
	/* With an action, -n counts runs. */
	if (session->told != session->options->count || session->actions)
		return 0;
	return iw_session_end_by_record(session, IW_STATUS_DONE);
}

/* Leaves the advice about an errno, or nothing, in session->remedy. */
static int find_remedy(struct iw_session *session, int error)
{
	if (session->remedied == error)
		return 0;
	iw_buffer_clear(&session->remedy);
	session->remedied = 0;
	int r = iw_remedy_append(&session->remedy, error);
	if (r == 0)
		r = iw_buffer_terminate(&session->remedy);
	if (r == 0)
		session->remedied = error;
	return r;
}

/* The first time only: what is so long is not to be read a thousand times. */
static bool is_remedy_said(struct iw_session *session, int error)
{
	const uint64_t bit = error > 0 && error < 64 ? UINT64_C(1) << error : 0;
	const bool is_said = session->remedies_said & bit;

	session->remedies_said |= bit;
	return is_said;
}

/* A lost path: the remedy is in each record, and once for each reason on stderr. */
static int report_lost(struct iw_session *session, const struct iw_record *record)
{
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;
	struct iw_record advised = *record;

	int r = iw_path_append_plain(&path, &record->path);
	if (r == 0)
		r = iw_buffer_terminate(&path);
	if (r == 0)
		r = find_remedy(session, record->error);
	if (r < 0)
		return r;
	const bool is_advised = session->remedy.len > 0;
	const bool is_short = !is_advised || is_remedy_said(session, record->error);
	iw_say(session->messages, IW_ERROR, "cannot watch %s: %s%s%s", path.data,
	       strerror(record->error), is_short ? "" : "; ",
	       is_short ? "" : session->remedy.data);
	if (is_advised)
		advised.message = session->remedy.data;
	r = iw_report_print(session, &advised);
	if (r == 0 && session->options->is_strict) {
		iw_session_end(session, IW_STATUS_STRICT);
		return -ECANCELED;
	}
	return r;
}

int iw_report_ready(struct iw_session *session, const struct iw_record *record)
{
	iw_end_progress(session->messages);
	if (!iw_watcher_has_any(session->watcher)) {
		iw_say(session->messages, IW_ERROR, "nothing could be watched");
		iw_session_end(session, IW_STATUS_ERROR);
		return -ECANCELED;
	}
	session->is_ready = true;
	session->last_told_ns = monotonic_ns();
	int r = iw_report_print(session, record);
	if (r == 0)
		iw_report_readiness(session);
	return r == 0 && session->is_ending ? -ECANCELED : r;
}

void iw_report_readiness(struct iw_session *session)
{
	if (!session->is_ready || session->is_announced || session->is_ending)
		return;
	if (session->actions && iw_run_is_learning(iw_actions_run(session->actions)))
		return;
	session->is_announced = true;
	if (session->options->ready_fd >= 0) {
		const int fd = session->options->ready_fd;

		if (write(fd, "\n", 1) != 1)
			iw_say(session->messages, IW_WARNING,
			       "cannot write to --ready-fd %d: %s", fd, strerror(errno));
		if (fd > STDERR_FILENO)
			close(fd);
	}
	iw_notify(session->messages, "READY=1\nSTATUS=Watching");
	iw_say(session->messages, IW_INFO, "%s", session->messages->wording->established);
	if (session->options->dropin.ready_error) {
		iw_say(session->messages, IW_ERROR, "%s",
		       session->options->dropin.ready_error);
		session->is_abandoned = true;
		iw_session_end(session, IW_STATUS_ERROR);
		return;
	}
	iw_daemon_release_parent(&session->daemon_fd, session->messages);
	if (session->actions)
		iw_actions_open(session->actions);
}

/* The PATH itself, or what is mounted below it, is a directory. */
static bool is_of_dir(const struct iw_record *record)
{
	const struct iw_path *path = &record->path;

	return path->len && path->bytes[path->len - 1] == '/';
}

/*
 * People are to know that something was lost; not that an editor has saved by rename the
 * one file that is watched, nor what a command is run for anyway.
 */
static int say_resync(struct iw_session *session, const struct iw_record *record)
{
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;
	const bool is_news =
		session->has_overflowed || (!session->actions && is_of_dir(record));

	if (!session->is_ready)
		return 0;
	if (iw_path_append_plain(&path, &record->path) < 0 ||
	    iw_buffer_terminate(&path) < 0)
		return -ENOMEM;
	session->is_resync_said |= is_news;
	iw_say(session->messages, is_news ? IW_WARNING : IW_DETAIL, "listing %s anew",
	       path.data);
	return 0;
}

static int say_control(struct iw_session *session, const struct iw_record *record)
{
	if (record->event == IW_RESYNC)
		return say_resync(session, record);
	if (record->event == IW_OVERFLOW) {
		session->has_overflowed = true;
		iw_say(session->messages, IW_WARNING,
		       "the kernel's queue overflowed and events were lost; listing "
		       "again");
	}
	if (record->event == IW_SYNCED) {
		const bool is_news = session->has_overflowed || session->is_resync_said;

		iw_say(session->messages, is_news ? IW_WARNING : IW_DETAIL,
		       "listed again; what is told from here on is whole");
		session->has_overflowed = false;
		session->is_resync_said = false;
	}
	return 0;
}

static int act_on_resync(struct iw_session *session, const struct iw_record *record)
{
	if (record->event != IW_RESYNC || !session->is_ready || !is_of_dir(record) ||
	    !iw_filter_shows(session->filter, &record->path, true))
		return 0;
	return iw_actions_take_resync(session->actions, record, session->has_overflowed,
				      monotonic_ns());
}

static int act(struct iw_session *session, const struct iw_record *record)
{
	if (!session->actions)
		return 0;
	int r = iw_actions_take(session->actions, record, monotonic_ns());
	return r == 0 ? act_on_resync(session, record) : r;
}

int iw_report_record(void *context, const struct iw_record *record)
{
	struct iw_session *session = context;

	if (session->options->personality->report)
		return session->options->personality->report(session, record);
	int r = act(session, record);
	if (r < 0)
		return r;
	if (!iw_event_is_control(record->event))
		return iw_report_print(session, record);
	if (record->event == IW_LOST)
		return report_lost(session, record);
	if (record->event == IW_READY)
		return iw_report_ready(session, record);
	r = say_control(session, record);
	return r < 0 ? r : iw_report_print(session, record);
}

void iw_report_remount(void *context, const char *mount_point, bool is_read_only)
{
	struct iw_session *session = context;

	iw_say(session->messages, IW_WARNING, "%s is mounted %s now", mount_point,
	       is_read_only ? "read-only" : "writable");
}

void iw_report_unanchored(void *context, const char *path, size_t len, int error)
{
	struct iw_session *session = context;

	if (find_remedy(session, error) < 0)
		return;
	const bool is_short = session->remedy.len == 0 || is_remedy_said(session, error);
	/* Programs that follow inodes never notice it. */
	iw_say(session->messages,
	       session->messages->wording->is_talkative ? IW_DETAIL : IW_WARNING,
	       "the directories on the way to %.*s cannot all be watched, and if one is "
	       "renamed or replaced, that is not noticed: %s%s%s",
	       (int)len, path, strerror(error), is_short ? "" : "; ",
	       is_short ? "" : session->remedy.data);
}
