/* SPDX-License-Identifier: MIT */
/*
 * %T: a time as strftime(3) shows it in the local time zone, with fractions of a second.
 * It owns nothing; the format is the caller's.
 * It never reads the clock: records bring their time.
 */
#ifndef IW_CLI_TIMEFMT_H
#define IW_CLI_TIMEFMT_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"

enum { IW_TIMEFMT_MAX_LEN = 512 }; /* of a printed time, in bytes */

struct iw_timefmt {
	const char *format; /* strftime(3)'s, with %3N, %6N and %9N as well */
};

/*
 * Appends time_ns (since 1970, UTC); context is a struct iw_timefmt. A time longer than
 * IW_TIMEFMT_MAX_LEN is cut off to nothing. Returns 0 or -ENOMEM. Fits iw_time_printer.
 */
IW_MUST_CHECK int iw_timefmt_append(void *context, int64_t time_ns,
				    struct iw_buffer *buffer);

#endif
