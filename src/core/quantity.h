/* SPDX-License-Identifier: MIT */
/*
 * Durations, sizes and counts as users write them: "1.5s", "64M", "10".
 * Nothing is owned; texts are NUL-terminated and read to their end.
 * It never depends on the locale: a fraction is written with a point.
 */
#ifndef IW_CORE_QUANTITY_H
#define IW_CORE_QUANTITY_H

#include <stdint.h>

#include "base/attributes.h"

/*
 * A number of seconds, or one with the suffix ms, s, m, h or d; fractions are taken.
 * Returns 0, -EINVAL for anything else (also negative), -ERANGE above 100 years.
 */
IW_MUST_CHECK int iw_quantity_duration(const char *text, int64_t *ret_ns);

/*
 * A whole number of bytes, or one with the suffix k, M, G (either case; 1024, 1024²,
 * 1024³). Returns 0, -EINVAL, or -ERANGE above 2^62.
 */
IW_MUST_CHECK int iw_quantity_size(const char *text, uint64_t *ret_len);

/* A whole number from 0 to max. Returns 0, -EINVAL, or -ERANGE. */
IW_MUST_CHECK int iw_quantity_count(const char *text, uint64_t max, uint64_t *ret_count);

#endif
