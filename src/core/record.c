/* SPDX-License-Identifier: MIT */
#include "core/record.h"

#include <errno.h>
#include <sys/inotify.h>

static const struct {
	const char *word;
	uint32_t bit; /* 0: no single bit of the kernel stands for it */
} events[IW_EVENT_COUNT] = {
	[IW_ACCESS] = {"access", IN_ACCESS},
	[IW_MODIFY] = {"modify", IN_MODIFY},
	[IW_ATTRIB] = {"attrib", IN_ATTRIB},
	[IW_CLOSE_WRITE] = {"close_write", IN_CLOSE_WRITE},
	[IW_CLOSE_NOWRITE] = {"close_nowrite", IN_CLOSE_NOWRITE},
	[IW_OPEN] = {"open", IN_OPEN},
	[IW_CREATE] = {"create", IN_CREATE},
	[IW_DELETE] = {"delete", IN_DELETE},
	[IW_DELETE_SELF] = {"delete_self", IN_DELETE_SELF},
	[IW_MOVE_SELF] = {"move_self", IN_MOVE_SELF},
	[IW_UNMOUNT] = {"unmount", IN_UNMOUNT},
	[IW_MOVE] = {"move", 0},
	[IW_MOVED_IN] = {"moved_in", IN_MOVED_TO},
	[IW_MOVED_OUT] = {"moved_out", IN_MOVED_FROM},
	[IW_EXCHANGE] = {"exchange", 0},
	[IW_FOUND] = {"found", 0},
	[IW_OVERFLOW] = {"overflow", IN_Q_OVERFLOW},
	[IW_RESYNC] = {"resync", 0},
	[IW_SYNCED] = {"synced", 0},
	[IW_LOST] = {"lost", 0},
	[IW_READY] = {"ready", 0},
};

const char *iw_event_word(enum iw_event event)
{
	return events[event].word;
}

int iw_event_from_bit(uint32_t bit, enum iw_event *ret_event)
{
	for (size_t i = 0; bit && i < IW_EVENT_COUNT; i++) {
		if (events[i].bit == bit) {
			*ret_event = (enum iw_event)i;
			return 0;
		}
	}
	return -EINVAL;
}

bool iw_record_is_dir(const struct iw_record *record)
{
	const struct iw_path *path = &record->path;

	if (record->mask & IN_ISDIR)
		return true;
	/* Only a watched directory's own path has no name and ends in a slash. */
	return path->len && path->name_len == 0 && path->bytes[path->len - 1] == '/';
}

const char *iw_path_below_root(const struct iw_path *path, size_t *ret_len)
{
	const char *below = path->bytes + path->root_len;
	const char *end = path->bytes + path->len;

	while (below < end && *below == '/')
		below++;
	/* A directory's own record ends in the slash of %w. */
	if (path->name_len == 0 && end > below)
		end--;
	*ret_len = (size_t)(end - below);
	return below;
}

int iw_path_append_plain(struct iw_buffer *buffer, const struct iw_path *path)
{
	size_t below_len;
	const char *below = iw_path_below_root(path, &below_len);
	size_t root_len = path->root_len;

	/* "d/" given as PATH: its slash belongs to %w, not to the plain path. */
	while (root_len > 1 && path->bytes[root_len - 1] == '/')
		root_len--;

	int r = iw_buffer_reserve(buffer, root_len + 1 + below_len);
	if (r < 0)
		return r;
	memcpy(buffer->data + buffer->len, path->bytes, root_len);
	buffer->len += root_len;
	if (below_len == 0)
		return 0;
	if (root_len == 0 || buffer->data[buffer->len - 1] != '/')
		buffer->data[buffer->len++] = '/';
	memcpy(buffer->data + buffer->len, below, below_len);
	buffer->len += below_len;
	return 0;
}
