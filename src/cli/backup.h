/* SPDX-License-Identifier: MIT */
/*
 * --backup: keeps a store up to date with PATHs, once or for as long as it runs.
 * All it needs it opens and closes itself; options and messages are main's.
 * It never reads or writes a file in the thread that reads the kernel's queue.
 */
#ifndef IW_CLI_BACKUP_H
#define IW_CLI_BACKUP_H

#include "cli/messages.h"
#include "cli/options.h"

/* Runs to its end. daemon_fd: of iw_daemon_fork(), or -1. Returns the exit status;
 * ret_signal gets the signal that ended it, or stays as it is. */
int iw_backup_run(const struct iw_options *options, struct iw_messages *messages,
		  int daemon_fd, int *ret_signal);

#endif
