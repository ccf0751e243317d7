/* SPDX-License-Identifier: MIT */
#include "base/buffer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

enum { SMALLEST_CAPACITY = 256 };

void iw_buffer_done(struct iw_buffer *buffer)
{
	free(buffer->data);
	*buffer = IW_BUFFER_INIT;
}

int iw_buffer_grow(struct iw_buffer *buffer, size_t extra_len)
{
	if (extra_len > SIZE_MAX / 2 - buffer->len)
		return -ENOMEM;
	if (buffer->data && buffer->len + extra_len <= buffer->cap)
		return 0;
	size_t cap = buffer->cap ? buffer->cap : SMALLEST_CAPACITY;
	while (cap < buffer->len + extra_len)
		cap *= 2;
	char *data = realloc(buffer->data, cap);
	if (!data)
		return -ENOMEM;
	buffer->data = data;
	buffer->cap = cap;
	return 0;
}

int iw_buffer_printf(struct iw_buffer *buffer, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		return -ENOMEM;
	int r = iw_buffer_reserve(buffer, (size_t)len + 1);
	if (r < 0)
		return r;
	va_start(args, format);
	vsnprintf(buffer->data + buffer->len, (size_t)len + 1, format, args);
	va_end(args);
	buffer->len += (size_t)len;
	return 0;
}

int iw_buffer_terminate(struct iw_buffer *buffer)
{
	int r = iw_buffer_append_char(buffer, '\0');
	if (r == 0)
		buffer->len--;
	return r;
}
