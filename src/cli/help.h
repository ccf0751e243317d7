/* SPDX-License-Identifier: MIT */
/*
 * The text of --help and --version, made from a personality's table of options and that
 * of events.
 * The text is appended to the caller's buffer.
 * It never prints.
 */
#ifndef IW_CLI_HELP_H
#define IW_CLI_HELP_H

#include "base/attributes.h"
#include "base/buffer.h"
#include "cli/personality.h"

/* Both return 0 or -ENOMEM. */
IW_MUST_CHECK int iw_help_append(const struct iw_personality *personality,
				 struct iw_buffer *buffer);
IW_MUST_CHECK int iw_help_append_version(const struct iw_personality *personality,
					 struct iw_buffer *buffer);

#endif
