/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sys/inotify.h>

#include "source/inotify.h"
#include "source/watcher-private.h"

enum { READ_LEN = 64 * 1024 };

uint64_t iw_input_end(const struct iw_watcher *watcher)
{
	const struct iw_decoder *decoder = &watcher->decoder;

	return watcher->position + (uint64_t)(decoder->end - decoder->next) +
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

bool iw_input_is_tail(const struct iw_watcher *watcher)
{
	const struct iw_buffer *input = &watcher->input;

	return input->len > 0 && input->len < READ_LEN / 2;
}

int iw_input_read(struct iw_watcher *watcher)
{
	struct iw_buffer *input = &watcher->input;

	if (watcher->decoder.next < watcher->decoder.end) {
		const size_t had = watcher->backlog.len;
		int r = iw_input_drain(watcher);

		return r < 0 ? r : watcher->backlog.len > had;
	}
	/* The next read would find nothing, most of the time. */
	const bool is_tail = iw_input_is_tail(watcher);
	iw_buffer_clear(input);
	int r = 0;
	if (watcher->backlog.len) {
		const struct iw_buffer empty = *input;

		*input = watcher->backlog;
		watcher->backlog = empty;
	} else if (!is_tail || iw_mounts_ask(watcher)) {
		r = read_some(watcher, input);
	}
	iw_decoder_init(&watcher->decoder, input->data, input->len);
	return r < 0 ? r : input->len > 0;
}

static size_t event_len(const struct iw_raw_event *raw)
{
	return sizeof(struct inotify_event) + raw->len;
}

int iw_input_take(struct iw_watcher *watcher, struct iw_raw_event *ret_raw)
{
	if (watcher->decoder.next == watcher->decoder.end && watcher->backlog.len) {
		int r = iw_input_read(watcher);
		if (r < 0)
			return r;
	}
	return iw_decoder_next(&watcher->decoder, ret_raw);
}

void iw_input_pass(struct iw_watcher *watcher, const struct iw_raw_event *raw)
{
	watcher->position += event_len(raw);
	watcher->state.events++;
}

void iw_input_untake(struct iw_watcher *watcher, const struct iw_raw_event *raw)
{
	watcher->decoder.next -= event_len(raw);
}

void iw_input_look(const struct iw_watcher *watcher, struct iw_lookahead *ret_look)
{
	*ret_look = (struct iw_lookahead){watcher, watcher->decoder, false};
}

bool iw_input_look_next(struct iw_lookahead *look, struct iw_raw_event *ret_raw)
{
	const struct iw_buffer *backlog = &look->watcher->backlog;

	if (look->decoder.next == look->decoder.end && !look->is_in_backlog) {
		look->is_in_backlog = true;
		iw_decoder_init(&look->decoder, backlog->data, backlog->len);
	}
	return iw_decoder_next(&look->decoder, ret_raw) > 0;
}
