/* SPDX-License-Identifier: MIT */
/*
 * When the loop waits, and for what: for the watcher's descriptors and whoever else is in
 * it, or, while events keep coming, for a moment only.
 */
#include <time.h>

#include "cli/loop-private.h"
#include "source/limits.h"

/* While events keep coming, whoever else is in the loop is asked as often. */
static const int64_t OTHERS_NS = 10 * 1000000;

static void on_source(uv_poll_t *handle IW_UNUSED, int status IW_UNUSED,
		      int events IW_UNUSED)
{
	/* Waking up is all: the turn that follows reads. */
}

/*
 * A full buffer leaves the events in the kernel, which tells if it drops some. Returns
 * true if a turn is due before waiting (iw_watcher_fd() says why).
 */
static bool poll_source(struct iw_loop *loop, bool is_wanted)
{
	if (loop->is_source_polled == is_wanted)
		return false;
	loop->is_source_polled = is_wanted;
	if (is_wanted)
		uv_poll_start(&loop->queue, UV_READABLE, on_source);
	else
		uv_poll_stop(&loop->queue);
	if (is_wanted && loop->has_mounts)
		uv_poll_start(&loop->mounts, UV_PRIORITIZED, on_source);
	else if (loop->has_mounts)
		uv_poll_stop(&loop->mounts);
	return is_wanted;
}

void iw_loop_ask_others(struct iw_loop *loop, bool is_wanted, bool is_due)
{
	const bool is_new = poll_source(loop, is_wanted);
	const bool is_series = loop->is_series && !is_new;

	/* Of this look only: what takes long must not keep others from being asked. */
	loop->is_series = false;
	if (is_series && loop->look_ns - loop->asked_ns < OTHERS_NS)
		return;
	uv_run(&loop->uv, is_due || is_new ? UV_RUN_NOWAIT : UV_RUN_ONCE);
	loop->asked_ns = iw_loop_now_ns();
}

bool iw_loop_gather(struct iw_loop *loop)
{
	const struct iw_session *session = loop->session;

	if (!session->is_ready || session->is_ending)
		return false;
	const int64_t wait_ns =
		iw_pace_wait_ns(&loop->pace, loop->look_ns, iw_loop_now_ns(),
				iw_watcher_events(session->watcher));
	if (wait_ns == 0)
		return false;
	/* Asked for only now, because few who start ever need it. */
	if (loop->pace.room == 0) {
		const long queue_len = iw_limits_queue_len();

		loop->pace.room = queue_len >= 4 ? (uint64_t)queue_len / 4 : 1;
	}
	const struct timespec wait = {.tv_sec = wait_ns / 1000000000,
				      .tv_nsec = wait_ns % 1000000000};
	loop->is_series = nanosleep(&wait, NULL) == 0 && !session->actions;
	return true;
}
