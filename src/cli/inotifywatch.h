/* SPDX-License-Identifier: MIT */
/*
 * The personalities of inotifywatch and fsnotifywatch of inotify-tools: options, checks,
 * messages, table and statuses to the letter; what is counted is what inowatch knows.
 * They are constant data that nobody owns.
 * Where the original loses or crashes it is not followed: inotifywatch(1) lists where.
 */
#ifndef IW_CLI_INOTIFYWATCH_H
#define IW_CLI_INOTIFYWATCH_H

#include "cli/personality.h"

extern const struct iw_personality iw_inotifywatch;
extern const struct iw_personality iw_fsnotifywatch;

/* In inotifywatch-options.c. */
extern const struct iw_option iw_inotifywatch_options[];
extern const size_t iw_inotifywatch_options_len;

#endif
