/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "../unit/harmful_text.h"
#include "../unit/json_reader.h"
#include "core/json.h"
#include "fuzz_target.h"

/* Input: event, flags, 8 bytes of time, length of the root; then the path. */
enum { HEADER_LEN = 11, HAS_FROM = 1, HAS_MESSAGE = 2, IS_DIR = 4, NAME_LEN_SHIFT = 3 };

static void check_path(const struct json_object *object, const struct iw_path *path)
{
	const struct json_field *text = json_find(object, "path");
	const struct json_field *b64 = json_find(object, "path_b64");
	IW_AUTO_BUFFER struct iw_buffer plain = IW_BUFFER_INIT;

	CHECK(text);
	CHECK(iw_path_append_plain(&plain, path) == 0);
	if (!b64) {
		CHECK(text->value_len == plain.len);
		CHECK(plain.len == 0 || memcmp(text->value, plain.data, plain.len) == 0);
		return;
	}
	char *bytes = malloc(b64->value_len + 1);
	CHECK(bytes);
	CHECK(base64_read(b64->value, b64->value_len, bytes) == (long)plain.len);
	CHECK(memcmp(bytes, plain.data, plain.len) == 0);
	free(bytes);
}

static void check_record(const struct iw_record *record)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	struct json_object *object = malloc(sizeof(*object));

	CHECK(object);
	CHECK(iw_json_append(record, &buffer) == 0);
	CHECK(find_harm(buffer.data, buffer.len) == -1);
	CHECK(json_read(object, buffer.data, buffer.len));
	CHECK(strcmp(json_find(object, "event")->value, iw_event_word(record->event)) ==
	      0);
	if (record->event != IW_OVERFLOW && record->event != IW_READY)
		check_path(object, &record->path);
	free(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct iw_record record = {0};
	char message[64] = "";

	if (size < HEADER_LEN || size > 4096)
		return 0;
	const unsigned flags = data[1];
	const size_t len = size - HEADER_LEN;

	record.event = (enum iw_event)(data[0] % IW_EVENT_COUNT);
	memcpy(&record.time_ns, data + 2, sizeof(record.time_ns));
	record.mask = flags & IS_DIR ? 0x40000000u : 0; /* IN_ISDIR */
	record.wd = (int32_t)record.time_ns;
	record.cookie = (uint32_t)record.time_ns;
	record.error = flags;
	record.path.bytes = (const char *)data + HEADER_LEN;
	record.path.len = len;
	record.path.name_len = flags >> NAME_LEN_SHIFT;
	if (record.path.name_len > len)
		record.path.name_len = len;
	record.path.root_len = data[10];
	if (record.path.root_len > len)
		record.path.root_len = len;
	if (flags & HAS_FROM)
		record.from = record.path;
	if (flags & HAS_MESSAGE) {
		memcpy(message, record.path.bytes,
		       len < sizeof(message) ? len : sizeof(message) - 1);
		record.message = message;
	}
	check_record(&record);
	return 0;
}
