/* SPDX-License-Identifier: MIT */
#include "core/mask.h"

#include <errno.h>
#include <strings.h>

#define EVENT   (IW_MASK_EVENT | IW_MASK_PRINT)
#define TOLD    (IW_MASK_TOLD | IW_MASK_PRINT)
#define GROUP   IW_MASK_GROUP
#define REQUEST IW_MASK_REQUEST

const struct iw_mask_name iw_mask_names[] = {
	{"ACCESS", IN_ACCESS, EVENT, "file was read"},
	{"MODIFY", IN_MODIFY, EVENT, "file was written or truncated"},
	{"ATTRIB", IN_ATTRIB, EVENT, "metadata changed: mode, times, owner, links"},
	{"CLOSE_WRITE", IN_CLOSE_WRITE, EVENT, "file opened for writing was closed"},
	{"CLOSE_NOWRITE", IN_CLOSE_NOWRITE, EVENT,
	 "file or directory opened for reading was closed"},
	{"OPEN", IN_OPEN, EVENT, "file or directory was opened"},
	{"MOVED_FROM", IN_MOVED_FROM, EVENT, "name was moved out of the directory"},
	{"MOVED_TO", IN_MOVED_TO, EVENT, "name was moved into the directory"},
	{"CREATE", IN_CREATE, EVENT, "name was created in the directory"},
	{"DELETE", IN_DELETE, EVENT, "name was deleted from the directory"},
	{"DELETE_SELF", IN_DELETE_SELF, EVENT, "watched path itself was deleted"},
	{"UNMOUNT", IN_UNMOUNT, EVENT, "file system of the watched path was unmounted"},
	{"Q_OVERFLOW", IN_Q_OVERFLOW, TOLD, "kernel queue overflowed, events were lost"},
	{"IGNORED", IN_IGNORED, TOLD, "watch was removed"},
	/* Printed behind CLOSE_WRITE and CLOSE_NOWRITE, as inotifywait does. */
	{"CLOSE", IN_CLOSE, GROUP | IW_MASK_PRINT, "close_write and close_nowrite"},
	{"MOVE_SELF", IN_MOVE_SELF, EVENT, "watched path itself was moved"},
	{"ISDIR", IN_ISDIR, TOLD, "subject of the event is a directory"},
	{"ONESHOT", IN_ONESHOT, TOLD | REQUEST, "watch for one event only"},
	{"MOVE", IN_MOVE, GROUP, "moved_from and moved_to"},
	{"ALL_EVENTS", IN_ALL_EVENTS, GROUP, "every event"},
	{"ONLYDIR", IN_ONLYDIR, REQUEST, "watch the path only if it is a directory"},
	{"DONT_FOLLOW", IN_DONT_FOLLOW, REQUEST, "do not follow a symbolic link"},
	{"EXCL_UNLINK", IN_EXCL_UNLINK, REQUEST, "no events for unlinked children"},
	{"MASK_CREATE", IN_MASK_CREATE, REQUEST, "fail if the path is watched already"},
	{"MASK_ADD", IN_MASK_ADD, REQUEST, "add to the mask of an existing watch"},
};
const size_t iw_mask_names_len = IW_ARRAY_LEN(iw_mask_names);

int iw_mask_parse(const char *name, size_t name_len, uint32_t *ret_bits)
{
	const unsigned accepted = IW_MASK_EVENT | IW_MASK_GROUP | IW_MASK_TOLD;

	for (size_t i = 0; i < iw_mask_names_len; i++) {
		const struct iw_mask_name *entry = &iw_mask_names[i];

		if (!(entry->uses & accepted) || strlen(entry->name) != name_len)
			continue;
		if (strncasecmp(entry->name, name, name_len) == 0) {
			*ret_bits = entry->bits;
			return 0;
		}
	}
	return -EINVAL;
}

int iw_mask_append_names(struct iw_buffer *buffer, uint32_t mask, char separator)
{
	const size_t start = buffer->len;
	int r;

	for (size_t i = 0; i < iw_mask_names_len; i++) {
		const struct iw_mask_name *entry = &iw_mask_names[i];

		if (!(entry->uses & IW_MASK_PRINT) || !(mask & entry->bits))
			continue;
		if (buffer->len > start) {
			r = iw_buffer_append_char(buffer, separator);
			if (r < 0)
				return r;
		}
		r = iw_buffer_append_str(buffer, entry->name);
		if (r < 0)
			return r;
	}
	if (buffer->len == start)
		return iw_buffer_printf(buffer, "0x%08x", mask);
	return 0;
}
