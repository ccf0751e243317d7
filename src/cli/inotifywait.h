/* SPDX-License-Identifier: MIT */
/*
 * The personalities of inotifywait and fsnotifywait 4.25.9 of inotify-tools: options,
 * checks, messages and statuses to the letter; what is told is inowatch's.
 * They are constant data that nobody owns.
 * Where the original loses, hangs or lies it is not followed: inotifywait(1) lists where.
 */
#ifndef IW_CLI_INOTIFYWAIT_H
#define IW_CLI_INOTIFYWAIT_H

#include "cli/personality.h"

extern const struct iw_personality iw_inotifywait;
extern const struct iw_personality iw_fsnotifywait;

/* In inotifywait-options.c. */
extern const struct iw_option iw_inotifywait_options[];
extern const size_t iw_inotifywait_options_len;

/* Reads a list as -e has it: words with commas between them, of which some may be empty.
 * Returns NULL, or the word that is no event. */
const char *iw_inotifywait_parse_events(const char *list, uint32_t *ret_bits);

#endif
