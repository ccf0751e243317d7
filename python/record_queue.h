/* SPDX-License-Identifier: MIT */
/*
 * Records that wait until Python takes them, oldest first.
 * The queue owns copies of all bytes; what iw_record_queue_first() shows is valid until
 * the next call that changes the queue.
 * It never touches a Python object, so that it is filled without the GIL.
 */
#ifndef IW_PYTHON_RECORD_QUEUE_H
#define IW_PYTHON_RECORD_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "core/record.h"

struct iw_record_queue {
	struct iw_buffer bytes; /* records behind each other, the taken ones included */
	size_t taken;           /* bytes of those */
};

/* A record as it waits; the paths are plain ones (iw_path_append_plain()). */
struct iw_queued_record {
	int64_t time_ns;
	uint32_t mask;
	uint32_t cookie;
	enum iw_event event;
	int error; /* a positive errno, or 0 */
	bool is_dir;
	size_t path_len; /* 0: it has none */
	size_t old_path_len;
	const char *path;
	const char *old_path;
};

void iw_record_queue_done(struct iw_record_queue *queue);

/* Appends a copy. Returns 0 or -ENOMEM (queue unchanged). */
IW_MUST_CHECK int iw_record_queue_add(struct iw_record_queue *queue,
				      const struct iw_record *record);

/* Shows the oldest record. Returns false if there is none. */
bool iw_record_queue_first(const struct iw_record_queue *queue,
			   struct iw_queued_record *ret_record);

/* Takes it out: first is what iw_record_queue_first() has shown. */
void iw_record_queue_pop(struct iw_record_queue *queue,
			 const struct iw_queued_record *first);

/* True if there is none. */
static inline bool iw_record_queue_is_empty(const struct iw_record_queue *queue)
{
	return queue->taken == queue->bytes.len;
}

#endif
