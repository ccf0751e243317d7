/* SPDX-License-Identifier: MIT */
/*
 * Runs a command when something has changed: when it is started, what happens to changes
 * that come while it runs, how it is stopped.
 * It owns the changes and the processes; the launcher stays the caller's. The caller
 * reads the clock, hears SIGCHLD, and calls iw_run_turn() when there is something to do.
 * It never forgets a change but where the user asked for that, never has two runs for the
 * same path, and says nothing by itself.
 */
#ifndef IW_SINK_RUN_H
#define IW_SINK_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "core/gather.h"
#include "sink/launch.h"
#include "sink/seen.h"

/* What a change does while the command runs (for it, if there is a run for each path). */
enum iw_busy {
	IW_BUSY_QUEUE,   /* it is run once more afterwards */
	IW_BUSY_IGNORE,  /* the change is forgotten */
	IW_BUSY_RESTART, /* it is stopped, and started again */
	IW_BUSY_SIGNAL,  /* it is sent a signal, and that is all */
};

/* How a run, or one part of a batch that was split, has ended. */
struct iw_run_end {
	const struct iw_change *first; /* what it was for; NULL: no change */
	size_t len;                    /* how many changes */
	int64_t duration_ns;
	int error;       /* why it could not be started: a negative errno; 0: it was */
	int wait_status; /* as of waitpid(2) */
	bool is_timed_out;
	bool is_stopped; /* by us, for a restart or at the end */
};

typedef void iw_run_begins_fn(void *context);
typedef void iw_run_ended_fn(void *context, const struct iw_run_end *end);

/*
 * Gets, once in a minute at most, that so many runs were each started by what changed
 * during the one before, and a path of what starts the next.
 */
typedef void iw_run_looped_fn(void *context, const char *path, uint64_t len);

struct iw_run_config {
	struct iw_launch *launch;
	struct iw_seen *seen; /* NULL: each event is a change, whatever it has changed */
	enum iw_busy on_busy;
	size_t jobs;         /* runs for different paths at the same time */
	uint64_t count;      /* after so many runs it is finished; 0: never */
	bool is_error_final; /* it is finished after the first failure */
	int signal;          /* of IW_BUSY_SIGNAL */
	int stop_signal;
	int64_t stop_timeout_ns; /* then KILL */
	int64_t timeout_ns;      /* of a run; 0: none */
	int64_t settle_ns;
	int64_t max_wait_ns;
	size_t limit_len;         /* memory of changes that wait */
	iw_run_begins_fn *begins; /* before a run, unless others are at work; or NULL */
	iw_run_ended_fn *ended;   /* gets the end of each run; must not call in here */
	iw_run_looped_fn *looped; /* the same, of a loop */
	void *context;
};

struct iw_run;

/* Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_run_new(const struct iw_run_config *config, struct iw_run **ret_run);
/* All runs must have ended: iw_run_is_idle(). */
void iw_run_free(struct iw_run *run);

/* Takes a change that was seen at now_ns. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_run_add(struct iw_run *run, const struct iw_sight *sight,
			     int64_t now_ns);

/*
 * Looks what is at a path, which is no change. While this has not been done nothing is
 * known of it, and any change of it is one. Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_run_learn(struct iw_run *run, const struct iw_sight *sight);

/* Nothing is at a path any more, which is no change. */
void iw_run_forget(struct iw_run *run, const struct iw_sight *sight);

/* True until all that is to be learned is known. */
bool iw_run_is_learning(const struct iw_run *run);

/* True if the next turn is due at once. */
bool iw_run_has_more(const struct iw_run *run);

/* True if no more changes should be read before a run has taken some. */
bool iw_run_is_full(const struct iw_run *run);

/* From now on commands are started. */
void iw_run_open(struct iw_run *run);

/* True if it can be run without a change: not for a run a path. */
bool iw_run_can_want(const struct iw_run *run);

/*
 * It is to run once as soon as possible, whatever has changed: when that which runs has
 * ended. Only if it can.
 */
void iw_run_want(struct iw_run *run);

/* The same, and that which runs is stopped for it. */
void iw_run_want_anew(struct iw_run *run, int64_t now_ns);

/* Sends a signal to all that runs, also to what was left behind. */
void iw_run_signal(const struct iw_run *run, int number);

/* Takes note of processes that have ended; to be called on SIGCHLD, before a turn. */
void iw_run_reap(struct iw_run *run);

/* Does what is due at now_ns. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_run_turn(struct iw_run *run, int64_t now_ns);

/* When the next turn is due, unless something happens before; -1: never. */
int64_t iw_run_deadline_ns(const struct iw_run *run);

/* True if no more is to be run; ret_status is what the program ends with. */
bool iw_run_is_finished(const struct iw_run *run, int *ret_status);

/*
 * Starts nothing any more, and sends this signal to all that runs, and KILL when the
 * time for stopping is over. 0 stands for the signal that stops commands.
 */
void iw_run_close(struct iw_run *run, int number, int64_t now_ns);

/* The same without any delay. */
void iw_run_kill(struct iw_run *run, int64_t now_ns);

/* True if no process of any run is there. */
bool iw_run_is_idle(const struct iw_run *run);

struct iw_run_state {
	uint64_t ended;
	uint64_t failed;
	size_t running;
	size_t left;    /* groups of which the command has ended, but not all it began */
	size_t waiting; /* changes */
};
void iw_run_get_state(const struct iw_run *run, struct iw_run_state *ret_state);

/* What a shell would say: 0 to 255, 128 and more for a signal, 126 and 127 for an error.
 */
int iw_run_end_status(const struct iw_run_end *end);

#endif
