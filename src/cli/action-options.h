/* SPDX-License-Identifier: MIT */
/*
 * What the options of actions set, as rows of the table of options call it.
 * The values go into the options, which belong to the caller.
 * It never looks for the command and starts nothing.
 */
#ifndef IW_CLI_ACTION_OPTIONS_H
#define IW_CLI_ACTION_OPTIONS_H

#include "cli/option-table.h"

void iw_action_options_init(struct iw_action_options *action);

/*
 * Whether the options go together. Returns 0, -EINVAL with a line in error, or -ENOMEM.
 */
IW_MUST_CHECK int iw_action_options_check(const struct iw_options *options,
					  struct iw_buffer *error);

/* What --on-busy and --stdin take. */
extern const char *const iw_action_busy_words[];
extern const char *const iw_action_feed_words[];

iw_option_fn iw_action_set_shell;
iw_option_fn iw_action_set_print;
iw_option_fn iw_action_set_clear;
iw_option_fn iw_action_set_initial;
iw_option_fn iw_action_set_restart;
iw_option_fn iw_action_set_busy;
iw_option_fn iw_action_set_jobs;
iw_option_fn iw_action_set_feed;
iw_option_fn iw_action_set_compared;
iw_option_fn iw_action_set_signal;
iw_option_fn iw_action_set_stop_signal;
iw_option_fn iw_action_set_stop_timeout;
iw_option_fn iw_action_set_run_timeout;
iw_option_fn iw_action_set_error_final;

#endif
