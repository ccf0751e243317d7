/* SPDX-License-Identifier: MIT */
/*
 * Decodes the bytes that read(2) returns from an inotify descriptor, one event a call.
 * The bytes stay the caller's; an event's name points into them and lives as long.
 * It never reads past the given length, never assumes alignment, never asks the kernel.
 */
#ifndef IW_CORE_DECODE_H
#define IW_CORE_DECODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

/* One struct inotify_event (inotify(7)) in native byte order, with its name measured. */
struct iw_raw_event {
	int32_t wd; /* watch descriptor; -1 for IN_Q_OVERFLOW */
	uint32_t mask;
	uint32_t cookie;  /* joins IN_MOVED_FROM and IN_MOVED_TO; else 0 */
	uint32_t len;     /* bytes of name in the buffer, NUL padding included */
	const char *name; /* name_len bytes; NUL-terminated only if name_len < len */
	size_t name_len;  /* bytes before the first NUL, 0 if the event has no name */
};

struct iw_decoder {
	const char *next;
	const char *end;
};

void iw_decoder_init(struct iw_decoder *decoder, const void *bytes, size_t len);

/*
 * Returns 1 and the next event, 0 when all bytes are used up, or -EBADMSG when what is
 * left is no whole event (the kernel never does that; ret_event is untouched, and every
 * further call says the same).
 */
IW_MUST_CHECK int iw_decoder_next(struct iw_decoder *decoder,
				  struct iw_raw_event *ret_event);

#endif
