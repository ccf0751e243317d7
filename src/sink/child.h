/* SPDX-License-Identifier: MIT */
/*
 * Starts one command: in a process group of its own, with descriptors 0 to 2 only, a
 * signal state of its own, and TERM for it when inowatch is killed.
 * The caller owns the child from then on: it waits for it, and its group.
 * It never uses a shell, never changes the working directory, the umask or anything else
 * of the caller, and says nothing.
 */
#ifndef IW_SINK_CHILD_H
#define IW_SINK_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/attributes.h"

/* Where a command is looked for; made once, as the shell remembers it. */
struct iw_child_places {
	char **files; /* candidates, ended by NULL; owned */
};

/*
 * Looks a command up: a name with a slash is itself, others are in the folders of $PATH.
 * Returns 0; -ENOENT if it is nowhere, -EACCES if what is there cannot be run
 * (ret_places is filled then too: it may come later); or -ENOMEM.
 */
IW_MUST_CHECK int iw_child_find(const char *name, struct iw_child_places *ret_places);
void iw_child_places_done(struct iw_child_places *places);

struct iw_child_plan {
	char *const *files; /* candidates for execve(2), in turn, ended by NULL */
	char **vector;      /* of iw_argv_vector(); an entry before it may be used */
	char *const *environment;
	int stdin_fd;             /* -1: /dev/null */
	const sigset_t *mask;     /* of signals that the command begins with */
	const sigset_t *defaults; /* those that get their default action first */
};

/*
 * Starts it, and returns when the new program runs or could not be run: 0 and its number,
 * which is also that of its group; or what fork(2) and execve(2) say, such as -ENOENT,
 * -EACCES, -E2BIG, -EAGAIN. A file without a format of its own is given to /bin/sh, as
 * execvp(3) does.
 */
IW_MUST_CHECK int iw_child_start(const struct iw_child_plan *plan, pid_t *ret_pid);

#endif
