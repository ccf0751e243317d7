/* SPDX-License-Identifier: MIT */
/*
 * The file of --outfile, as records and lines about a backup are appended to it.
 * The descriptor is the caller's.
 * It is never emptied, and only its owner may read what we make.
 */
#ifndef IW_CLI_OUTFILE_H
#define IW_CLI_OUTFILE_H

#include "base/attributes.h"
#include "cli/messages.h"
#include "cli/options.h"

/* Opens it, and makes it (mode 0600) if need be; the options are for what is said.
 * Returns a descriptor, or -errno after a message was said. */
IW_MUST_CHECK int iw_outfile_open(const struct iw_options *options, const char *path,
				  struct iw_messages *messages);

#endif
