/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include <errno.h>
#include <stdint.h>

enum { PADDING = 64 };

static const char letters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

/* Writes 4 letters for 1 to 3 bytes. */
static void encode_group(char *to, const unsigned char *from, size_t len)
{
	uint32_t bits = (uint32_t)from[0] << 16;

	if (len > 1)
		bits |= (uint32_t)from[1] << 8;
	if (len > 2)
		bits |= from[2];
	to[0] = letters[bits >> 18];
	to[1] = letters[bits >> 12 & 63];
	to[2] = letters[len > 1 ? bits >> 6 & 63 : PADDING];
	to[3] = letters[len > 2 ? bits & 63 : PADDING];
}

int iw_base64_append(struct iw_buffer *buffer, const void *bytes, size_t len)
{
	const unsigned char *from = bytes;

	if (len > SIZE_MAX / 4)
		return -ENOMEM;
	int r = iw_buffer_reserve(buffer, (len + 2) / 3 * 4);
	if (r < 0)
		return r;
	for (size_t pos = 0; pos < len; pos += 3) {
		encode_group(buffer->data + buffer->len, from + pos, len - pos);
		buffer->len += 4;
	}
	return 0;
}
