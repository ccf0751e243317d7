/* SPDX-License-Identifier: MIT */
/*
 * Base64 (RFC 4648 §4, with padding): any bytes as text that JSON can carry.
 * Output goes to the caller's buffer; nothing is kept.
 * It never breaks lines, and it does not decode.
 */
#ifndef IW_BASE_BASE64_H
#define IW_BASE_BASE64_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/buffer.h"

/* Appends len bytes as 4 letters for each 3. Returns 0, or -ENOMEM (buffer unchanged). */
IW_MUST_CHECK int iw_base64_append(struct iw_buffer *buffer, const void *bytes,
				   size_t len);

#endif
