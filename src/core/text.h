/* SPDX-License-Identifier: MIT */
/*
 * File names for people: makes bytes harmless for a terminal, and checks UTF-8.
 * Output goes to the caller's buffer; nothing is kept.
 * It never loses a byte: what is escaped can be read back, backslashes are doubled.
 */
#ifndef IW_CORE_TEXT_H
#define IW_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"

/*
 * Decodes one UTF-8 character (RFC 3629: no surrogates, no overlong forms, at most
 * U+10FFFF). Returns its length 1…4 and the code point, or 0 if the bytes begin with
 * none. len must be at least 1.
 */
size_t iw_utf8_decode(const char *bytes, size_t len, uint32_t *ret_code_point);

/*
 * True for a character that could steer a terminal or forge a line: C0 and C1 controls,
 * DEL, line and paragraph separators, bidirectional controls. All are below U+10000.
 */
bool iw_text_is_harmful(uint32_t code_point);

/*
 * Appends bytes with everything escaped that iw_text_is_harmful(), bytes that are not
 * UTF-8, and the backslash itself; as \n \t \r \e \\ or \xHH (lower case) for each byte.
 * Returns 0 or -ENOMEM (buffer as before).
 */
IW_MUST_CHECK int iw_text_append_escaped(struct iw_buffer *buffer, const char *bytes,
					 size_t len);

#endif
