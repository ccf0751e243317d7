/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include "json_reader.h"
#include "text_support.h"

/* The test vectors of RFC 4648 §10. */
static void encodes_the_vectors_of_the_rfc(void **state IW_UNUSED)
{
	static const char *const vectors[] = {"",         "Zg==",     "Zm8=",    "Zm9v",
					      "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};

	for (size_t len = 0; len < IW_ARRAY_LEN(vectors); len++) {
		IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

		assert_int_equal(iw_base64_append(&buffer, "foobar", len), 0);
		assert_buffer(&buffer, vectors[len], strlen(vectors[len]));
	}
}

static void every_byte_comes_back(void **state IW_UNUSED)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	char bytes[1024], back[1026];
	uint64_t seed = 3;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = i < 256 ? (char)i : (char)next_random(&seed);
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		iw_buffer_clear(&buffer);
		assert_int_equal(iw_base64_append(&buffer, bytes, len), 0);
		assert_int_equal(base64_read(buffer.data, buffer.len, back), (long)len);
		assert_memory_equal(back, bytes, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodes_the_vectors_of_the_rfc),
		cmocka_unit_test(every_byte_comes_back),
	};

	return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
