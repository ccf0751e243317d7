/* SPDX-License-Identifier: MIT */
#include "sink/run.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "sink/run-private.h"

int iw_run_new(const struct iw_run_config *config, struct iw_run **ret_run)
{
	struct iw_run *run = calloc(1, sizeof(*run));

	if (!run)
		return -ENOMEM;
	run->config = *config;
	run->is_each = iw_launch_kind(config->launch) == IW_TEMPLATE_EACH;
	run->gather.settle_ns = config->settle_ns;
	run->gather.max_wait_ns = config->max_wait_ns;
	run->gather.is_move_joined = run->is_each;
	*ret_run = run;
	return 0;
}

void iw_run_free(struct iw_run *run)
{
	if (!run)
		return;
	while (run->jobs) {
		struct iw_job *job = run->jobs;

		run->jobs = job->next;
		iw_batch_done(&job->batch);
		free(job);
	}
	iw_batch_done(&run->learning);
	iw_batch_done(&run->looking);
	iw_batch_done(&run->news);
	iw_batch_done(&run->waiting);
	iw_gather_done(&run->gather);
	free(run);
}

static struct iw_sight sight_of(const struct iw_change *change)
{
	return (struct iw_sight){.path = change->path, .path_len = change->path_len};
}

/* ---- Changes come in ---- */

int iw_run_add(struct iw_run *run, const struct iw_sight *sight, int64_t now_ns)
{
	if (run->is_closing || run->is_finished)
		return 0;
	if (run->config.on_busy == IW_BUSY_IGNORE && iw_jobs_conflict(run, sight))
		return run->config.seen ? iw_run_learn(run, sight) : 0;
	struct iw_sight seen = *sight;
	seen.seen_ns = now_ns;
	iw_chain_see(&run->chain, iw_jobs_busy(run) > 0);
	iw_run_unlearn(run, sight);
	return iw_gather_add(&run->gather, &seen, now_ns);
}

bool iw_run_is_full(const struct iw_run *run)
{
	const size_t gathered_len = run->is_open ? run->gather.batch.bytes : 0;

	return gathered_len + run->learning.bytes + run->looking.bytes + run->news.bytes +
		       run->waiting.bytes >
	       run->config.limit_len;
}

void iw_run_open(struct iw_run *run)
{
	run->is_open = true;
}

bool iw_run_can_want(const struct iw_run *run)
{
	return !run->is_each;
}

void iw_run_want(struct iw_run *run)
{
	run->is_wanted = true;
}

void iw_run_want_anew(struct iw_run *run, int64_t now_ns)
{
	run->is_wanted = true;
	for (struct iw_job *job = run->jobs; job && !run->is_closing; job = job->next)
		iw_job_restart(run, job, now_ns);
}

void iw_run_signal(const struct iw_run *run, int number)
{
	for (const struct iw_job *job = run->jobs; job; job = job->next)
		iw_group_signal(&job->group, number);
}

/*
 * What a job in the way makes of a change that is due. Returns true if the change is
 * still to be run.
 */
static bool meet(const struct iw_run *run, struct iw_job *job, int64_t now_ns)
{
	if (!job)
		return true;
	if (run->config.on_busy == IW_BUSY_RESTART)
		iw_job_restart(run, job, now_ns);
	if (run->config.on_busy != IW_BUSY_SIGNAL || job->group.is_stopping)
		return true;
	iw_group_signal(&job->group, run->config.signal);
	return false;
}

/* The batch is whole: a run for each path. */
static int settle_each(struct iw_run *run, struct iw_batch *batch, int64_t now_ns)
{
	int r = 0;

	while (batch->first && r == 0) {
		struct iw_change *change = batch->first;
		const struct iw_sight sight = sight_of(change);

		iw_batch_take(batch, change);
		if (meet(run, iw_jobs_conflict(run, &sight), now_ns))
			r = iw_batch_put(&run->waiting, change);
		else
			iw_change_free(change);
		if (r < 0)
			iw_change_free(change);
	}
	return r;
}

static int settle(struct iw_run *run, struct iw_batch *batch, int64_t now_ns)
{
	if (run->is_each)
		return settle_each(run, batch, now_ns);
	if (meet(run, iw_jobs_conflict(run, NULL), now_ns))
		return iw_batch_join(&run->waiting, batch);
	iw_batch_done(batch);
	return 0;
}

/* What is due was seen; whether it is a change is to be looked at, all of it at once. */
static int compare(struct iw_run *run, bool is_due, int64_t now_ns)
{
	int r = 0;

	if (is_due && !run->looking.len)
		r = iw_batch_join(&run->looking, &run->gather.batch);
	if (r == 0)
		r = iw_run_look(run);
	if (r < 0 || run->looking.len || !run->news.len)
		return r;
	return settle(run, &run->news, now_ns);
}

/* ---- Commands go out ---- */

static bool may_start(const struct iw_run *run)
{
	if (run->is_closing || run->is_finished || !run->is_open)
		return false;
	return !run->config.count || run->started < run->config.count;
}

