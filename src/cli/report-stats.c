/* SPDX-License-Identifier: MIT */
/*
 * When what was counted is told: at the end, at SIGUSR1, and again and again.
 */
#include <errno.h>

#include "cli/session.h"

static int append_stats(struct iw_session *session)
{
	int r = iw_session_open_output(session);

	if (r < 0)
		return r;
	r = iw_stats_report(session->stats, session->style.escape,
			    iw_output_buffer(session->output));
	/* Only the table of inotifywatch is empty. */
	if (r == 0)
		iw_say(session->messages, IW_ERROR, "No events occurred.");
	if (r >= 0)
		return 0;
	iw_say(session->messages, IW_ERROR, "cannot go on: %s", strerror(-r));
	iw_session_end(session, IW_STATUS_ERROR);
	return r;
}

void iw_report_stats(struct iw_session *session)
{
	/* A reader that does not come along gets less often what it can hold. */
	if (session->is_ending || (session->output && iw_output_is_full(session->output)))
		return;
	int r = append_stats(session);
	/* More may follow. */
	if (r == 0 && session->options->stats.by == IW_BY_WATCH)
		r = iw_buffer_append_char(iw_output_buffer(session->output), '\n');
	if (r == 0)
		iw_session_flush(session);
}

void iw_report_last_stats(struct iw_session *session)
{
	if (!session->stats || !session->is_ending || session->is_abandoned ||
	    session->are_stats_told)
		return;
	session->are_stats_told = true;
	/* What cannot go on has said so, and most often counted nothing. */
	if (session->status != IW_STATUS_ERROR)
		append_stats(session);
}
