/* SPDX-License-Identifier: MIT */
/*
 * -d: the program goes to the background, and the shell gets its prompt back only when
 * all is watched.
 * The pid file is removed by whoever made it.
 * It never changes the working directory, so that relative PATHs stay right.
 */
#ifndef IW_CLI_DAEMON_H
#define IW_CLI_DAEMON_H

#include "base/attributes.h"
#include "cli/messages.h"

/*
 * Forks. In the child it returns 0 and sets ret_fd, for iw_daemon_release_parent(); the
 * parent waits in here for it and exits with 0, or with the child's status if that ended
 * before all was watched. Not once there are threads: the child has none. Returns -errno
 * if there is no child.
 */
IW_MUST_CHECK int iw_daemon_fork(int *ret_fd);

/* All is watched: lets the parent go, unless fd is -1, and leaves terminal and stderr.
 * The descriptor is closed, and -1 then. */
void iw_daemon_release_parent(int *fd, struct iw_messages *messages);

/* Writes the process number to a file. Returns 0 or -errno. */
IW_MUST_CHECK int iw_daemon_write_pid(const char *path);

#endif
