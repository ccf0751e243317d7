/* SPDX-License-Identifier: MIT */
#include "core/mask.h"

#include <errno.h>
#include <strings.h>

#define EVENT   (IW_MASK_EVENT | IW_MASK_PRINT)
#define TOLD    (IW_MASK_TOLD | IW_MASK_PRINT)
#define GROUP   IW_MASK_GROUP
#define REQUEST IW_MASK_REQUEST

const struct iw_mask_name iw_mask_names[] = {
	{IW_MASK_NAME("ACCESS"), IN_ACCESS, EVENT, "file was read"},
	{IW_MASK_NAME("MODIFY"), IN_MODIFY, EVENT, "file was written or truncated"},
	{IW_MASK_NAME("ATTRIB"), IN_ATTRIB, EVENT,
	 "metadata changed: mode, times, owner, links"},
	{IW_MASK_NAME("CLOSE_WRITE"), IN_CLOSE_WRITE, EVENT,
	 "file opened for writing was closed"},
	{IW_MASK_NAME("CLOSE_NOWRITE"), IN_CLOSE_NOWRITE, EVENT,
	 "file or directory opened for reading was closed"},
	{IW_MASK_NAME("OPEN"), IN_OPEN, EVENT, "file or directory was opened"},
	{IW_MASK_NAME("MOVED_FROM"), IN_MOVED_FROM, EVENT,
	 "name was moved out of the directory"},
	{IW_MASK_NAME("MOVED_TO"), IN_MOVED_TO, EVENT,
	 "name was moved into the directory"},
	{IW_MASK_NAME("CREATE"), IN_CREATE, EVENT, "name was created in the directory"},
	{IW_MASK_NAME("DELETE"), IN_DELETE, EVENT, "name was deleted from the directory"},
	{IW_MASK_NAME("DELETE_SELF"), IN_DELETE_SELF, EVENT,
	 "watched path itself was deleted"},
	{IW_MASK_NAME("UNMOUNT"), IN_UNMOUNT, EVENT,
	 "file system of the watched path was unmounted"},
	{IW_MASK_NAME("Q_OVERFLOW"), IN_Q_OVERFLOW, TOLD,
	 "kernel queue overflowed, events were lost"},
	{IW_MASK_NAME("IGNORED"), IN_IGNORED, TOLD, "watch was removed"},
	/* Printed behind CLOSE_WRITE and CLOSE_NOWRITE, as inotifywait does. */
	{IW_MASK_NAME("CLOSE"), IN_CLOSE, GROUP | IW_MASK_PRINT,
	 "close_write and close_nowrite"},
	{IW_MASK_NAME("MOVE_SELF"), IN_MOVE_SELF, EVENT, "watched path itself was moved"},
	{IW_MASK_NAME("ISDIR"), IN_ISDIR, TOLD, "subject of the event is a directory"},
	{IW_MASK_NAME("ONESHOT"), IN_ONESHOT, TOLD | REQUEST, "watch for one event only"},
	{IW_MASK_NAME("MOVE"), IN_MOVE, GROUP, "moved_from and moved_to"},
	{IW_MASK_NAME("ALL_EVENTS"), IN_ALL_EVENTS, GROUP, "every event"},
	{IW_MASK_NAME("ONLYDIR"), IN_ONLYDIR, REQUEST,
	 "watch the path only if it is a directory"},
	{IW_MASK_NAME("DONT_FOLLOW"), IN_DONT_FOLLOW, REQUEST,
	 "do not follow a symbolic link"},
	{IW_MASK_NAME("EXCL_UNLINK"), IN_EXCL_UNLINK, REQUEST,
	 "no events for unlinked children"},
	{IW_MASK_NAME("MASK_CREATE"), IN_MASK_CREATE, REQUEST,
	 "fail if the path is watched already"},
	{IW_MASK_NAME("MASK_ADD"), IN_MASK_ADD, REQUEST,
	 "add to the mask of an existing watch"},
};
const size_t iw_mask_names_len = IW_ARRAY_LEN(iw_mask_names);

int iw_mask_parse(const char *name, size_t name_len, uint32_t *ret_bits)
{
	const unsigned accepted = IW_MASK_EVENT | IW_MASK_GROUP | IW_MASK_TOLD;

	for (size_t i = 0; i < iw_mask_names_len; i++) {
		const struct iw_mask_name *entry = &iw_mask_names[i];

		if (!(entry->uses & accepted) || entry->name_len != name_len)
			continue;
		if (strncasecmp(entry->name, name, name_len) == 0) {
			*ret_bits = entry->bits;
			return 0;
		}
	}
	return -EINVAL;
}

/* The bits that are done with once this entry was passed: CLOSE comes behind its parts.
 */
static uint32_t passed_bits(const struct iw_mask_name *entry)
{
	return entry->bits & IN_CLOSE && !(entry->uses & IW_MASK_GROUP) ? 0 : entry->bits;
}

int iw_mask_append_names(struct iw_buffer *buffer, uint32_t mask, char separator)
{
	const size_t start = buffer->len;
	uint32_t left = mask;

	for (size_t i = 0; left && i < iw_mask_names_len; i++) {
		const struct iw_mask_name *entry = &iw_mask_names[i];

		if (!(entry->uses & IW_MASK_PRINT) || !(mask & entry->bits))
			continue;
		left &= ~passed_bits(entry);
		int r = iw_buffer_reserve(buffer, entry->name_len + 1);
		if (r < 0)
			return r;
		if (buffer->len > start)
			buffer->data[buffer->len++] = separator;
		memcpy(buffer->data + buffer->len, entry->name, entry->name_len);
		buffer->len += entry->name_len;
	}
	if (buffer->len == start)
		return iw_buffer_printf(buffer, "0x%08x", mask);
	return 0;
}
