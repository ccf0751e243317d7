/* SPDX-License-Identifier: MIT */
#include "core/text.h"

#include <stdbool.h>

size_t iw_utf8_decode(const char *bytes, size_t len, uint32_t *ret_code_point)
{
	/* The smallest code point that needs so many bytes: less is an overlong form. */
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *octets = (const unsigned char *)bytes;
	const unsigned char lead = octets[0];

	if (lead < 0x80) {
		*ret_code_point = lead;
		return 1;
	}
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	const size_t char_len = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (len < char_len)
		return 0;

	uint32_t code_point = lead & (0x7fu >> char_len);
	for (size_t i = 1; i < char_len; i++) {
		if ((octets[i] & 0xc0) != 0x80)
			return 0;
		code_point = code_point << 6 | (octets[i] & 0x3fu);
	}
	if (code_point < smallest[char_len] || code_point > 0x10ffff)
		return 0;
	if (code_point >= 0xd800 && code_point <= 0xdfff)
		return 0;
	*ret_code_point = code_point;
	return char_len;
}

bool iw_text_is_harmful(uint32_t code_point)
{
	if (code_point < 0x20)
		return true;
	if (code_point < 0x7f)
		return false;
	if (code_point <= 0x9f) /* DEL and C1 */
		return true;
	switch (code_point) {
	case 0x061c:            /* Arabic letter mark */
	case 0x200e ... 0x200f: /* left-to-right and right-to-left marks */
	case 0x2028 ... 0x2029: /* line and paragraph separators */
	case 0x202a ... 0x202e: /* bidirectional embeddings and overrides */
	case 0x2066 ... 0x2069: /* bidirectional isolates */
		return true;
	default:
		return false;
	}
}

/* The length of the beginning that needs no escape. */
static size_t harmless_len(const char *bytes, size_t len)
{
	size_t pos = 0;

	while (pos < len) {
		const unsigned char byte = (unsigned char)bytes[pos];
		uint32_t code_point;

		if (byte >= 0x20 && byte < 0x7f && byte != '\\') {
			pos++;
			continue;
		}
		if (byte < 0x80)
			break;
		size_t char_len = iw_utf8_decode(bytes + pos, len - pos, &code_point);
		if (char_len == 0 || iw_text_is_harmful(code_point))
			break;
		pos += char_len;
	}
	return pos;
}

static int append_escaped_byte(struct iw_buffer *buffer, unsigned char byte)
{
	static const char digits[] = "0123456789abcdef";

	switch (byte) {
	case '\n':
		return iw_buffer_append(buffer, "\\n", 2);
	case '\t':
		return iw_buffer_append(buffer, "\\t", 2);
	case '\r':
		return iw_buffer_append(buffer, "\\r", 2);
	case '\033':
		return iw_buffer_append(buffer, "\\e", 2);
	case '\\':
		return iw_buffer_append(buffer, "\\\\", 2);
	default:
		break;
	}
	const char hex[] = {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
	return iw_buffer_append(buffer, hex, sizeof(hex));
}

int iw_text_append_escaped(struct iw_buffer *buffer, const char *bytes, size_t len)
{
	const size_t start = buffer->len;
	size_t pos = 0;
	int r = 0;

	/*
	 * One byte is escaped at a time: what is left of a harmful character are stray
	 * continuation bytes, which are escaped in the next rounds.
	 */
	while (pos < len && r == 0) {
		size_t run_len = harmless_len(bytes + pos, len - pos);

		r = iw_buffer_append(buffer, bytes + pos, run_len);
		pos += run_len;
		if (r == 0 && pos < len)
			r = append_escaped_byte(buffer, (unsigned char)bytes[pos++]);
	}
	if (r < 0)
		buffer->len = start;
	return r;
}
