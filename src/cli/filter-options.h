/* SPDX-License-Identifier: MIT */
/*
 * What the options that hide and prune set, as rows of the table of options call it.
 * The patterns go into the options, which belong to the caller.
 * It never compiles a pattern: cli/patterns does.
 */
#ifndef IW_CLI_FILTER_OPTIONS_H
#define IW_CLI_FILTER_OPTIONS_H

#include "cli/option-table.h"

iw_option_fn iw_filter_option_exclude;
iw_option_fn iw_filter_option_excludei;
iw_option_fn iw_filter_option_include;
iw_option_fn iw_filter_option_includei;
iw_option_fn iw_filter_option_glob;
iw_option_fn iw_filter_option_ignore;
iw_option_fn iw_filter_option_type;
extern const char *const iw_filter_type_words[]; /* what it takes */

#endif
