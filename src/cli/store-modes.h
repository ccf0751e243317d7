/* SPDX-License-Identifier: MIT */
/*
 * Reading a store: --versions, --restore and --check, each of which prints and ends.
 * It owns nothing; options and messages are the caller's.
 * It never writes into the store.
 */
#ifndef IW_CLI_STORE_MODES_H
#define IW_CLI_STORE_MODES_H

#include "cli/messages.h"
#include "cli/options.h"

/*
 * Does what options->store.mode says. Returns the status to end with: IW_STATUS_DONE,
 * _ERROR (nothing could be done), _INCOMPLETE (something was left, lost or damaged), or
 * _OUTPUT.
 */
int iw_store_modes_run(const struct iw_options *options, struct iw_messages *messages);

#endif
