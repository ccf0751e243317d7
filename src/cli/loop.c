/* SPDX-License-Identifier: MIT */
#include "cli/loop.h"

#include <errno.h>
#include <signal.h>
#include <time.h>
#include <uv.h>

#include "cli/loop-private.h"
#include "cli/personality.h"
#include "cli/uvloop.h"

static const int64_t NS_PER_MS = 1000000;

/* Progress is shown when setting up takes longer than this, and as often. */
static const int64_t PROGRESS_NS = 250 * 1000000;

/* ---- What libuv calls ---- */

/*
 * libuv may run a timer that is due already first and then wait for descriptors as if
 * nothing had happened; being stopped, it does not wait.
 */
void iw_loop_wake(const uv_timer_t *timer)
{
	uv_stop(timer->loop);
}

static void on_deadline(uv_timer_t *timer)
{
	iw_loop_wake(timer);
}

static void on_reader(uv_poll_t *handle, int status IW_UNUSED, int events IW_UNUSED)
{
	struct iw_loop *loop = handle->data;

	if (iw_output_check(loop->session->output) < 0) {
		iw_session_fail_output(loop->session, -EPIPE);
		loop->session->is_abandoned = true;
	}
}

void iw_loop_start_timer(uv_timer_t *timer, uv_timer_cb callback, int64_t in_ns)
{
	/* Rounded up: a deadline is never seen too early. */
	const int64_t ms = in_ns <= 0 ? 0 : (in_ns + NS_PER_MS - 1) / NS_PER_MS;

	uv_update_time(timer->loop);
	uv_timer_start(timer, callback, (uint64_t)ms, 0);
}

/* Since when the time counts that is measured from readiness or from a record. */
static int64_t begun_ns(const struct iw_session *session)
{
	/* Until then nobody knows when that is. */
	if (session->options->dropin.is_timed_from_ready && !session->is_ready)
		return iw_loop_now_ns();
	return session->last_told_ns;
}

static void on_timeout(uv_timer_t *timer)
{
	struct iw_loop *loop = timer->data;
	const struct iw_session *session = loop->session;
	const struct iw_options *options = session->options;
	const int64_t left_ns =
		begun_ns(session) + options->timeout_ns - iw_loop_now_ns();

	/* Records only note their time; the timer catches up with the last of them. */
	if (left_ns > 0)
		iw_loop_start_timer(timer, on_timeout, left_ns);
	else
		iw_session_end(loop->session, IW_STATUS_TIMEOUT);
	iw_loop_wake(timer);
}

static void on_total(uv_timer_t *timer)
{
	struct iw_loop *loop = timer->data;
	const struct iw_session *session = loop->session;
	const struct iw_options *options = session->options;
	int64_t left_ns = 0;

	if (options->dropin.is_timed_from_ready)
		left_ns = begun_ns(session) + options->total_ns - iw_loop_now_ns();
	if (left_ns > 0)
		iw_loop_start_timer(timer, on_total, left_ns);
	else
		iw_session_end(loop->session, IW_STATUS_DONE);
	iw_loop_wake(timer);
}

static void on_every(uv_timer_t *timer)
{
	struct iw_loop *loop = timer->data;

	iw_report_stats(loop->session);
	iw_loop_wake(timer);
}

/* ---- Setting up and tearing down ---- */

static void add_timer(struct iw_loop *loop, uv_timer_t *timer)
{
	uv_timer_init(&loop->uv, timer);
	timer->data = loop;
}

/* Counted from the beginning: the first turn took its time. */
static void start_timers(struct iw_loop *loop)
{
	const struct iw_options *options = loop->session->options;
	const int64_t passed_ns = iw_loop_now_ns() - loop->begun_ns;

	if (options->timeout_ns)
		iw_loop_start_timer(&loop->timeout, on_timeout,
				    options->timeout_ns - passed_ns);
	if (options->stats.every_ns) {
		const int64_t every_ns = options->stats.every_ns;

		iw_loop_start_timer(&loop->every, on_every, every_ns - passed_ns);
		uv_timer_set_repeat(&loop->every,
				    (uint64_t)((every_ns + NS_PER_MS - 1) / NS_PER_MS));
	}
	if (options->total_ns)
		iw_loop_start_timer(&loop->total, on_total,
				    options->total_ns - passed_ns);
}

static int loop_init(struct iw_loop *loop)
{
	struct iw_session *session = loop->session;

	int r = iw_uvloop_init(&loop->uv);
	if (r < 0)
		return r;
	const int reader_fd = iw_output_fd(session->output);
	if (reader_fd < 0)
		return reader_fd;
	const struct iw_watcher_fds fds = iw_watcher_fds(session->watcher);
	loop->has_mounts = fds.mounts >= 0;
	iw_session_say_mounts_error(session);
	r = uv_poll_init(&loop->uv, &loop->queue, fds.queue);
	if (r == 0 && loop->has_mounts)
		r = uv_poll_init(&loop->uv, &loop->mounts, fds.mounts);
	if (r == 0)
		r = uv_poll_init(&loop->uv, &loop->reader, reader_fd);
	if (r == 0) {
		loop->reader.data = loop;
		uv_poll_start(&loop->reader, UV_READABLE, on_reader);
	}
	add_timer(loop, &loop->deadline);
	add_timer(loop, &loop->timeout);
	add_timer(loop, &loop->total);
	add_timer(loop, &loop->every);
	add_timer(loop, &loop->grace);
	start_timers(loop);
	add_timer(loop, &loop->action);
	iw_loop_add_signals(loop);
	return r == 0 ? iw_loop_add_keys(loop) : r;
}

static void loop_done(struct iw_loop *loop)
{
	iw_keys_give_back(&loop->keys);
	iw_uvloop_done(&loop->uv);
	iw_keys_close(&loop->keys);
}