static int start_each(struct iw_run *run, int64_t now_ns)
{
	struct iw_change *change = run->waiting.first;
	size_t busy = iw_jobs_busy(run);
	int r = 0;

	while (change && r == 0 && may_start(run) && busy < run->config.jobs) {
		struct iw_change *next = change->newer;
		const struct iw_sight sight = sight_of(change);
		struct iw_batch batch = IW_BATCH_INIT;

		if (!iw_jobs_conflict(run, &sight)) {
			iw_chain_start(&run->chain, change->seen_ns, now_ns);
			iw_batch_take(&run->waiting, change);
			r = iw_batch_put(&batch, change);
			if (r < 0)
				iw_change_free(change);
			else
				r = iw_job_start(run, &batch, now_ns);
			busy = iw_jobs_busy(run);
			iw_batch_done(&batch);
		}
		change = next;
	}
	return r;
}

/* Whether a run for what waits is put off, because it seems to be one of a loop. */
static bool is_held(struct iw_run *run, int64_t now_ns)
{
	const struct iw_change *last = run->waiting.last;
	bool is_loop;

	if (!last || !may_start(run) || iw_jobs_busy(run) > 0)
		return false;
	if (iw_chain_holds(&run->chain, now_ns, &is_loop))
		return true;
	if (is_loop)
		run->config.looped(run->config.context, last->path, run->chain.len);
	return false;
}

static int64_t last_seen_ns(const struct iw_batch *batch)
{
	int64_t seen_ns = -1;

	for (const struct iw_change *change = batch->first; change;
	     change = change->newer)
		seen_ns = change->seen_ns > seen_ns ? change->seen_ns : seen_ns;
	return seen_ns;
}

static int start(struct iw_run *run, int64_t now_ns)
{
	if (is_held(run, now_ns))
		return 0;
	if (run->is_each)
		return start_each(run, now_ns);
	if (!may_start(run) || (!run->waiting.len && !run->is_wanted) ||
	    iw_jobs_conflict(run, NULL))
		return 0;
	run->is_wanted = false;
	iw_chain_start(&run->chain, last_seen_ns(&run->waiting), now_ns);
	return iw_job_start(run, &run->waiting, now_ns);
}

int iw_run_turn(struct iw_run *run, int64_t now_ns)
{
	const int64_t due_ns = iw_gather_deadline_ns(&run->gather);

	const bool is_due =
		run->is_open && due_ns >= 0 && (now_ns >= due_ns || iw_run_is_full(run));

	int r = iw_jobs_turn(run, now_ns);
	if (r == 0 && run->config.seen)
		r = compare(run, is_due, now_ns);
	else if (r == 0 && is_due)
		r = settle(run, &run->gather.batch, now_ns);
	return r == 0 ? start(run, now_ns) : r;
}

static int64_t earlier(int64_t a_ns, int64_t b_ns)
{
	if (a_ns < 0 || b_ns < 0)
		return a_ns < 0 ? b_ns : a_ns;
	return a_ns < b_ns ? a_ns : b_ns;
}

int64_t iw_run_deadline_ns(const struct iw_run *run)
{
	int64_t deadline_ns = -1;

	if (may_start(run))
		deadline_ns = iw_gather_deadline_ns(&run->gather);
	if (may_start(run) && run->waiting.len && run->chain.until_ns)
		deadline_ns = earlier(deadline_ns, run->chain.until_ns);
	for (const struct iw_job *job = run->jobs; job; job = job->next) {
		deadline_ns = earlier(deadline_ns, job->group.act_ns);
		if (!job->is_ended)
			deadline_ns = earlier(deadline_ns, job->timeout_ns);
	}
	return deadline_ns;
}

/* ---- Processes ---- */

/*
 * What left its group became our child when its parent ended, as those that go to the
 * background do; nobody else waits for it.
 */
static void reap_strays(const struct iw_run *run)
{
	siginfo_t info = {0};

	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid) {
		const pid_t group = getpgid(info.si_pid);

		for (const struct iw_job *job = run->jobs; job; job = job->next) {
			/* The next SIGCHLD is for that one. */
			if (!job->group.is_gone &&
			    (job->group.id == group || job->group.id == info.si_pid))
				return;
		}
		waitpid(info.si_pid, NULL, WNOHANG);
		info.si_pid = 0;
	}
}

void iw_run_reap(struct iw_run *run)
{
	for (struct iw_job *job = run->jobs; job; job = job->next)
		iw_group_look(&job->group);
	reap_strays(run);
}

/* ---- The end ---- */

bool iw_run_is_finished(const struct iw_run *run, int *ret_status)
{
	*ret_status = run->status;
	return run->is_finished;
}

void iw_run_close(struct iw_run *run, int number, int64_t now_ns)
{
	run->is_closing = true;
	for (struct iw_job *job = run->jobs; job; job = job->next)
		iw_group_stop(&job->group, number ? number : run->config.stop_signal,
			      now_ns + run->config.stop_timeout_ns);
}

void iw_run_kill(struct iw_run *run, int64_t now_ns)
{
	run->is_closing = true;
	for (struct iw_job *job = run->jobs; job; job = job->next)
		iw_group_kill(&job->group, now_ns);
}

bool iw_run_is_idle(const struct iw_run *run)
{
	return !run->jobs;
}

void iw_run_get_state(const struct iw_run *run, struct iw_run_state *ret_state)
{
	*ret_state = (struct iw_run_state){
		.ended = run->ended,
		.failed = run->failed,
		.waiting = run->waiting.len + run->gather.batch.len + run->looking.len +
			   run->news.len,
	};
	for (const struct iw_job *job = run->jobs; job; job = job->next) {
		if (job->is_ended)
			ret_state->left++;
		else
			ret_state->running++;
	}
}
