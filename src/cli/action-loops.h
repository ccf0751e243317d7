/* SPDX-License-Identifier: MIT */
/*
 * What is said when a command runs again and again because of what it changes itself.
 * Nothing is owned.
 * It never decides when that is: sink/run does, and not often.
 */
#ifndef IW_CLI_ACTION_LOOPS_H
#define IW_CLI_ACTION_LOOPS_H

#include "cli/messages.h"
#include "cli/options.h"

/* path: what changed last, and is about to start the next run. */
void iw_say_loop(struct iw_messages *messages, const struct iw_options *options,
		 const char *path, uint64_t len);

#endif
