/* SPDX-License-Identifier: MIT */
/*
 * Commands in the event loop: when they may start, that they have ended, how they end
 * with the program.
 */
#include "cli/loop-private.h"

static void on_action(uv_timer_t *timer)
{
	iw_loop_wake(timer);
}

/* Whatever ended the session, the commands end with it. */
static void close_runs(struct iw_loop *loop, struct iw_run *run)
{
	int status;

	if (iw_run_is_finished(run, &status))
		iw_session_end(loop->session, status);
	if (!loop->session->is_ending || loop->is_closed)
		return;
	loop->is_closed = true;
	iw_run_close(run, 0, iw_loop_now_ns());
}

static int turn(struct iw_loop *loop, struct iw_run *run)
{
	int r = iw_run_turn(run, iw_loop_now_ns());

	close_runs(loop, run);
	/* What was stopped, or failed to start, may be gone already. */
	return r == 0 ? iw_run_turn(run, iw_loop_now_ns()) : r;
}

bool iw_loop_act(struct iw_loop *loop, bool has_more)
{
	struct iw_session *session = loop->session;

	if (!session->actions)
		return false;
	struct iw_run *run = iw_actions_run(session->actions);
	/* What changed while it ran is to be known before it is known to have ended. */
	const bool is_early =
		session->options->action.on_busy == IW_BUSY_IGNORE &&
		(has_more || (iw_run_is_learning(run) && iw_run_has_more(run)));
	if (loop->has_child_ended && !is_early) {
		loop->has_child_ended = false;
		iw_run_reap(run);
	}
	if (turn(loop, run) < 0 && !session->is_ending) {
		iw_say(session->messages, IW_ERROR, "cannot go on: out of memory");
		iw_session_end(session, IW_STATUS_ERROR);
		close_runs(loop, run);
	}
	iw_report_readiness(session);
	iw_loop_look_keys(loop);
	const int64_t deadline_ns = iw_run_deadline_ns(run);
	if (deadline_ns >= 0)
		iw_loop_start_timer(&loop->action, on_action,
				    deadline_ns - iw_loop_now_ns());
	else
		uv_timer_stop(&loop->action);
	return iw_run_has_more(run);
}

void iw_loop_pass_signal(struct iw_loop *loop, int number, bool is_first)
{
	if (!loop->session->actions)
		return;
	struct iw_run *run = iw_actions_run(loop->session->actions);
	loop->is_closed = true;
	if (is_first)
		iw_run_close(run, number, iw_loop_now_ns());
	else
		iw_run_kill(run, iw_loop_now_ns());
}

bool iw_loop_is_idle(const struct iw_loop *loop)
{
	return !loop->session->actions ||
	       iw_run_is_idle(iw_actions_run(loop->session->actions));
}
