/* SPDX-License-Identifier: MIT */
/*
 * Commands on changes, as the command line asks for them: which records are changes, what
 * is said about runs, what the program ends with.
 * It owns the runs; options and messages are main's and outlive it.
 * It never waits, and reads no clock: cli/loop does.
 */
#ifndef IW_CLI_ACTIONS_H
#define IW_CLI_ACTIONS_H

#include <stdint.h>

#include "base/attributes.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "core/record.h"
#include "sink/run.h"

struct iw_actions;

/*
 * To be called while signals are as the caller of the program left them, because commands
 * begin with that. Returns 0; or -errno after a message was said (but -ENOMEM), and then
 * ret_status is what to end with: 127 if there is no such command.
 */
IW_MUST_CHECK int iw_actions_new(const struct iw_options *options,
				 struct iw_messages *messages,
				 struct iw_actions **ret_actions, int *ret_status);
void iw_actions_free(struct iw_actions *actions);

/* The events that are changes, if -e does not say which. */
uint32_t iw_actions_default_mask(void);

/*
 * Takes a record that was read at now_ns (CLOCK_MONOTONIC); not each is a change. Returns
 * 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_actions_take(struct iw_actions *actions,
				  const struct iw_record *record, int64_t now_ns);

/*
 * The same of a resync of a directory: it has come, or was replaced, or after an overflow
 * (is_overflow) nobody knows. It may be empty, so that nothing in it is found.
 */
IW_MUST_CHECK int iw_actions_take_resync(struct iw_actions *actions,
					 const struct iw_record *record, bool is_overflow,
					 int64_t now_ns);

/* All is watched: commands may run. */
void iw_actions_open(struct iw_actions *actions);

/* The runs, for who drives them. */
struct iw_run *iw_actions_run(const struct iw_actions *actions);

/* What SIGUSR1 asks for. */
void iw_actions_say_state(const struct iw_actions *actions);

#endif
