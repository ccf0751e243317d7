/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "core/decode.h"
#include "fuzz_target.h"

/* The header of struct inotify_event, inotify(7): wd, mask, cookie, len. */
enum { HEADER_LEN = 16 };

static void check_event(const struct iw_raw_event *event, const char *start,
			const char *end)
{
	CHECK(event->name_len <= event->len);
	if (event->name_len == 0)
		return;
	CHECK(event->name >= start + HEADER_LEN);
	CHECK(event->name + event->name_len <= end);
	CHECK(!memchr(event->name, '\0', event->name_len));
	if (event->name_len < event->len)
		CHECK(event->name[event->name_len] == '\0');
}

/* A block of exactly this size, so that a sanitizer sees the first byte too many. */
static void decode(const uint8_t *data, size_t size, size_t misalignment)
{
	char *block = malloc(size + misalignment);
	struct iw_decoder decoder;
	struct iw_raw_event event;
	size_t used = 0;
	int r;

	CHECK(block);
	char *start = block + misalignment;
	memcpy(start, data, size);
	iw_decoder_init(&decoder, start, size);
	while ((r = iw_decoder_next(&decoder, &event)) == 1) {
		check_event(&event, start, start + size);
		used += HEADER_LEN + event.len;
		CHECK(used <= size);
	}
	CHECK(r == 0 ? used == size : r == -EBADMSG && used < size);
	CHECK(iw_decoder_next(&decoder, &event) == r);
	free(block);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	decode(data, size, 0);
	decode(data, size, 1);
	return 0;
}
