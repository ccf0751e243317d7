/* SPDX-License-Identifier: MIT */
/*
 * What is said of a run that has ended: a line on a terminal for each, elsewhere for
 * those that failed. Nothing is owned: the options, messages and the end are the
 * caller's. It never decides what follows from it.
 */
#ifndef IW_CLI_OUTCOME_H
#define IW_CLI_OUTCOME_H

#include "cli/messages.h"
#include "cli/options.h"
#include "sink/run.h"

/* What is run, as messages name it. */
const char *iw_outcome_command(const struct iw_options *options);

/* Why it cannot be run: a negative errno of iw_launch_check() or iw_launch_start(). */
const char *iw_outcome_why_not(const struct iw_launch *launch, int error);

void iw_outcome_say(struct iw_messages *messages, const struct iw_options *options,
		    const struct iw_launch *launch, const struct iw_run_end *end);

#endif
