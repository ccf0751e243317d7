/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sys/inotify.h>

#include "source/inotify.h"
#include "source/watcher-private.h"

enum { READ_LEN = 64 * 1024 };

uint64_t iw_input_end(const struct iw_watcher *watcher)
{
	return watcher->position + (watcher->input.len - watcher->input_done) +
	       watcher->backlog.len + iw_inotify_queued(watcher->fd);
}

/* Appends one read of the queue to buffer. Returns the bytes read, or -errno. */
static int read_some(struct iw_watcher *watcher, struct iw_buffer *buffer)
{
	int r = iw_buffer_reserve(buffer, READ_LEN);
	if (r < 0)
		return r;
	r = iw_inotify_read(watcher->fd, buffer->data + buffer->len, READ_LEN);
	if (r > 0) {
		buffer->len += (size_t)r;
		watcher->input_time_ns = iw_watcher_realtime_ns();
	}
	return r;
}

int iw_input_drain(struct iw_watcher *watcher)
{
	int r;

	do {
		r = read_some(watcher, &watcher->backlog);
	} while (r > 0);
	return r;
}

int iw_input_next(struct iw_watcher *watcher)
{
	iw_buffer_clear(&watcher->input);
	watcher->input_done = 0;
	if (watcher->backlog.len) {
		const struct iw_buffer empty = watcher->input;

		watcher->input = watcher->backlog;
		watcher->backlog = empty;
		return 1;
	}
	int r = read_some(watcher, &watcher->input);
	return r > 0 ? 1 : r;
}
