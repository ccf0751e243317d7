/* SPDX-License-Identifier: MIT */
/*
 * Points in time as users write them: "2026-11-20T06:35:06Z", "2026-11-20 06:35", "2d".
 * Nothing is owned; texts are NUL-terminated and read to their end.
 * It never asks for the time or the time zone: both are given.
 */
#ifndef IW_CORE_INSTANT_H
#define IW_CORE_INSTANT_H

#include <stdint.h>
#include <time.h>

#include "base/attributes.h"

/* What it has to be told. */
struct iw_instant_setting {
	int64_t now_ns; /* since 1970, UTC; ages count back from it */
	/* Seconds since 1970 of a local time: mktime(3). */
	time_t (*from_local)(struct tm *local);
};

/*
 * One of
 *   RFC 3339      2026-11-20T06:35:06Z, …06.123456789+01:00; a space may be the T
 *   local time    2026-11-20, 2026-11-20 06:35, 2026-11-20 06:35:06; T may be the space
 *   store's form  20261120T063506.123456789Z
 *   age           2d, 90m, 1.5h: as iw_quantity_duration(), back from now
 * A date alone is the beginning of that day. Digits behind the ninth of a fraction are
 * left out. Returns 0, -EINVAL for anything else, -ERANGE for what 64 bits of nanoseconds
 * cannot hold.
 */
IW_MUST_CHECK int iw_instant_parse(const char *text,
				   const struct iw_instant_setting *setting,
				   int64_t *ret_time_ns);

#endif
