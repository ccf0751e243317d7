/* SPDX-License-Identifier: MIT */
/*
 * Tells whoever supervises the program how it stands: the datagrams of sd_notify(3).
 * The environment names the socket; nothing is kept open between two messages.
 * It never waits long, and says nothing where nobody asked for it.
 */
#ifndef IW_CLI_NOTIFY_H
#define IW_CLI_NOTIFY_H

#include "cli/messages.h"

/*
 * Sends assignments, one a line: "READY=1", "STOPPING=1", "STATUS=…". Without
 * NOTIFY_SOCKET, which is a path or an abstract name ("@…"), it does nothing; what fails
 * is a warning.
 */
void iw_notify(struct iw_messages *messages, const char *assignments);

#endif
