/* SPDX-License-Identifier: MIT */
/*
 * Finds what steers a terminal or ends a line, for unit tests and fuzzers.
 * The text is the caller's.
 * It compares bytes with a list of its own and never calls src/core/text.c.
 */
#ifndef IW_TESTS_HARMFUL_TEXT_H
#define IW_TESTS_HARMFUL_TEXT_H

#include <stddef.h>
#include <string.h>

/* The offset of the first thing that escaped text must not hold, or -1. */
static inline long find_harm(const char *text, size_t len)
{
	static const char *const harmful[] = {
		"\xd8\x9c",     "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xa8",
		"\xe2\x80\xa9", "\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac",
		"\xe2\x80\xad", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa7",
		"\xe2\x81\xa8", "\xe2\x81\xa9",
	};

	for (size_t pos = 0; pos < len; pos++) {
		const unsigned char byte = (unsigned char)text[pos];

		if (byte < 0x20 || byte == 0x7f)
			return (long)pos;
		if (byte == 0xc2 && pos + 1 < len && (unsigned char)text[pos + 1] < 0xa0)
			return (long)pos;
		for (size_t i = 0; i < sizeof(harmful) / sizeof(harmful[0]); i++) {
			size_t harm_len = strlen(harmful[i]);

			if (len - pos >= harm_len &&
			    memcmp(text + pos, harmful[i], harm_len) == 0)
				return (long)pos;
		}
	}
	return -1;
}

#endif
