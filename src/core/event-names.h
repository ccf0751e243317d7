/* SPDX-License-Identifier: MIT */
/*
 * %e of a record: the names of its events, joined by a separator.
 * Nearly every record is of one event, so those are spelled beforehand; whoever prints
 * owns that table, which holds no pointers and costs a kilobyte.
 * It never decides what a record's events are: those are its mask's.
 */
#ifndef IW_CORE_EVENT_NAMES_H
#define IW_CORE_EVENT_NAMES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/inotify.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "core/record.h"

/* The longest that any record's events are: every name there is, joined. */
enum { IW_EVENT_NAMES_MAX_LEN = 256 };

/* The bits that stand for one event each are the lowest (inotify.h). */
enum { IW_EVENT_NAMES_BITS = 14, IW_EVENT_NAMES_SPELLED_LEN = 31 };

struct iw_event_names {
	char separator;
	struct iw_spelled_events {
		char text[IW_EVENT_NAMES_SPELLED_LEN];
		unsigned char len;
	} spelled[2][IW_EVENT_NAMES_BITS]; /* the second of directories, with ISDIR */
};

/* Spells single events. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_event_names_init(struct iw_event_names *names, char separator);

/*
 * Appends the names of a record's mask, as iw_mask_append_names() does; but MOVED for a
 * move and EXCHANGED for an exchange, which stand for two events of the kernel. Returns 0
 * or -ENOMEM.
 */
IW_MUST_CHECK int iw_event_names_append(struct iw_buffer *buffer,
					const struct iw_record *record, char separator);

/* What that appends if it was spelled beforehand, or NULL. */
static inline const struct iw_spelled_events *
iw_event_names_find(const struct iw_event_names *names, const struct iw_record *record)
{
	const uint32_t bits = record->mask & ~(uint32_t)IN_ISDIR;

	if (bits == 0 || (bits & (bits - 1)) || bits >> IW_EVENT_NAMES_BITS ||
	    record->event == IW_MOVE || record->event == IW_EXCHANGE)
		return NULL;
	return &names->spelled[bits != record->mask][__builtin_ctz(bits)];
}

/* Appends them where there is room for the longest; a copy of fixed length is quick. */
static inline void iw_event_names_put(struct iw_buffer *buffer,
				      const struct iw_spelled_events *spelled)
{
	memcpy(buffer->data + buffer->len, spelled->text, sizeof(spelled->text));
	buffer->len += spelled->len;
}

#endif
