/* SPDX-License-Identifier: MIT */
/*
 * The life of a libuv loop: made if that can succeed, and ended with all its handles.
 * The loop is a part of whoever uses it, zero before it is made.
 * It never lets libuv end the program, as libuv does when it has no descriptors.
 */
#ifndef IW_CLI_UVLOOP_H
#define IW_CLI_UVLOOP_H

#include <uv.h>

#include "base/attributes.h"
#include "cli/messages.h"

/* Returns 0, or what libuv says; iw_uvloop_done() is allowed in any case. */
IW_MUST_CHECK int iw_uvloop_init(uv_loop_t *loop);

/* Closes all handles and the loop, if it was made. */
void iw_uvloop_done(uv_loop_t *loop);

/* Says that the program cannot go on without a loop; error is libuv's. */
void iw_uvloop_say_error(struct iw_messages *messages, int error);

#endif
