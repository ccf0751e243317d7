/* SPDX-License-Identifier: MIT */
#include "record_queue.h"

#include <string.h>

/* After a flood the memory is given back. */
enum { KEPT_CAP = 1 << 20 };

void iw_record_queue_done(struct iw_record_queue *queue)
{
	iw_buffer_done(&queue->bytes);
	queue->taken = 0;
}

static int append_path(struct iw_buffer *bytes, const struct iw_path *path,
		       size_t *ret_len)
{
	const size_t start = bytes->len;

	if (!path->bytes)
		return 0;
	int r = iw_path_append_plain(bytes, path);
	if (r == 0)
		*ret_len = bytes->len - start;
	return r;
}

int iw_record_queue_add(struct iw_record_queue *queue, const struct iw_record *record)
{
	struct iw_buffer *bytes = &queue->bytes;
	const size_t start = bytes->len;
	struct iw_queued_record queued = {
		.time_ns = record->time_ns,
		.mask = record->mask,
		.cookie = record->cookie,
		.event = record->event,
		.error = record->error,
		.is_dir = iw_record_is_dir(record),
	};

	int r = iw_buffer_append(bytes, &queued, sizeof(queued));
	if (r == 0)
		r = append_path(bytes, &record->path, &queued.path_len);
	if (r == 0)
		r = append_path(bytes, &record->from, &queued.old_path_len);
	if (r < 0)
		bytes->len = start;
	else
		memcpy(bytes->data + start, &queued, sizeof(queued));
	return r;
}

bool iw_record_queue_first(const struct iw_record_queue *queue,
			   struct iw_queued_record *ret_record)
{
	if (iw_record_queue_is_empty(queue))
		return false;
	/* Names have any length: the header is not aligned. */
	const char *start = queue->bytes.data + queue->taken;
	memcpy(ret_record, start, sizeof(*ret_record));
	ret_record->path = start + sizeof(*ret_record);
	ret_record->old_path = ret_record->path + ret_record->path_len;
	return true;
}

void iw_record_queue_pop(struct iw_record_queue *queue,
			 const struct iw_queued_record *first)
{
	queue->taken += sizeof(*first) + first->path_len + first->old_path_len;
	if (!iw_record_queue_is_empty(queue))
		return;
	queue->taken = 0;
	if (queue->bytes.cap > KEPT_CAP)
		iw_buffer_done(&queue->bytes);
	else
		iw_buffer_clear(&queue->bytes);
}
