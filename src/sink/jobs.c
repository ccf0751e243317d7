/* SPDX-License-Identifier: MIT */
/*
 * The jobs of a run: each from its start to the last of its processes.
 */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "sink/run-private.h"

int iw_run_end_status(const struct iw_run_end *end)
{
	if (end->error)
		return end->error == -ENOENT ? 127 : 126;
	if (WIFSIGNALED(end->wait_status))
		return 128 + WTERMSIG(end->wait_status);
	return WEXITSTATUS(end->wait_status);
}

size_t iw_jobs_busy(const struct iw_run *run)
{
	size_t busy = 0;

	for (const struct iw_job *job = run->jobs; job; job = job->next)
		busy += !job->is_ended;
	return busy;
}

static bool is_for(const struct iw_job *job, const struct iw_sight *sight)
{
	return iw_batch_find(&job->batch, sight->path, sight->path_len) != NULL;
}

struct iw_job *iw_jobs_conflict(const struct iw_run *run, const struct iw_sight *sight)
{
	/* What a command left behind is in the way only of its successor. */
	const bool may_be_left = run->config.on_busy != IW_BUSY_RESTART;

	for (struct iw_job *job = run->jobs; job; job = job->next) {
		if (job->is_ended && (may_be_left || job->group.is_gone))
			continue;
		if (!run->is_each || !sight || is_for(job, sight))
			return job;
	}
	return NULL;
}

static void stop(const struct iw_run *run, struct iw_job *job, int64_t now_ns)
{
	iw_group_stop(&job->group, run->config.stop_signal,
		      now_ns + run->config.stop_timeout_ns);
}

void iw_job_restart(const struct iw_run *run, struct iw_job *job, int64_t now_ns)
{
	/* The last of all runs is left to end. */
	if (run->config.count && run->started >= run->config.count)
		return;
	job->is_restarting = true;
	if (!job->group.is_stopping)
		stop(run, job, now_ns);
}

static size_t count_told(const struct iw_job *job)
{
	size_t count = 0;

	for (const struct iw_change *change = job->batch.first; change != job->rest;
	     change = change->newer)
		count++;
	return count;
}

/* One command of the job has ended; error: it has not even begun. */
static void tell_end(struct iw_run *run, struct iw_job *job, int error, int64_t now_ns)
{
	const struct iw_run_end end = {
		.first = job->batch.first,
		.len = count_told(job),
		.duration_ns = now_ns - job->begun_ns,
		.error = error,
		.wait_status = job->group.wait_status,
		.is_timed_out = job->is_timed_out,
		.is_stopped = job->is_restarting || run->is_closing,
	};
	const int status = iw_run_end_status(&end);

	if (status && !job->status)
		job->status = status;
	if (status && !end.is_stopped)
		run->failed++;
	run->config.ended(run->config.context, &end);
}

/*
 * Starts one command: for all that is not done yet, or as much as it can be told. Returns
 * false if it could not be started, which is told.
 */
static bool start_part(struct iw_run *run, struct iw_job *job, int64_t now_ns)
{
	pid_t pid = 0;

	job->is_timed_out = false;
	job->begun_ns = now_ns;
	job->timeout_ns = run->config.timeout_ns ? now_ns + run->config.timeout_ns : -1;
	job->rest = NULL;
	int r = iw_launch_start(run->config.launch, job->batch.first, &pid, &job->rest);
	if (r == 0) {
		iw_group_init(&job->group, pid);
		return true;
	}
	job->group =
		(struct iw_group){.is_leader_gone = true, .is_gone = true, .act_ns = -1};
	tell_end(run, job, r, now_ns);
	return false;
}

static void drop_told(struct iw_job *job)
{
	while (job->batch.first != job->rest) {
		struct iw_change *change = job->batch.first;

		iw_batch_take(&job->batch, change);
		iw_change_free(change);
	}
}

/* The run is over. What is not done is to be done by the next. */
static int end_job(struct iw_run *run, struct iw_job *job)
{
	int r = 0;

	job->is_ended = true;
	run->ended++;
	if (job->is_restarting && !run->is_each &&
	    iw_launch_tells_paths(run->config.launch)) {
		r = iw_batch_join(&job->batch, &run->waiting);
		if (r == 0)
			r = iw_batch_join(&run->waiting, &job->batch);
	}
	const bool is_failure = job->status && !job->is_restarting;
	const bool is_last = run->config.count && run->ended >= run->config.count;
	if (run->is_closing || run->is_finished)
		return r;
	if ((is_failure && run->config.is_error_final) || is_last) {
		run->is_finished = true;
		run->status = job->status;
	}
	return r;
}

/* A command has ended: the next part, if its changes did not fit into one command. */
static int go_on(struct iw_run *run, struct iw_job *job, int64_t now_ns)
{
	for (;;) {
		const bool is_final = job->status && run->config.is_error_final;
		const bool is_whole = !job->rest;

		if (!job->is_restarting && !run->is_each)
			drop_told(job);
		if (is_whole || is_final || job->is_restarting || run->is_closing)
			return end_job(run, job);
		if (start_part(run, job, now_ns))
			return 0;
	}
}

/* Forgets the jobs of which nothing is there any more. */
static void sweep(struct iw_run *run)
{
	struct iw_job **link = &run->jobs;

	while (*link) {
		struct iw_job *job = *link;

		if (!job->is_ended || !job->group.is_gone) {
			link = &job->next;
			continue;
		}
		*link = job->next;
		iw_batch_done(&job->batch);
		free(job);
	}
}

int iw_job_start(struct iw_run *run, struct iw_batch *batch, int64_t now_ns)
{
	struct iw_job *job = calloc(1, sizeof(*job));

	if (!job)
		return -ENOMEM;
	if (run->config.begins && iw_jobs_busy(run) == 0)
		run->config.begins(run->config.context);
	job->batch = *batch;
	*batch = IW_BATCH_INIT;
	job->next = run->jobs;
	run->jobs = job;
	run->started++;
	if (start_part(run, job, now_ns))
		return 0;
	int r = go_on(run, job, now_ns);
	sweep(run);
	return r;
}

static int turn_job(struct iw_run *run, struct iw_job *job, int64_t now_ns)
{
	if (!job->is_ended && job->timeout_ns >= 0 && now_ns >= job->timeout_ns) {
		job->timeout_ns = -1;
		job->is_timed_out = !job->group.is_stopping;
		stop(run, job, now_ns);
	}
	iw_group_turn(&job->group, now_ns);
	if (job->is_ended || iw_group_is_busy(&job->group))
		return 0;
	tell_end(run, job, 0, now_ns);
	return go_on(run, job, now_ns);
}

int iw_jobs_turn(struct iw_run *run, int64_t now_ns)
{
	int r = 0;

	for (struct iw_job *job = run->jobs; job && r == 0; job = job->next)
		r = turn_job(run, job, now_ns);
	sweep(run);
	return r;
}
