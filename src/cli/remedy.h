/* SPDX-License-Identifier: MIT */
/*
 * The advice that follows from an errno of a path that could not be watched.
 * Nothing is kept: each call reads /proc; the text goes into the caller's buffer.
 * It never changes anything of what it advises about.
 */
#ifndef IW_CLI_REMEDY_H
#define IW_CLI_REMEDY_H

#include "base/attributes.h"
#include "base/buffer.h"

/*
 * Appends what to do about an errno of a path that could not be watched, as one line;
 * nothing if there is no advice. Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_remedy_append(struct iw_buffer *buffer, int error);

#endif
