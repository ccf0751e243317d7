/* SPDX-License-Identifier: MIT */
/*
 * The event loop: waits for the kernel, the reader of the output, signals and timers, all
 * through libuv, and lets the session work in between.
 * The loop owns its libuv handles; the session stays the caller's.
 * It never ticks: with nothing to do it makes no system call.
 */
#ifndef IW_CLI_LOOP_H
#define IW_CLI_LOOP_H

#include "base/attributes.h"
#include "cli/session.h"

/* Runs the session to its end; its status and signal say how it ended. */
void iw_loop_run(struct iw_session *session);

#endif
