/* SPDX-License-Identifier: MIT */
/*
 * Putting paths into the store in other threads: which when, and which together.
 * A job is a name, no more: what is there is looked at when it runs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/backup-job.h"
#include "sink/store/origin.h"

enum {
	/* How far to look for a job that may run beside those that do. */
	LOOK_AHEAD = 64,

	/* Fewer are done sooner each by itself. */
	FEWEST = 4,
};

/* What a thread puts. */
struct iw_backup_group {
	uv_work_t work;
	struct iw_backup *backup;
	size_t len;
	struct iw_backup_job *jobs[IW_BACKUP_GROUP];
};

/* ---- In another thread ---- */

static bool is_directory(const struct iw_place *place)
{
	struct iw_origin origin;

	if (iw_origin_open(place, &origin) < 0)
		return false;
	if (origin.fd >= 0)
		close(origin.fd);
	return S_ISDIR(origin.stat.st_mode);
}

static void note_result(struct iw_backup_job *job, const struct iw_put_item *item)
{
	if (job->result == 0)
		job->result = item->result;
	if (job->tries & IW_BACKUP_FLAGS)
		job->is_directory = is_directory(&item->place);
}

static struct iw_put_item item_of(struct iw_backup_job *job)
{
	const struct iw_backup *backup = job->backup;

	return (struct iw_put_item){
		.place = {.root = backup->roots[job->root].path,
			  .below = job->below,
			  .is_link_kept = backup->options->is_link_watched},
		.absolute = job->absolute.data,
		.listener = {iw_backup_keep_line, job},
	};
}

static void work(uv_work_t *request)
{
	struct iw_backup_group *group = request->data;
	struct iw_store *store = group->backup->store;
	IW_AUTO_FREE struct iw_put_item *items = calloc(group->len, sizeof(*items));

	for (size_t i = 0; items && i < group->len; i++)
		items[i] = item_of(group->jobs[i]);
	if (items && group->len == 1)
		items[0].result = iw_put(store, &items[0].place, items[0].absolute,
					 &items[0].listener);
	else if (items)
		iw_put_group(store, items, group->len);
	for (size_t i = 0; i < group->len; i++) {
		if (items)
			note_result(group->jobs[i], &items[i]);
		else
			group->jobs[i]->result = -ENOMEM;
	}
}

/* ---- When a group is over ---- */

/* What is to be put by itself goes before all that wait, in the order that it had. */
static void put_back(struct iw_backup_jobs *jobs, const struct iw_backup_group *group)
{
	for (size_t i = group->len; i-- > 0;) {
		struct iw_backup_job *job = group->jobs[i];

		if (!job)
			continue;
		job->result = 0;
		job->is_alone = true;
		job->next = jobs->first;
		jobs->first = job;
		if (!jobs->last)
			jobs->last = job;
		jobs->waiting++;
		jobs->waiting_len += job->len;
	}
}

static void on_done(uv_work_t *request, int status)
{
	struct iw_backup_group *group = request->data;
	struct iw_backup *backup = group->backup;
	struct iw_backup_jobs *jobs = &backup->jobs;
	int r = 0;

	for (size_t i = 0; i < jobs->running_count; i++) {
		if (jobs->running[i] == group)
			jobs->running[i] = jobs->running[--jobs->running_count];
	}
	jobs->at_work -= group->len;
	for (size_t i = 0; i < group->len; i++) {
		struct iw_backup_job *job = group->jobs[i];

		if (status < 0)
			job->result = -ECANCELED;
		if (job->result == IW_PUT_ALONE)
			continue;
		const int e = iw_backup_finish(backup, job);
		if (e < 0)
			r = e;
		iw_backup_free_job(job);
		group->jobs[i] = NULL;
	}
	put_back(jobs, group);
	if (r < 0)
		iw_backup_fail(backup, r);
	free(group);
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
		const struct iw_backup_group *group = jobs->running[i];

		for (size_t k = 0; k < group->len; k++) {
			if (is_related(&group->jobs[k]->absolute, &job->absolute))
				return false;
		}
	}
	return true;
}

