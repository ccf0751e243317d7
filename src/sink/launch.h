/* SPDX-License-Identifier: MIT */
/*
 * From changes to a running command: its arguments, its environment, its standard input.
 * The launcher owns what is the same for each run; changes stay the caller's.
 * It never decides when to run, and never waits for the command.
 */
#ifndef IW_SINK_LAUNCH_H
#define IW_SINK_LAUNCH_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/attributes.h"
#include "core/batch.h"
#include "core/template.h"

/* What the command reads. */
enum iw_feed {
	IW_FEED_NOTHING, /* /dev/null */
	IW_FEED_LINES,   /* each path, and a newline */
	IW_FEED_NUL,     /* each path, and NUL */
	IW_FEED_JSON,    /* a record of the stream's format for each path */
};

struct iw_launch_config {
	const char *const *args; /* COMMAND; outlive the launcher */
	size_t len;
	const char *shell; /* --shell TEXT instead of COMMAND; NULL */
	enum iw_feed feed;
	sigset_t mask;     /* of the command */
	sigset_t defaults; /* signals that get their default action */
};

struct iw_launch;

/*
 * Returns 0, -ENOMEM, or -EINVAL with a sentence in ret_problem (constant data).
 */
IW_MUST_CHECK int iw_launch_new(const struct iw_launch_config *config,
				struct iw_launch **ret_launch, const char **ret_problem);
void iw_launch_free(struct iw_launch *launch);

enum iw_template_kind iw_launch_kind(const struct iw_launch *launch);

/* True if a run that is stopped in the middle has left paths undone. */
bool iw_launch_tells_paths(const struct iw_launch *launch);

/*
 * Whether the command can be found at this moment: 0, -ENOENT or -EACCES; 0 too if only a
 * change will say what is run.
 */
IW_MUST_CHECK int iw_launch_check(const struct iw_launch *launch);

/*
 * Starts the command for the changes from first on (NULL: none). ret_rest is the first
 * that it was not told of, because they do not fit into one command line; NULL: none.
 * Returns 0 or what iw_child_start() returns; ret_rest is set then as well.
 */
IW_MUST_CHECK int iw_launch_start(struct iw_launch *launch, struct iw_change *first,
				  pid_t *ret_pid, struct iw_change **ret_rest);

#endif
