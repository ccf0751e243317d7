/* SPDX-License-Identifier: MIT */
/*
 * The processes of one run: the command and what it has started in its process group.
 * Whoever has the structure owns the processes: it waits for them here and nowhere else.
 * It never signals a number that may have been given to somebody else: a group is known
 * to be ours until the last of its processes was waited for.
 *
 * The caller has to be a child subreaper (prctl(2)), so that orphans of the group become
 * its children; otherwise a group seems gone when the command itself is.
 */
#ifndef IW_SINK_GROUP_H
#define IW_SINK_GROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct iw_group {
	pid_t id;            /* of the command, and of the group */
	bool is_leader_gone; /* the command has ended; wait_status says how */
	bool is_gone;        /* and so have all others; nothing is signalled any more */
	bool is_stopping;
	bool is_killed;
	int wait_status;
	int64_t act_ns; /* when to kill, or to give up; -1: never */
};

void iw_group_init(struct iw_group *group, pid_t id);

/* True while the run goes on: the command runs, or all of the group is being stopped. */
bool iw_group_is_busy(const struct iw_group *group);

/* Sends a signal to all of the group. */
void iw_group_signal(const struct iw_group *group, int number);

/* Sends a signal, and KILL if something of the group is there still at kill_ns. */
void iw_group_stop(struct iw_group *group, int number, int64_t kill_ns);

/* Sends KILL; what is there a second later (CLOCK_MONOTONIC) cannot be helped. */
void iw_group_kill(struct iw_group *group, int64_t now_ns);

/* Does what is due at now_ns. */
void iw_group_turn(struct iw_group *group, int64_t now_ns);

/* Waits for those that have ended, without blocking; to be called on SIGCHLD. */
void iw_group_look(struct iw_group *group);

#endif
