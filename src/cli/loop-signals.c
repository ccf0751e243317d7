/* SPDX-License-Identifier: MIT */
/*
 * The signals that the program hears.
 */
#include <signal.h>

#include "cli/loop-private.h"
#include "cli/loop.h"
#include "cli/personality.h"

/* How long a stalled reader may delay the end after a signal. */
static const int64_t GRACE_NS = 1000 * INT64_C(1000000);

static const struct {
	int number;
	bool is_of_actions; /* heard only if commands are run */
} heard[] = {
	{SIGINT, false},  {SIGTERM, false}, {SIGHUP, false},
	{SIGUSR1, false}, {SIGUSR2, false}, {SIGQUIT, true},
	{SIGCHLD, true},  {SIGTSTP, true},  {SIGCONT, true},
};

static void on_grace(uv_timer_t *timer)
{
	struct iw_loop *loop = timer->data;

	loop->session->is_abandoned = true;
	iw_loop_wake(timer);
}

static void on_end(struct iw_loop *loop, int number)
{
	struct iw_session *session = loop->session;
	const struct iw_personality *personality = session->options->personality;
	const bool is_first = !loop->is_signalled;
	/* Before all is watched there is nothing to show. */
	const bool is_early = personality->are_signals_usual && !session->is_ready &&
			      !session->is_ending;

	session->is_abandoned = !is_first || is_early; /* the second time: at once */
	loop->is_signalled = true;
	if (!personality->are_signals_usual || is_early)
		session->signal = number;
	iw_session_end(session, IW_STATUS_DONE);
	iw_loop_start_timer(&loop->grace, on_grace, GRACE_NS);
	iw_loop_pass_signal(loop, number, is_first);
}

/* True if a signal that would end the program does not, because it has just begun. Only
 * people can be asked whether they are sure. */
static bool is_put_off(struct iw_session *session, int number)
{
	const struct iw_personality *personality = session->options->personality;

	return number == SIGINT && personality->put_off && !session->is_ready &&
	       !session->is_ending && personality->put_off(session);
}

/* What a signal asks for, if it does not ask for the end. */
static bool obey(struct iw_loop *loop, int number)
{
	struct iw_session *session = loop->session;

	if (session->options->personality->is_ended_by_signals)
		return false;
	if (number == SIGUSR1 && session->stats)
		iw_report_stats(session);
	else if (number == SIGUSR1)
		iw_session_say_state(session);
	else if (number == SIGUSR2 && iw_watcher_retry(session->watcher) < 0)
		iw_session_end(session, IW_STATUS_ERROR);
	else if (number == SIGHUP && session->outfile_fd >= 0)
		iw_session_reopen(session);
	else
		return number == SIGUSR2;
	return true;
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct iw_loop *loop = handle->data;

	if (number == SIGCHLD)
		loop->has_child_ended = true;
	else if (number == SIGTSTP)
		iw_loop_stop_here(loop, handle);
	else if (number == SIGCONT)
		iw_loop_continue(loop);
	else if (!obey(loop, number) && !is_put_off(loop->session, number))
		on_end(loop, number);
}

static bool is_ignored(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/* Although it may have been ignored at the start. */
static bool is_heard_anyway(const struct iw_loop *loop, int number)
{
	const struct iw_options *options = loop->session->options;

	if (number == SIGINT || number == SIGTERM)
		return options->personality->are_signals_usual;
	return number == SIGCHLD;
}

void iw_loop_add_signals(struct iw_loop *loop)
{
	for (size_t i = 0; i < IW_ARRAY_LEN(heard); i++) {
		uv_signal_t *handle = &loop->signals[loop->signals_len];

		if (heard[i].is_of_actions && !loop->session->actions)
			continue;
		/* nohup and background jobs ask not to be disturbed. */
		if (!is_heard_anyway(loop, heard[i].number) &&
		    is_ignored(heard[i].number))
			continue;
		uv_signal_init(&loop->uv, handle);
		handle->data = loop;
		uv_signal_start(handle, on_signal, heard[i].number);
		loop->signals_len++;
	}
}

void iw_loop_heard_signals(sigset_t *ret_signals)
{
	sigemptyset(ret_signals);
	sigaddset(ret_signals, SIGPIPE);
	for (size_t i = 0; i < IW_ARRAY_LEN(heard); i++)
		sigaddset(ret_signals, heard[i].number);
}

void iw_loop_hold_signals(struct iw_session *session, sigset_t *ret_mask)
{
	sigset_t held;

	iw_loop_heard_signals(&held);
	if (!session->actions) {
		for (size_t i = 0; i < IW_ARRAY_LEN(heard); i++) {
			if (heard[i].is_of_actions)
				sigdelset(&held, heard[i].number);
		}
	}
	sigprocmask(SIG_BLOCK, &held, ret_mask);
	session->messages->is_pipe_safe = true;
}
