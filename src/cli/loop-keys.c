/* SPDX-License-Identifier: MIT */
/*
 * Keys in the event loop, and being stopped and continued by a terminal or its shell.
 */
#include "cli/keys.h"
#include "cli/loop-private.h"

static void say_no_path(const struct iw_loop *loop)
{
	iw_say(loop->session->messages, IW_INFO,
	       "keys cannot run it: it is run for each path that changes");
}

/* The second time what does not end is killed. */
static void quit(struct iw_loop *loop)
{
	struct iw_run *run = iw_actions_run(loop->session->actions);

	if (loop->session->is_ending) {
		iw_run_kill(run, iw_loop_now_ns());
		return;
	}
	iw_session_end(loop->session, IW_STATUS_DONE);
}

static void take_key(struct iw_loop *loop, enum iw_key key)
{
	struct iw_run *run = iw_actions_run(loop->session->actions);

	if (key == IW_KEY_QUIT)
		quit(loop);
	else if (key != IW_KEY_RUN && key != IW_KEY_RESTART)
		return;
	else if (!iw_run_can_want(run))
		say_no_path(loop);
	else if (key == IW_KEY_RUN)
		iw_run_want(run);
	else
		iw_run_want_anew(run, iw_loop_now_ns());
}

static void on_input(uv_poll_t *handle, int status IW_UNUSED, int events IW_UNUSED)
{
	struct iw_loop *loop = handle->data;
	enum iw_key key = IW_KEY_NONE;

	/* Reading what another job is to read would take it away, or stop us. */
	if (!iw_keys_look(&loop->keys)) {
		uv_poll_stop(handle);
		return;
	}
	while ((key = iw_keys_read(&loop->keys)) != IW_KEY_NONE && key != IW_KEY_HANGUP)
		take_key(loop, key);
	if (key == IW_KEY_HANGUP) {
		/* SIGHUP follows, for those who hear it. */
		uv_poll_stop(handle);
		loop->are_keys_over = true;
	}
}

void iw_loop_look_keys(struct iw_loop *loop)
{
	if (loop->keys.fd < 0 || loop->keys.is_on || loop->are_keys_over ||
	    !iw_keys_look(&loop->keys))
		return;
	uv_poll_start(&loop->input, UV_READABLE, on_input);
	if (loop->are_keys_told ||
	    !iw_run_can_want(iw_actions_run(loop->session->actions)))
		return;
	loop->are_keys_told = true;
	iw_say(loop->session->messages, IW_INFO,
	       "keys: space runs it, r restarts it, q quits");
}

int iw_loop_add_keys(struct iw_loop *loop)
{
	loop->keys.fd = -1;
	if (!loop->session->actions)
		return 0;
	iw_keys_open(&loop->keys);
	if (loop->keys.fd < 0)
		return 0;
	int r = uv_poll_init(&loop->uv, &loop->input, loop->keys.fd);
	if (r < 0)
		return r;
	loop->input.data = loop;
	iw_loop_look_keys(loop);
	return 0;
}

/* ---- Being stopped ---- */

/* The command is a job of ours: who stops us means it as well. */
static void signal_commands(struct iw_loop *loop, int number)
{
	iw_run_signal(iw_actions_run(loop->session->actions), number);
}

void iw_loop_stop_here(struct iw_loop *loop, uv_signal_t *handle)
{
	const uv_signal_cb callback = handle->signal_cb;

	signal_commands(loop, SIGTSTP);
	if (loop->keys.fd >= 0)
		uv_poll_stop(&loop->input);
	iw_keys_give_back(&loop->keys);
	/* Without a handler it does what it does. */
	uv_signal_stop(handle);
	raise(SIGTSTP);
	/* Continued. */
	uv_signal_start(handle, callback, SIGTSTP);
	iw_loop_continue(loop);
}

void iw_loop_continue(struct iw_loop *loop)
{
	signal_commands(loop, SIGCONT);
	if (loop->keys.fd < 0)
		return;
	/* The shell may have changed the modes of whoever it has stopped. */
	loop->keys.is_on = false;
	uv_poll_stop(&loop->input);
	iw_loop_look_keys(loop);
}
