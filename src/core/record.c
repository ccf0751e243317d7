/* SPDX-License-Identifier: MIT */
#include "core/record.h"

#include <errno.h>
#include <sys/inotify.h>

static const char *const words[IW_EVENT_COUNT] = {
	[IW_ACCESS] = "access",
	[IW_MODIFY] = "modify",
	[IW_ATTRIB] = "attrib",
	[IW_CLOSE_WRITE] = "close_write",
	[IW_CLOSE_NOWRITE] = "close_nowrite",
	[IW_OPEN] = "open",
	[IW_CREATE] = "create",
	[IW_DELETE] = "delete",
	[IW_DELETE_SELF] = "delete_self",
	[IW_MOVE_SELF] = "move_self",
	[IW_UNMOUNT] = "unmount",
	[IW_MOVE] = "move",
	[IW_MOVED_IN] = "moved_in",
	[IW_MOVED_OUT] = "moved_out",
	[IW_EXCHANGE] = "exchange",
	[IW_FOUND] = "found",
	[IW_OVERFLOW] = "overflow",
	[IW_RESYNC] = "resync",
	[IW_SYNCED] = "synced",
	[IW_LOST] = "lost",
	[IW_READY] = "ready",
};

/* By the number of the kernel's bit (inotify.h). */
static const struct {
	bool is_event;
	enum iw_event event;
} of_bit[] = {
	[0] = {true, IW_ACCESS},        [1] = {true, IW_MODIFY},
	[2] = {true, IW_ATTRIB},        [3] = {true, IW_CLOSE_WRITE},
	[4] = {true, IW_CLOSE_NOWRITE}, [5] = {true, IW_OPEN},
	[6] = {true, IW_MOVED_OUT},     [7] = {true, IW_MOVED_IN},
	[8] = {true, IW_CREATE},        [9] = {true, IW_DELETE},
	[10] = {true, IW_DELETE_SELF},  [11] = {true, IW_MOVE_SELF},
	[13] = {true, IW_UNMOUNT},      [14] = {true, IW_OVERFLOW},
};

const char *iw_event_word(enum iw_event event)
{
	return words[event];
}

int iw_event_from_bit(uint32_t bit, enum iw_event *ret_event)
{
	const size_t number = bit ? (size_t)__builtin_ctz(bit) : IW_ARRAY_LEN(of_bit);

	if (number >= IW_ARRAY_LEN(of_bit) || !of_bit[number].is_event ||
	    (bit & (bit - 1)))
		return -EINVAL;
	*ret_event = of_bit[number].event;
	return 0;
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