/* ---- Running ---- */

static void show_progress(struct iw_loop *loop)
{
	struct iw_watcher_state state;

	if (loop->session->is_ready || iw_loop_now_ns() < loop->progress_ns)
		return;
	iw_watcher_get_state(loop->session->watcher, &state);
	iw_say_progress(loop->session->messages, "setting up: %zu watches, %zu to visit",
			state.watched, state.waiting);
	loop->progress_ns = iw_loop_now_ns() + PROGRESS_NS;
}

/* Lets the watcher work. Returns true if it has more to do at once. */
static bool work(struct iw_session *session)
{
	const int r = iw_watcher_turn(session->watcher);

	session->is_watcher_done |= r < 0;
	if (r < 0 && r != -ECANCELED && !session->is_ending) {
		iw_say(session->messages, IW_ERROR, "cannot go on: %s", strerror(-r));
		iw_session_end(session, IW_STATUS_ERROR);
	}
	return r > 0;
}

/* Half a move is told when it is certain that the other half does not come. */
static void await_half(struct iw_session *session)
{
	const int64_t longest_ns = 10 * NS_PER_MS;
	const int64_t deadline_ns = iw_watcher_deadline_ns(session->watcher);
	const int64_t wait_ns = deadline_ns - iw_loop_now_ns();

	if (deadline_ns < 0 || wait_ns > longest_ns || session->is_watcher_done)
		return;
	const struct timespec wait = {.tv_nsec = wait_ns > 0 ? wait_ns : 0};
	nanosleep(&wait, NULL);
	work(session);
}

/*
 * Whatever ends a count, what happened before is in it: what the kernel holds now is
 * read, and no more, so that nobody who goes on writing can hold it up.
 */
static void count_the_rest(struct iw_session *session)
{
	const size_t smallest_event = 16;
	struct iw_watcher_state state;

	if (!session->stats || !session->is_ending || session->are_stats_told ||
	    session->is_abandoned || session->is_watcher_done || !session->is_ready)
		return;
	iw_watcher_get_state(session->watcher, &state);
	const uint64_t last = state.events + state.queued_len / smallest_event;
	while (work(session) && iw_watcher_events(session->watcher) < last)
		;
	await_half(session);
}

/* False if what is read had no place to go to. */
static bool wants_source(const struct iw_session *session)
{
	return !session->is_ending && !iw_output_is_full(session->output) &&
	       !(session->actions && iw_run_is_full(iw_actions_run(session->actions)));
}

/* The same in the loop. */
static bool take_turn(struct iw_loop *loop)
{
	struct iw_session *session = loop->session;

	if (!wants_source(session))
		return false;
	const bool has_more = work(session);
	const int64_t deadline_ns = iw_watcher_deadline_ns(session->watcher);
	if (deadline_ns >= 0)
		iw_loop_start_timer(&loop->deadline, on_deadline,
				    deadline_ns - iw_loop_now_ns());
	else
		uv_timer_stop(&loop->deadline);
	return has_more;
}

static bool is_over(const struct iw_loop *loop)
{
	const struct iw_session *session = loop->session;

	return session->is_ending && iw_loop_is_idle(loop) &&
	       (session->is_abandoned || iw_output_waiting(session->output) == 0);
}

/* The first turn, after which most are ready. Returns true if there is more to do. */
static bool begin(struct iw_loop *loop)
{
	struct iw_session *session = loop->session;
	const struct iw_wording *wording = session->messages->wording;
	const char *setting_up = wording->setting_up(session->options);

	session->last_told_ns = loop->begun_ns;
	iw_say(session->messages, wording->is_talkative ? IW_INFO : IW_DETAIL, "%s",
	       setting_up);
	const bool has_more = work(session);
	if (iw_session_open_output(session) < 0)
		session->is_abandoned = true;
	iw_report_last_stats(session);
	if (!session->is_abandoned)
		iw_session_flush(session);
	iw_session_warn(session);
	/* On a terminal only whoever has to wait is told. */
	if (!session->is_ready && !session->is_ending && !session->options->verbose &&
	    !wording->is_talkative)
		iw_say(session->messages, IW_INFO, "%s", setting_up);
	return has_more;
}

static void go_on(struct iw_loop *loop, bool has_more)
{
	struct iw_session *session = loop->session;
	/* What is to be learned at the start may fill all there is room for. */
	bool is_due = has_more || session->actions;

	loop->progress_ns = loop->begun_ns + PROGRESS_NS;
	loop->look_ns = loop->begun_ns;
	loop->pace.bound_ns = session->options->latency_ns;
	for (;;) {
		iw_loop_ask_others(loop, wants_source(session), is_due);
		if (!has_more)
			loop->look_ns = iw_loop_now_ns();
		has_more = take_turn(loop);
		const bool has_work = iw_loop_act(loop, has_more);
		count_the_rest(session);
		iw_report_last_stats(session);
		iw_session_flush(session);
		if (is_over(loop))
			break;
		if (has_more)
			show_progress(loop);
		is_due = has_more || has_work || iw_loop_gather(loop);
	}
}

void iw_loop_run(struct iw_session *session, const sigset_t *mask)
{
	struct iw_loop loop = {
		.session = session, .begun_ns = iw_loop_now_ns(), .keys.fd = -1};
	const bool has_more = begin(&loop);

	if (is_over(&loop))
		return;
	signal(SIGPIPE, SIG_IGN);
	int r = loop_init(&loop);
	sigprocmask(SIG_SETMASK, mask, NULL);
	if (r < 0) {
		iw_uvloop_say_error(session->messages, r);
		iw_session_end(session, IW_STATUS_ERROR);
	} else {
		go_on(&loop, has_more);
	}
	loop_done(&loop);
}
