/* SPDX-License-Identifier: MIT */
/*
 * Signals as people write and read them: TERM, SIGTERM, 15.
 * Names are constant data.
 * It never sends a signal.
 */
#ifndef IW_CLI_SIGNAL_NAMES_H
#define IW_CLI_SIGNAL_NAMES_H

#include <signal.h>

#include "base/attributes.h"

/* A name in any case, with or without SIG, or a number. Returns 0 or -EINVAL. */
IW_MUST_CHECK int iw_signal_parse(const char *text, int *ret_number);

/* The name without SIG; NULL: it has none. */
const char *iw_signal_name(int number);

#endif
