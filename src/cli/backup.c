/* SPDX-License-Identifier: MIT */
#include "cli/backup.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/backup-private.h"
#include "cli/daemon.h"
#include "cli/notify.h"
#include "cli/session.h"
#include "cli/uvloop.h"

static const int64_t NS_PER_MS = 1000000;
static const uint64_t PROGRESS_MS = 250;

/* How long a stalled reader may delay the end after a signal. */
static const uint64_t GRACE_MS = 1000;

void iw_backup_end(struct iw_backup *backup, int status)
{
	if (backup->is_ending)
		return;
	backup->is_ending = true;
	backup->status = status;
	iw_notify(backup->messages, "STOPPING=1\nSTATUS=Ending");
	if (backup->store)
		iw_store_stop(backup->store);
}

void iw_backup_fail(struct iw_backup *backup, int error)
{
	iw_say(backup->messages, IW_ERROR, "cannot go on: %s", strerror(-error));
	iw_backup_end(backup, IW_STATUS_ERROR);
}

/* ---- What libuv calls ---- */

/* Waking up is all: the turn that follows looks. */
static void on_deadline(uv_timer_t *timer)
{
	uv_stop(timer->loop);
}

static void on_total(uv_timer_t *timer)
{
	iw_backup_end(timer->data, IW_STATUS_DONE);
	uv_stop(timer->loop);
}

static void on_grace(uv_timer_t *timer)
{
	struct iw_backup *backup = timer->data;

	backup->is_abandoned = true;
	uv_stop(timer->loop);
}

static void on_progress(uv_timer_t *timer)
{
	iw_backup_say_progress(timer->data);
}

static void on_reader(uv_poll_t *handle, int status IW_UNUSED, int events IW_UNUSED)
{
	struct iw_backup *backup = handle->data;

	if (!backup->is_abandoned && iw_output_check(backup->output) < 0)
		iw_backup_fail_output(backup, -EPIPE);
}

/*
 * The second time nothing is waited for: a disk that does not answer, for one. What is
 * half copied is a temporary file, which the next run removes.
 */
static void end_at_once(const struct iw_backup *backup, int number)
{
	if (backup->options->pid_path)
		unlink(backup->options->pid_path);
	iw_end_progress(backup->messages);
	signal(number, SIG_DFL);
	raise(number);
}

static void on_end(struct iw_backup *backup, int number)
{
	if (backup->signal)
		end_at_once(backup, number);
	backup->signal = number;
	iw_backup_end(backup, IW_STATUS_DONE);
	uv_timer_start(&backup->total, on_grace, GRACE_MS, 0);
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct iw_backup *backup = handle->data;

	if (number == SIGUSR1) {
		iw_backup_say_state(backup);
	} else if (number == SIGUSR2) {
		if (backup->watcher && iw_watcher_retry(backup->watcher) < 0)
			iw_backup_fail(backup, -ENOMEM);
	} else if (number == SIGHUP && backup->options->output_path) {
		iw_backup_reopen_output(backup);
	} else {
		on_end(backup, number);
	}
}

/* ---- The loop ---- */

