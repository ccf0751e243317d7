/* SPDX-License-Identifier: MIT */
/*
 * Compiles the patterns of the command line (PCRE2 regular expressions, globs, exact
 * paths) and puts them into a filter.
 * The filter owns what was compiled.
 * It never matches by itself: core/filter asks, with bytes that need not be UTF-8.
 */
#ifndef IW_CLI_PATTERNS_H
#define IW_CLI_PATTERNS_H

#include "base/attributes.h"
#include "base/buffer.h"
#include "cli/options.h"
#include "core/filter.h"

/*
 * Adds every pattern. Returns 0; -EINVAL with one line for the user in error; -ENOMEM.
 */
IW_MUST_CHECK int iw_patterns_compile(const struct iw_pattern_list *list,
				      struct iw_filter *filter, struct iw_buffer *error);

#endif
