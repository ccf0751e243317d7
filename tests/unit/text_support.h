/* SPDX-License-Identifier: MIT */
/*
 * What the tests of the output formats share: records made of literals, harmful bytes,
 * and a generator of awkward names with a fixed seed.
 * Records borrow their strings, as those of the program do.
 * It never uses the functions under test.
 */
#ifndef IW_TESTS_TEXT_SUPPORT_H
#define IW_TESTS_TEXT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "core/record.h"
#include "harmful_text.h"

/* A path of root "d": watched is %w, name is %f. */
static inline struct iw_path make_path(char *to, const char *watched, const char *name,
				       size_t name_len)
{
	const size_t watched_len = strlen(watched);

	memcpy(to, watched, watched_len);
	memcpy(to + watched_len, name, name_len);
	return (struct iw_path){
		.bytes = to,
		.len = watched_len + name_len,
		.name_len = name_len,
		.root_len = watched_len ? 1 : 0,
	};
}

static inline void assert_buffer(const struct iw_buffer *buffer, const char *wanted,
				 size_t wanted_len)
{
	if (buffer->len != wanted_len ||
	    (wanted_len > 0 && memcmp(buffer->data, wanted, wanted_len) != 0))
		fail_msg("have «%.*s», want «%.*s»", (int)buffer->len,
			 buffer->data ? buffer->data : "", (int)wanted_len, wanted);
}

#define assert_text(buffer, wanted) assert_buffer(buffer, wanted, sizeof(wanted) - 1)

static inline uint32_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

/* Up to max_len bytes of all that makes names awkward; never a slash or a NUL. */
static inline size_t random_name(uint64_t *state, char *to, size_t max_len)
{
	static const char *const snippets[] = {
		"\n",
		"\r",
		"\t",
		"\033[31m",
		"\\",
		"\\n",
		"\"",
		",",
		" ",
		"\177",
		"\xc2\x85",
		"\xc2\x9b",
		"\xe2\x80\xa8",
		"\xe2\x80\xae",
		"\xe2\x81\xa6",
		"\xd8\x9c",
		"\xc3\xa4",
		"\xf0\x9f\x98\x80",
		"\xef\xbf\xbd",
		"\xed\xa0\x80",
		"\xc0\xaf",
		"\xf4\x90\x80\x80",
		"\xe2\x80",
		"\xff",
		"\n{\"event\":\"x\"}",
		"d/ DELETE f\n",
		"%w",
		"name",
	};
	const size_t wanted = next_random(state) % (max_len + 1);
	size_t len = 0;

	while (len < wanted) {
		const uint32_t choice = next_random(state) % 40;

		if (choice < IW_ARRAY_LEN(snippets)) {
			const char *snippet = snippets[choice];

			if (strchr(snippet, '/') || len + strlen(snippet) > wanted)
				continue;
			memcpy(to + len, snippet, strlen(snippet));
			len += strlen(snippet);
		} else {
			char byte = (char)(next_random(state) % 255 + 1);

			to[len++] = byte == '/' ? '.' : byte;
		}
	}
	return len;
}

#endif