/* In a group a path may follow the directories that it lies in: they take turns. */
static bool may_join(const struct iw_backup_group *group, const struct iw_backup_job *job)
{
	for (size_t i = 0; i < group->len; i++) {
		const struct iw_buffer *before = &group->jobs[i]->absolute;

		if (before->len >= job->absolute.len &&
		    is_related(before, &job->absolute))
			return false;
	}
	return true;
}

static bool may_be_taken(const struct iw_backup_jobs *jobs,
			 const struct iw_backup_group *group,
			 const struct iw_backup_job *job)
{
	if (group->len && job->is_alone)
		return false;
	return may_join(group, job) && may_run(jobs, job);
}

/* The first that may be put in that group. */
static struct iw_backup_job *take_job(struct iw_backup_jobs *jobs,
				      const struct iw_backup_group *group)
{
	struct iw_backup_job *before = NULL;
	struct iw_backup_job *job = jobs->first;

	for (size_t i = 0; job && !may_be_taken(jobs, group, job); i++) {
		if (i == LOOK_AHEAD)
			return NULL;
		before = job;
		job = job->next;
	}
	if (!job)
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

/* How many may be put together. */
static size_t most_together(const struct iw_backup *backup)
{
	const uint64_t count = backup->options->count;
	const uint64_t left = count - backup->counts.stored;

	if (!iw_store_has_groups(backup->store) || backup->is_full ||
	    backup->jobs.waiting < FEWEST)
		return 1;
	return count && left < IW_BACKUP_GROUP ? (size_t)left : IW_BACKUP_GROUP;
}

/* Returns 1 if a group was given to a thread, 0 if none may be now, or -ENOMEM. */
static int start_group(struct iw_backup *backup)
{
	struct iw_backup_jobs *jobs = &backup->jobs;
	const size_t most = most_together(backup);
	IW_AUTO_FREE struct iw_backup_group *group =
		jobs->first ? malloc(sizeof(*group)) : NULL;
	struct iw_backup_job *job;

	if (!group)
		return jobs->first ? -ENOMEM : 0;
	group->work.data = group;
	group->backup = backup;
	group->len = 0;
	while (group->len < most && (job = take_job(jobs, group))) {
		group->jobs[group->len++] = job;
		if (job->is_alone)
			break;
	}
	if (group->len == 0)
		return 0;
	jobs->running[jobs->running_count++] = group;
	jobs->at_work += group->len;
	uv_queue_work(&backup->uv, &group->work, work, on_done);
	(void)IW_TAKE_PTR(group);
	return 1;
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

	if (backup->is_ending)
		return 0;
	/* One tries whether there is room again. */
	if (backup->is_full)
		most = iw_backup_now_ns() < backup->full_until_ns ? 0 : 1;
	int r = take_rested(backup);
	bool is_started = r == 0;
	while (is_started && jobs->running_count < most) {
		r = start_group(backup);
		is_started = r > 0;
	}
	return r < 0 ? r : 0;
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
		iw_backup_free_job(job);
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

	for (size_t i = 0; i < jobs->running_count; i++) {
		const struct iw_backup_group *group = jobs->running[i];

		for (size_t k = 0; k < group->len && r == 0; k++)
			r = iw_backup_touch(backup, group->jobs[k]->root,
					    group->jobs[k]->below, IW_BACKUP_AGAIN);
	}
	return r;
}

void iw_backup_drop_jobs(struct iw_backup *backup)
{
	while (backup->jobs.first) {
		struct iw_backup_job *job = backup->jobs.first;

		backup->jobs.first = job->next;
		iw_backup_free_job(job);
	}
	backup->jobs.last = NULL;
	backup->jobs.waiting = 0;
}
