/* SPDX-License-Identifier: MIT */
/*
 * Putting paths into the store in other threads: which when, and what became of them.
 * A job is a name, no more: what is there is looked at when it runs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/backup-private.h"
#include "cli/notify.h"
#include "cli/session.h"
#include "sink/store/origin.h"

/* How far to look for a job that may run beside those that do. */
enum { LOOK_AHEAD = 64 };

/* A full disk is looked at again so often. */
static const int64_t FULL_NS = INT64_C(5) * 1000 * 1000 * 1000;

/* A line that is told when the job is over. */
struct told {
	struct told *next;
	struct iw_put_line line;
	char absolute[];
};

struct iw_backup_job {
	uv_work_t work;
	struct iw_backup *backup;
	struct iw_backup_job *next;
	size_t root;
	uint64_t len;
	unsigned tries; /* or IW_BACKUP_FLAGS */
	int result;
	bool is_directory; /* with IW_BACKUP_FLAGS: when it was put */
	struct told *first_told;
	struct told *last_told;
	struct iw_buffer absolute;
	char below[];
};

static void free_job(struct iw_backup_job *job)
{
	while (job->first_told) {
		struct told *told = job->first_told;

		job->first_told = told->next;
		free(told);
	}
	iw_buffer_done(&job->absolute);
	free(job);
}

/* ---- In another thread ---- */

static void on_told(void *context, const struct iw_put_line *line)
{
	struct iw_backup_job *job = context;
	const size_t len = strlen(line->absolute);
	struct told *told = malloc(sizeof(*told) + len + 1);

	/* It is in the store, but nobody hears of it. */
	if (!told) {
		job->result = -ENOMEM;
		return;
	}
	memcpy(told->absolute, line->absolute, len + 1);
	told->next = NULL;
	told->line = *line;
	told->line.absolute = told->absolute;
	if (job->last_told)
		job->last_told->next = told;
	else
		job->first_told = told;
	job->last_told = told;
}

static bool is_directory(const struct iw_place *place)
{
	struct iw_origin origin;

	if (iw_origin_open(place, &origin) < 0)
		return false;
	if (origin.fd >= 0)
		close(origin.fd);
	return S_ISDIR(origin.stat.st_mode);
}

static void work(uv_work_t *request)
{
	struct iw_backup_job *job = request->data;
	const struct iw_backup *backup = job->backup;
	const struct iw_place place = {
		.root = backup->roots[job->root].path,
		.below = job->below,
		.is_link_kept = backup->options->is_link_watched,
	};
	const struct iw_put_listener listener = {on_told, job};

	const int r = iw_put(backup->store, &place, job->absolute.data, &listener);
	if (job->result == 0)
		job->result = r;
	if (job->tries & IW_BACKUP_FLAGS)
		job->is_directory = is_directory(&place);
}

/* ---- What became of it ---- */

static bool is_no_room(int error)
{
	return error == -ENOSPC || error == -EDQUOT;
}

/* Once for each time that it is full. */
static void say_full(struct iw_backup *backup, int error)
{
	const char *store = backup->options->backup.store;

	if (!backup->is_full)
		iw_say(backup->messages, IW_ERROR,
		       "nothing more can be stored in %s until there is room: %s", store,
		       error == -EDQUOT && backup->options->backup.max_len
			       ? "--max-size is reached"
			       : strerror(-error));
	if (!backup->is_full)
		iw_notify(backup->messages, "STATUS=The store is full");
	backup->is_full = true;
	backup->full_until_ns = iw_backup_now_ns() + FULL_NS;
}

static int tell_lines(const struct iw_backup_job *job)
{
	int r = 0;

	for (const struct told *told = job->first_told; told && r == 0;
	     told = told->next) {
		/* It waits for room, and is told when it has come to an end. */
		if (told->line.event == IW_PUT_FAILED && is_no_room(job->result) &&
		    !job->backup->options->backup.is_once)
			continue;
		r = iw_backup_tell(job->backup, job->root, &told->line);
	}
	return r;
}

static int tell_restless(struct iw_backup_job *job)
{
	const struct iw_put_line line = {
		.event = IW_PUT_FAILED, .absolute = job->absolute.data, .error = EAGAIN};

	return iw_backup_tell(job->backup, job->root, &line);
}

static int finish(struct iw_backup *backup, struct iw_backup_job *job)
{
	const bool is_once = backup->options->backup.is_once;
	const unsigned flags = job->tries & IW_BACKUP_FLAGS;

	backup->counts.compared++;
	int r = job->result == -ENOMEM ? -ENOMEM : tell_lines(job);
	if (r < 0 || backup->is_ending)
		return r;
	if (is_no_room(job->result)) {
		say_full(backup, job->result);
		if (is_once) {
			/* What else there is to store has no room either. */
			iw_backup_end(backup, IW_STATUS_INCOMPLETE);
			return 0;
		}
		return iw_backup_touch(backup, job->root, job->below, flags);
	}
	if (job->result == 0 && backup->is_full && job->first_told) {
		backup->is_full = false;
		iw_notify(backup->messages, "STATUS=Watching");
		iw_say(backup->messages, IW_WARNING, "there is room in %s again",
		       backup->options->backup.store);
	}
	/* What the store has below it may be of the one that went. */
	if (job->result == 0 && job->is_directory)
		return iw_backup_add_pass(backup, job->root, job->below,
					  strlen(job->below), !(flags & IW_BACKUP_AGAIN));
	if (job->result != -EAGAIN)
		return 0;
	if (job->tries + 1 - flags < IW_BACKUP_TRIES)
		return iw_backup_touch(backup, job->root, job->below, job->tries + 1);
	return tell_restless(job);
}

