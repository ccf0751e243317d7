/* SPDX-License-Identifier: MIT */
/*
 * What the rooms of sink/run share: its jobs.
 * The run owns its jobs, each job its processes and the changes it was started for.
 * Nothing outside of src/sink/run*.c and jobs.c includes it.
 */
#ifndef IW_SINK_RUN_PRIVATE_H
#define IW_SINK_RUN_PRIVATE_H

#include "core/chain.h"
#include "sink/group.h"
#include "sink/run.h"

/*
 * One run. It is there until all its processes are: also what the command left behind
 * when it ended, which goes on undisturbed until a restart or the end.
 */
struct iw_job {
	struct iw_job *next;
	struct iw_group group;
	struct iw_batch batch;  /* what is not done yet; for a path also what is */
	struct iw_change *rest; /* of it: what the command was not told; NULL: all told */
	int64_t begun_ns;
	int64_t timeout_ns; /* when it has taken too long; -1: never */
	int status;         /* the first failure of its parts */
	bool is_ended;      /* only what was left behind is there */
	bool is_timed_out;
	bool is_restarting; /* it is stopped so that it can be started again */
};

struct iw_run {
	struct iw_run_config config;
	struct iw_gather gather;
	struct iw_batch learning; /* to be looked at, and no changes */
	struct iw_batch looking;  /* settled: are they changes? */
	struct iw_batch news;     /* of these: they are */
	struct iw_batch waiting;  /* settled: to be run */
	struct iw_job *jobs;
	struct iw_chain chain;
	uint64_t started;
	uint64_t ended;
	uint64_t failed;
	bool is_each; /* a run for each path */
	bool is_open;
	bool is_wanted;
	bool is_closing;
	bool is_finished;
	int status;
};

/* In jobs.c. */

/* Starts a job for these changes, which it takes over. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_job_start(struct iw_run *run, struct iw_batch *batch,
			       int64_t now_ns);

/* Looks what has become of each job and does what is due. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_jobs_turn(struct iw_run *run, int64_t now_ns);

/* Stops a job, so that it is run again. */
void iw_job_restart(const struct iw_run *run, struct iw_job *job, int64_t now_ns);

/* The job that stands in the way of one for this change (NULL: of any), or NULL. */
struct iw_job *iw_jobs_conflict(const struct iw_run *run, const struct iw_sight *sight);

size_t iw_jobs_busy(const struct iw_run *run);

/* In run-look.c. */

/* A path has changed before it was learned. */
void iw_run_unlearn(struct iw_run *run, const struct iw_sight *sight);

/* Looks at some of what is to be learned or compared. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_run_look(struct iw_run *run);

#endif
