/* SPDX-License-Identifier: MIT */
#include "core/event-names.h"

#include <assert.h>

#include "core/mask.h"

int iw_event_names_init(struct iw_event_names *names, char separator)
{
	IW_AUTO_BUFFER struct iw_buffer text = IW_BUFFER_INIT;

	names->separator = separator;
	for (size_t i = 0; i < 2 * (size_t)IW_EVENT_NAMES_BITS; i++) {
		const size_t bit = i % IW_EVENT_NAMES_BITS;
		const uint32_t dir_bit = i == bit ? 0 : IN_ISDIR;
		struct iw_spelled_events *spelled = &names->spelled[dir_bit != 0][bit];

		iw_buffer_clear(&text);
		int r = iw_mask_append_names(&text, 1U << bit | dir_bit, separator);
		if (r < 0)
			return r;
		assert(text.len <= sizeof(spelled->text));
		memcpy(spelled->text, text.data, text.len);
		spelled->len = (unsigned char)text.len;
	}
	return 0;
}

int iw_event_names_append(struct iw_buffer *buffer, const struct iw_record *record,
			  char separator)
{
	const char *word;

	if (record->event == IW_MOVE)
		word = "MOVED";
	else if (record->event == IW_EXCHANGE)
		word = "EXCHANGED";
	else
		return iw_mask_append_names(buffer, record->mask, separator);

	int r = iw_buffer_append_str(buffer, word);
	if (r < 0 || !iw_record_is_dir(record))
		return r;
	return iw_buffer_append_char(buffer, separator)
		       ?: iw_mask_append_names(buffer, IN_ISDIR, separator);
}
