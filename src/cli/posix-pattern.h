/* SPDX-License-Identifier: MIT */
/*
 * Extended regular expressions of regcomp(3), as inotifywait has them.
 * A pattern owns what was compiled for it.
 * They are never anchored, and know no characters but the C library's.
 */
#ifndef IW_CLI_POSIX_PATTERN_H
#define IW_CLI_POSIX_PATTERN_H

#include "base/attributes.h"
#include "base/buffer.h"
#include "cli/options.h"
#include "core/filter.h"

/* Returns 0; -EINVAL with a line in error; -ENOMEM. */
IW_MUST_CHECK int iw_posix_pattern_compile(const struct iw_pattern_option *option,
					   struct iw_pattern *ret_pattern,
					   struct iw_buffer *error);

/*
 * Has directories not entered of which this valid expression hides all there can be: it
 * matches "dir/", and so whatever is behind that, too. Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_posix_pattern_add_prune(const struct iw_pattern_option *option,
					     struct iw_filter *filter);

#endif
