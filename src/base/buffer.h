/* SPDX-License-Identifier: MIT */
/*
 * A growing byte buffer: records are formatted into it, paths are put together in it.
 * The buffer owns its memory; pointers into it are valid until the next call that adds.
 * It never shrinks before iw_buffer_done() and never interprets the bytes.
 */
#ifndef IW_BASE_BUFFER_H
#define IW_BASE_BUFFER_H

#include <stddef.h>
#include <string.h>

#include "base/attributes.h"

struct iw_buffer {
	char *data; /* NULL until something was reserved */
	size_t len; /* bytes in use */
	size_t cap; /* bytes allocated */
};

#define IW_BUFFER_INIT ((struct iw_buffer){0})
#define IW_AUTO_BUFFER IW_CLEANUP(iw_buffer_done)

/* Frees the memory; the buffer is empty and usable afterwards. */
void iw_buffer_done(struct iw_buffer *buffer);

/* What iw_buffer_reserve() does when there is not enough room yet. */
IW_MUST_CHECK int iw_buffer_grow(struct iw_buffer *buffer, size_t extra_len);

/* Makes room for extra_len more bytes. Returns 0, or -ENOMEM (buffer unchanged). */
IW_MUST_CHECK static inline int iw_buffer_reserve(struct iw_buffer *buffer,
						  size_t extra_len)
{
	/* Nothing at all is more than fits: data is to be some memory even then. */
	if (extra_len - 1 < buffer->cap - buffer->len)
		return 0;
	return iw_buffer_grow(buffer, extra_len);
}

/* Appends len bytes, for which iw_buffer_reserve() has made room. */
static inline void iw_buffer_put(struct iw_buffer *buffer, const void *bytes, size_t len)
{
	/* Blanks, commas and newlines are many: memcpy(3) costs more than they do. */
	if (len == 1)
		buffer->data[buffer->len] = *(const char *)bytes;
	else if (len)
		memcpy(buffer->data + buffer->len, bytes, len);
	buffer->len += len;
}

/* Appends len bytes. Returns 0, or -ENOMEM (buffer unchanged). */
IW_MUST_CHECK static inline int iw_buffer_append(struct iw_buffer *buffer,
						 const void *bytes, size_t len)
{
	if (len == 0)
		return 0;
	int r = iw_buffer_reserve(buffer, len);
	if (r == 0)
		iw_buffer_put(buffer, bytes, len);
	return r;
}

/* Appends one byte, or a NUL-terminated string without its NUL. */
IW_MUST_CHECK static inline int iw_buffer_append_char(struct iw_buffer *buffer, char byte)
{
	return iw_buffer_append(buffer, &byte, 1);
}

IW_MUST_CHECK static inline int iw_buffer_append_str(struct iw_buffer *buffer,
						     const char *text)
{
	return iw_buffer_append(buffer, text, strlen(text));
}

/* Appends as printf(3) would, without the final NUL. Returns 0 or -ENOMEM. */
IW_MUST_CHECK IW_PRINTF(2, 3) int iw_buffer_printf(struct iw_buffer *buffer,
						   const char *format, ...);

/*
 * Makes data a NUL-terminated string without counting the NUL in len.
 * Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_buffer_terminate(struct iw_buffer *buffer);

/* Forgets the content, keeps the memory. */
static inline void iw_buffer_clear(struct iw_buffer *buffer)
{
	buffer->len = 0;
}

#endif
