/* SPDX-License-Identifier: MIT */
/*
 * The text of --help and --version, made from the tables of options and events.
 * The text is appended to the caller's buffer.
 * It never prints.
 */
#ifndef IW_CLI_HELP_H
#define IW_CLI_HELP_H

#include "base/attributes.h"
#include "base/buffer.h"

IW_MUST_CHECK int iw_help_append(struct iw_buffer *buffer);
IW_MUST_CHECK int iw_help_append_version(struct iw_buffer *buffer);

#endif