static bool is_ignored(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void add_handles(struct iw_backup *backup)
{
	static const int heard[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
	uv_timer_t *const timers[] = {&backup->deadline, &backup->total,
				      &backup->progress};

	for (size_t i = 0; i < IW_ARRAY_LEN(timers); i++) {
		uv_timer_init(&backup->uv, timers[i]);
		timers[i]->data = backup;
	}
	for (size_t i = 0; i < IW_ARRAY_LEN(heard); i++) {
		uv_signal_t *handle = &backup->signals[i];

		uv_signal_init(&backup->uv, handle);
		handle->data = backup;
		if (!is_ignored(heard[i]))
			uv_signal_start(handle, on_signal, heard[i]);
	}
	if (backup->options->total_ns)
		uv_timer_start(&backup->total, on_total,
			       (uint64_t)(backup->options->total_ns / NS_PER_MS) + 1, 0);
	if (isatty(STDERR_FILENO) && !backup->options->quiet)
		uv_timer_start(&backup->progress, on_progress, PROGRESS_MS, PROGRESS_MS);
}

static int loop_init(struct iw_backup *backup)
{
	int r = iw_uvloop_init(&backup->uv);

	if (r < 0)
		return r;
	add_handles(backup);
	const int reader_fd = iw_output_fd(backup->output);
	if (reader_fd < 0)
		return reader_fd;
	r = uv_poll_init(&backup->uv, &backup->reader, reader_fd);
	if (r < 0)
		return r;
	backup->reader.data = backup;
	uv_poll_start(&backup->reader, UV_READABLE, on_reader);
	return 0;
}

/* The earlier of two deadlines, of which -1 is none. */
static int64_t earlier(int64_t one_ns, int64_t other_ns)
{
	return one_ns < 0 || (other_ns >= 0 && other_ns < one_ns) ? other_ns : one_ns;
}

static void set_deadline(struct iw_backup *backup)
{
	int64_t deadline_ns = backup->jobs.waiting < IW_BACKUP_QUEUED
				      ? iw_settle_deadline_ns(backup->settle)
				      : -1;

	if (backup->watcher)
		deadline_ns =
			earlier(deadline_ns, iw_watcher_deadline_ns(backup->watcher));
	if (backup->is_full && backup->jobs.running_count == 0 &&
	    backup->jobs.waiting > 0)
		deadline_ns = earlier(deadline_ns, backup->full_until_ns);
	if (deadline_ns < 0 || backup->is_ending) {
		uv_timer_stop(&backup->deadline);
		return;
	}
	const int64_t in_ns = deadline_ns - iw_backup_now_ns();
	uv_update_time(&backup->uv);
	/* Rounded up: a deadline is never seen too early. */
	uv_timer_start(&backup->deadline, on_deadline,
		       in_ns <= 0 ? 0 : (uint64_t)((in_ns + NS_PER_MS - 1) / NS_PER_MS),
		       0);
}

static bool is_all_done(const struct iw_backup *backup)
{
	return !backup->passes && backup->jobs.waiting == 0 &&
	       backup->jobs.running_count == 0 && iw_settle_len(backup->settle) == 0;
}

/* Lets all have their turn. Returns true if there is more to do at once. */
static bool take_turn(struct iw_backup *backup)
{
	bool has_more = false;
	int r = 0;

	if (backup->watcher && !backup->is_ending)
		r = iw_backup_read_events(backup);
	if (r >= 0) {
		has_more = r > 0;
		r = iw_backup_compare(backup);
	}
	if (r >= 0) {
		has_more |= r > 0;
		r = iw_output_is_full(backup->output) ? 0 : iw_backup_start_jobs(backup);
	}
	if (r < 0 && !backup->is_ending)
		iw_backup_fail(backup, r);
	if (backup->options->backup.is_once && is_all_done(backup))
		iw_backup_end(backup, backup->counts.failed ? IW_STATUS_INCOMPLETE
							    : IW_STATUS_DONE);
	r = backup->is_abandoned ? 0 : iw_output_flush(backup->output);
	if (r < 0)
		iw_backup_fail_output(backup, r);
	set_deadline(backup);
	return has_more && !backup->is_ending;
}

static bool is_over(const struct iw_backup *backup)
{
	return backup->is_ending && backup->jobs.running_count == 0 &&
	       (backup->is_abandoned || iw_output_waiting(backup->output) == 0);
}

/* Not before signals are heard: who reads the number may send one. */
static int write_pid(const struct iw_backup *backup)
{
	const char *path = backup->options->pid_path;
	const int r = path ? iw_daemon_write_pid(path) : 0;

	if (r < 0)
		iw_say(backup->messages, IW_ERROR, "cannot write %s: %s", path,
		       strerror(-r));
	return r;
}

static void run(struct iw_backup *backup)
{
	bool has_more = true;

	int r = loop_init(backup);
	if (r < 0)
		iw_uvloop_say_error(backup->messages, r);
	else
		r = write_pid(backup);
	if (r < 0) {
		iw_backup_end(backup, IW_STATUS_ERROR);
		backup->is_abandoned = true;
	}
	while (!is_over(backup)) {
		has_more = take_turn(backup);
		if (!is_over(backup))
			uv_run(&backup->uv, has_more ? UV_RUN_NOWAIT : UV_RUN_ONCE);
	}
	iw_end_progress(backup->messages);
	if (r == 0 && backup->options->pid_path)
		unlink(backup->options->pid_path);
	iw_uvloop_done(&backup->uv);
}

int iw_backup_run(const struct iw_options *options, struct iw_messages *messages,
		  int daemon_fd, int *ret_signal)
{
	struct iw_backup backup = {
		.options = options,
		.messages = messages,
		.outfile_fd = -1,
		.daemon_fd = daemon_fd,
		.status = IW_STATUS_ERROR,
		.begun_ns = iw_backup_now_ns(),
	};

	signal(SIGPIPE, SIG_IGN);
	messages->is_pipe_safe = true;
	if (iw_backup_open(&backup) == 0) {
		run(&backup);
		if (backup.signal)
			*ret_signal = backup.signal;
	}
	iw_backup_close(&backup);
	return backup.status;
}
