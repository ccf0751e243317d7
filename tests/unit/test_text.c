/* SPDX-License-Identifier: MIT */
#include "core/text.h"

#include <stdio.h>

#include "json_reader.h"
#include "text_support.h"

static void decodes_each_code_point(void **state IW_UNUSED)
{
	for (uint32_t point = 0; point <= 0x10ffff; point++) {
		char bytes[4];
		size_t len = 0;
		uint32_t decoded = UINT32_MAX;

		if (point < 0x80) {
			bytes[len++] = (char)point;
		} else {
			if (point >= 0x10000)
				bytes[len++] = (char)(0xf0 | point >> 18);
			if (point >= 0x800)
				bytes[len++] = (char)((point >= 0x10000 ? 0x80 : 0xe0) |
						      (point >> 12 & 63));
			bytes[len] = (char)((len ? 0x80 : 0xc0) | (point >> 6 & 63));
			bytes[len + 1] = (char)(0x80 | (point & 63));
			len += 2;
		}
		if (point >= 0xd800 && point <= 0xdfff) {
			assert_int_equal(iw_utf8_decode(bytes, len, &decoded), 0);
			assert_int_equal(decoded, UINT32_MAX);
			continue;
		}
		assert_int_equal(iw_utf8_decode(bytes, len, &decoded), len);
		assert_int_equal(decoded, point);
		if (len > 1)
			assert_int_equal(iw_utf8_decode(bytes, len - 1, &decoded), 0);
	}
}

/* Every lead with every second byte, and borders for the rest, against RFC 3629 §4. */
static void agrees_with_the_rfc(void **state IW_UNUSED)
{
	static const unsigned char borders[] = {0x00, 0x7f, 0x80, 0x8f, 0x90,
						0x9f, 0xa0, 0xbf, 0xc0, 0xff};

	for (uint32_t pair = 0; pair < 0x10000; pair++) {
		for (size_t i = 0; i < 100; i++) {
			const char bytes[] = {(char)(pair >> 8), (char)pair,
					      (char)borders[i / 10],
					      (char)borders[i % 10]};
			uint32_t point;

			for (size_t len = 1; len <= 4; len++)
				assert_int_equal(iw_utf8_decode(bytes, len, &point),
						 utf8_len(bytes, len));
		}
	}
}

static void escapes_each_byte(void **state IW_UNUSED)
{
	for (int value = 0; value < 256; value++) {
		IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
		const char byte = (char)value;
		char wanted[8];

		if (value == '\n')
			strcpy(wanted, "\\n");
		else if (value == '\t')
			strcpy(wanted, "\\t");
		else if (value == '\r')
			strcpy(wanted, "\\r");
		else if (value == 27)
			strcpy(wanted, "\\e");
		else if (value == '\\')
			strcpy(wanted, "\\\\");
		else if (value < 0x20 || value >= 0x7f)
			snprintf(wanted, sizeof(wanted), "\\x%02x", (unsigned)value);
		else
			snprintf(wanted, sizeof(wanted), "%c", value);
		assert_int_equal(iw_text_append_escaped(&buffer, &byte, 1), 0);
		assert_buffer(&buffer, wanted, strlen(wanted));
	}
}

