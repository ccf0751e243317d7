/* SPDX-License-Identifier: MIT */
/*
 * The personality of inowatch itself.
 * It is constant data that nobody owns.
 * Its options are those of cli/option-table; nothing else asks for it by name.
 */
#ifndef IW_CLI_INOWATCH_H
#define IW_CLI_INOWATCH_H

#include "cli/personality.h"

extern const struct iw_personality iw_inowatch;

#endif
