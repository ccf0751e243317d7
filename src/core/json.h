/* SPDX-License-Identifier: MIT */
/*
 * A record as one JSON object on one line: always valid UTF-8, and no byte is lost.
 * The buffer is the caller's; nothing is kept between records.
 * It never writes a raw control character, so one record is one line.
 */
#ifndef IW_CORE_JSON_H
#define IW_CORE_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "core/record.h"

enum { IW_JSON_VERSION = 1 }; /* of the record format, told by ready */

/*
 * Appends {"time":…,"event":…,"path":…,…} without a newline. Keys in this order, those
 * without a value left out: time, event, path, path_b64, from, from_b64, type, wd,
 * cookie, error, message, version. type is left out of control records; path of
 * overflow, ready, and of synced without a path. Returns 0 or -ENOMEM (buffer as before).
 */
IW_MUST_CHECK int iw_json_append(const struct iw_record *record,
				 struct iw_buffer *buffer);

/*
 * Appends a JSON string with its quotes. Each byte that is not UTF-8 becomes U+FFFD;
 * ret_is_lossless (may be NULL) tells whether that happened to none.
 * Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_json_append_string(struct iw_buffer *buffer, const char *bytes,
					size_t len, bool *ret_is_lossless);

/*
 * Appends a JSON string, and if something of it was lost, b64_key (such as
 * ,"path_b64":" with all punctuation) and the bytes in base64. Returns 0 or -ENOMEM,
 * after which the buffer may hold a part.
 */
IW_MUST_CHECK int iw_json_append_bytes(struct iw_buffer *buffer, const char *b64_key,
				       const char *bytes, size_t len);

/*
 * Appends time_ns (nanoseconds since 1970) as RFC 3339 in UTC with nine digits:
 * 2026-11-20T06:35:06.123456789Z. Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_json_append_time(struct iw_buffer *buffer, int64_t time_ns);

#endif
