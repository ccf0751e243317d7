/* SPDX-License-Identifier: MIT */
/*
 * Writes records to a descriptor without ever waiting for a slow reader.
 * The output owns what waits to be written, and the descriptor it opened for itself; the
 * one it was given stays the caller's, with its flags untouched.
 * It never splits the order of bytes, never drops any, and never raises SIGPIPE on a
 * socket (the program ignores that signal for pipes).
 */
#ifndef IW_SINK_OUTPUT_H
#define IW_SINK_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/buffer.h"

struct iw_output;

/*
 * Makes an output on fd. Pipes and terminals are opened once more through /proc so that
 * they do not block us although they may block others. limit_len is what may wait in
 * memory. Returns 0, -ENOMEM, or -EBADF.
 */
IW_MUST_CHECK int iw_output_new(int fd, size_t limit_len, struct iw_output **ret_output);
void iw_output_free(struct iw_output *output);

/* Where whole records are appended. */
struct iw_buffer *iw_output_buffer(struct iw_output *output);

/*
 * Writes what can be written now. Returns 1 if nothing is left, 0 if the reader is slow
 * (wait for iw_output_fd()), or -errno: -EPIPE if the reader left,
 * -ENOSPC, -EIO, … of write(2).
 */
IW_MUST_CHECK int iw_output_flush(struct iw_output *output);

/* True if so much waits that no more should be read from the source. */
bool iw_output_is_full(const struct iw_output *output);

/* Bytes that wait. */
size_t iw_output_waiting(const struct iw_output *output);

/*
 * The descriptor to wait for, readable when there is something to do: the reader takes
 * bytes again, or has left. It is opened when it is asked for first, and stays the same
 * when the output is reopened. Returns it or -errno.
 */
IW_MUST_CHECK int iw_output_fd(struct iw_output *output);

/* Returns 0, or -EPIPE if the reader has left although nothing is being written. */
IW_MUST_CHECK int iw_output_check(const struct iw_output *output);

/* Goes on with another descriptor (log rotation); all that waits goes to the new one. */
IW_MUST_CHECK int iw_output_reopen(struct iw_output *output, int fd);

#endif