static void on_done(uv_work_t *request, int status)
{
	struct iw_backup_job *job = request->data;
	struct iw_backup *backup = job->backup;
	struct iw_backup_jobs *jobs = &backup->jobs;

	for (size_t i = 0; i < jobs->running_count; i++) {
		if (jobs->running[i] == job)
			jobs->running[i] = jobs->running[--jobs->running_count];
	}
	if (status < 0)
		job->result = -ECANCELED;
	const int r = finish(backup, job);
	if (r < 0)
		iw_backup_fail(backup, r);
	free_job(job);
}

/* ---- Which when ---- */

/* Whether one of two paths is the other, or holds it: then they take turns. */
static bool is_related(const struct iw_buffer *one, const struct iw_buffer *other)
{
	const struct iw_buffer *outer = one->len < other->len ? one : other;
	const struct iw_buffer *inner = outer == one ? other : one;

	if (memcmp(outer->data, inner->data, outer->len) != 0)
		return false;
	return outer->len == inner->len || outer->len == 1 ||
	       inner->data[outer->len] == '/';
}

static bool may_run(const struct iw_backup_jobs *jobs, const struct iw_backup_job *job)
{
	for (size_t i = 0; i < jobs->running_count; i++) {
		if (is_related(&jobs->running[i]->absolute, &job->absolute))
			return false;
	}
	return true;
}

static struct iw_backup_job *take_job(struct iw_backup_jobs *jobs)
{
	struct iw_backup_job *before = NULL;
	struct iw_backup_job *job = jobs->first;

	for (size_t i = 0; job && i < LOOK_AHEAD && !may_run(jobs, job); i++) {
		before = job;
		job = job->next;
	}
	if (!job || !may_run(jobs, job))
		return NULL;
	if (before)
		before->next = job->next;
	else
		jobs->first = job->next;
	if (jobs->last == job)
		jobs->last = before;
	jobs->waiting--;
	jobs->waiting_len -= job->len;
	return job;
}

static void start(struct iw_backup *backup, struct iw_backup_job *job)
{
	struct iw_backup_jobs *jobs = &backup->jobs;

	jobs->running[jobs->running_count++] = job;
	job->work.data = job;
	uv_queue_work(&backup->uv, &job->work, work, on_done);
}

/* Those that have rested join the queue. */
static int take_rested(struct iw_backup *backup)
{
	unsigned tries = 0;
	int r = 0;

	while (backup->jobs.waiting < IW_BACKUP_QUEUED &&
	       (r = iw_settle_take(backup->settle, iw_backup_now_ns(), &backup->key,
				   &tries)) == 1) {
		size_t root;

		memcpy(&root, backup->key.data, sizeof(root));
		const struct iw_difference difference = {.below = backup->key.data +
								  sizeof(root)};
		r = iw_backup_add_job(backup, root, &difference, tries);
		if (r < 0)
			break;
	}
	return r < 0 ? r : 0;
}

int iw_backup_start_jobs(struct iw_backup *backup)
{
	struct iw_backup_jobs *jobs = &backup->jobs;
	size_t most = IW_BACKUP_THREADS;
	struct iw_backup_job *job;

	if (backup->is_ending)
		return 0;
	/* One tries whether there is room again. */
	if (backup->is_full)
		most = iw_backup_now_ns() < backup->full_until_ns ? 0 : 1;
	const int r = take_rested(backup);
	while (r == 0 && jobs->running_count < most && (job = take_job(jobs)))
		start(backup, job);
	return r;
}

int iw_backup_add_job(struct iw_backup *backup, size_t root,
		      const struct iw_difference *difference, unsigned tries)
{
	const struct iw_buffer *absolute = &backup->roots[root].absolute;
	const size_t len = strlen(difference->below);
	struct iw_backup_job *job = malloc(sizeof(*job) + len + 1);

	if (!job)
		return -ENOMEM;
	*job = (struct iw_backup_job){
		.backup = backup, .root = root, .len = difference->len, .tries = tries};
	memcpy(job->below, difference->below, len + 1);
	int r = iw_buffer_append(&job->absolute, absolute->data, absolute->len);
	if (r == 0 && len && absolute->len > 1)
		r = iw_buffer_append_char(&job->absolute, '/');
	if (r == 0)
		r = iw_buffer_append(&job->absolute, job->below, len);
	if (r == 0)
		r = iw_buffer_terminate(&job->absolute);
	if (r < 0) {
		free_job(job);
		return r;
	}
	if (backup->jobs.last)
		backup->jobs.last->next = job;
	else
		backup->jobs.first = job;
	backup->jobs.last = job;
	backup->jobs.waiting++;
	backup->jobs.waiting_len += job->len;
	return 0;
}

int iw_backup_touch(struct iw_backup *backup, size_t root, const char *below,
		    unsigned tries)
{
	struct iw_buffer *key = &backup->key;

	iw_buffer_clear(key);
	int r = iw_buffer_append(key, &root, sizeof(root));
	if (r == 0)
		r = iw_buffer_append_str(key, below);
	return r < 0 ? r : iw_settle_add(backup->settle, key, tries, iw_backup_now_ns());
}

int iw_backup_touch_running(struct iw_backup *backup)
{
	const struct iw_backup_jobs *jobs = &backup->jobs;
	int r = 0;

	for (size_t i = 0; i < jobs->running_count && r == 0; i++)
		r = iw_backup_touch(backup, jobs->running[i]->root,
				    jobs->running[i]->below, IW_BACKUP_AGAIN);
	return r;
}

void iw_backup_drop_jobs(struct iw_backup *backup)
{
	while (backup->jobs.first) {
		struct iw_backup_job *job = backup->jobs.first;

		backup->jobs.first = job->next;
		free_job(job);
	}
	backup->jobs.last = NULL;
	backup->jobs.waiting = 0;
}