static void escapes_examples(void **state IW_UNUSED)
{
	static const struct {
		const char *name, *escaped;
	} examples[] = {
		{"", ""},
		{"plain name.txt", "plain name.txt"},
		{"-rf", "-rf"},
		{"a\n./ DELETE b", "a\\n./ DELETE b"},
		{"\033]0;title\a", "\\e]0;title\\x07"},
		{"a\\nb", "a\\\\nb"},
		{"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
		 "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
		{"\xc2\x9b"
		 "31m",
		 "\\xc2\\x9b31m"},
		{"\xc2\x85", "\\xc2\\x85"},
		{"\xc2\xa0", "\xc2\xa0"},
		{"\xe2\x80\xae"
		 "gpj.exe",
		 "\\xe2\\x80\\xaegpj.exe"},
		{"\xe2\x80\xa8\xe2\x80\xa9", "\\xe2\\x80\\xa8\\xe2\\x80\\xa9"},
		{"\xd8\x9c", "\\xd8\\x9c"},
		{"\xff\xfe", "\\xff\\xfe"},
		{"x\xe2\x80", "x\\xe2\\x80"},
		{"\xe2\x80"
		 "A",
		 "\\xe2\\x80"
		 "A"},
		{"\xed\xa0\x80", "\\xed\\xa0\\x80"},
		{"\xc0\xaf", "\\xc0\\xaf"},
	};

	for (size_t i = 0; i < IW_ARRAY_LEN(examples); i++) {
		IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
		const char *name = examples[i].name;

		assert_int_equal(iw_text_append_escaped(&buffer, name, strlen(name)), 0);
		assert_buffer(&buffer, examples[i].escaped, strlen(examples[i].escaped));
	}
}

static void knows_harmful_characters(void **state IW_UNUSED)
{
	size_t count = 0;

	for (uint32_t point = 0; point <= 0x10ffff; point++)
		count += iw_text_is_harmful(point);
	/* C0, DEL and C1, U+061C, U+200E/F, U+2028…202E, U+2066…2069 */
	assert_int_equal(count, 32 + 33 + 1 + 2 + 7 + 4);
	assert_false(iw_text_is_harmful(' '));
	assert_false(iw_text_is_harmful('~'));
	assert_false(iw_text_is_harmful(0xa0));
	assert_false(iw_text_is_harmful(0x202f));
	assert_true(iw_text_is_harmful(0x7f));
	assert_true(iw_text_is_harmful(0x9f));
	assert_true(iw_text_is_harmful(0x202e));
}

static size_t unescape(const char *text, size_t len, char *to)
{
	size_t to_len = 0;

	for (size_t pos = 0; pos < len; pos++) {
		if (text[pos] != '\\') {
			to[to_len++] = text[pos];
			continue;
		}
		const char kind = text[++pos];
		char digits[3] = "";

		switch (kind) {
		case 'n':
			to[to_len++] = '\n';
			break;
		case 't':
			to[to_len++] = '\t';
			break;
		case 'r':
			to[to_len++] = '\r';
			break;
		case 'e':
			to[to_len++] = '\033';
			break;
		case '\\':
			to[to_len++] = '\\';
			break;
		default:
			assert_int_equal(kind, 'x');
			memcpy(digits, text + pos + 1, 2);
			assert_int_equal(strspn(digits, "0123456789abcdef"), 2);
			to[to_len++] = (char)strtol(digits, NULL, 16);
			pos += 2;
		}
	}
	return to_len;
}

static void escaped_names_are_harmless_and_lossless(void **state IW_UNUSED)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	uint64_t seed = 1;

	for (int round = 0; round < 20000; round++) {
		char name[64], back[256];
		const size_t len = random_name(&seed, name, sizeof(name));

		iw_buffer_clear(&buffer);
		assert_int_equal(iw_buffer_append_str(&buffer, "x"), 0);
		assert_int_equal(iw_text_append_escaped(&buffer, name, len), 0);
		const char *escaped = buffer.data + 1;
		const size_t escaped_len = buffer.len - 1;

		assert_int_equal(find_harm(escaped, escaped_len), -1);
		for (size_t pos = 0; pos < escaped_len;) {
			size_t char_len = utf8_len(escaped + pos, escaped_len - pos);

			assert_int_not_equal(char_len, 0);
			pos += char_len;
		}
		assert_int_equal(unescape(escaped, escaped_len, back), len);
		assert_memory_equal(back, name, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_each_code_point),
		cmocka_unit_test(agrees_with_the_rfc),
		cmocka_unit_test(escapes_each_byte),
		cmocka_unit_test(escapes_examples),
		cmocka_unit_test(knows_harmful_characters),
		cmocka_unit_test(escaped_names_are_harmless_and_lossless),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
