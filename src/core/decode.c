/* SPDX-License-Identifier: MIT */
#include "core/decode.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>

void iw_decoder_init(struct iw_decoder *decoder, const void *bytes, size_t len)
{
	decoder->next = bytes;
	decoder->end = decoder->next + len;
}

int iw_decoder_next(struct iw_decoder *decoder, struct iw_raw_event *ret_event)
{
	struct inotify_event header;
	const size_t left = (size_t)(decoder->end - decoder->next);

	if (left == 0)
		return 0;
	if (left < sizeof(header))
		return -EBADMSG;
	/* A copy, because the bytes may stand at any address. */
	memcpy(&header, decoder->next, sizeof(header));
	if (header.len > left - sizeof(header))
		return -EBADMSG;

	const char *name = decoder->next + sizeof(header);
	*ret_event = (struct iw_raw_event){
		.wd = header.wd,
		.mask = header.mask,
		.cookie = header.cookie,
		.len = header.len,
		.name = name,
		.name_len = strnlen(name, header.len),
	};
	decoder->next = name + header.len;
	return 1;
}
