/* SPDX-License-Identifier: MIT */
/*
 * The event loop: waits for the kernel, the reader of the output, signals and timers, all
 * through libuv, and lets the session work in between.
 * The loop owns its libuv handles; the session stays the caller's.
 * It never ticks: with nothing to do it makes no system call. It is not set up before the
 * session has taken its first turn, which is all that a small tree needs to be ready.
 */
#ifndef IW_CLI_LOOP_H
#define IW_CLI_LOOP_H

#include <signal.h>

#include "base/attributes.h"
#include "cli/session.h"

/*
 * Holds back the signals that the loop hears, and SIGPIPE, until it runs; gives the mask
 * that was in force before.
 */
void iw_loop_hold_signals(struct iw_session *session, sigset_t *ret_mask);

/*
 * The signals of which the program changes what they do, also SIGPIPE, which it ignores:
 * what it starts gets them as they were.
 */
void iw_loop_heard_signals(sigset_t *ret_signals);

/*
 * Runs the session to its end; its status and signal say how it ended. mask is what
 * iw_loop_hold_signals() gave.
 */
void iw_loop_run(struct iw_session *session, const sigset_t *mask);

#endif
