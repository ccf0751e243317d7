/* SPDX-License-Identifier: MIT */
#include "sink/store/layout.h"

#include "text_support.h"

static const char TIME[] = "20261120T063506.123456789Z";
static const int64_t TIME_NS = INT64_C(1795156506123456789);

static void times_are_written_and_read(void **state IW_UNUSED)
{
	static const int64_t times[] = {0,
					1,
					-1,
					999999999,
					-999999999,
					INT64_C(951782400) * 1000000000,
					INT64_C(1795156506123456789),
					INT64_C(9223372036854775807),
					INT64_C(-9223372036000000000)};
	char text[IW_LAYOUT_TIME_LEN + 1];
	int64_t time_ns = 0;

	iw_layout_format_time(TIME_NS, text);
	assert_string_equal(text, TIME);
	iw_layout_format_time(0, text);
	assert_string_equal(text, "19700101T000000.000000000Z");
	iw_layout_format_time(-1, text);
	assert_string_equal(text, "19691231T235959.999999999Z");
	for (size_t i = 0; i < IW_ARRAY_LEN(times); i++) {
		iw_layout_format_time(times[i], text);
		assert_int_equal(iw_layout_parse_time(text, IW_LAYOUT_TIME_LEN, &time_ns),
				 0);
		assert_true(time_ns == times[i]);
	}
}

static void times_sort_as_their_names(void **state IW_UNUSED)
{
	char earlier[IW_LAYOUT_TIME_LEN + 1];
	char later[IW_LAYOUT_TIME_LEN + 1];
	uint64_t seed = 1;

	for (int i = 0; i < 10000; i++) {
		const int64_t a = (int64_t)next_random(&seed) * next_random(&seed);
		const int64_t b = (int64_t)next_random(&seed) * next_random(&seed);

		iw_layout_format_time(a, earlier);
		iw_layout_format_time(b, later);
		assert_int_equal(a < b, strcmp(earlier, later) < 0);
	}
}

static void what_is_no_time_is_refused(void **state IW_UNUSED)
{
	static const char *const wrong[] = {
		"",
		"20261120T063506.123456789",
		"20261120T063506.123456789z",
		"20261120T063506.123456789Z ",
		"20261120t063506.123456789Z",
		"20261120T063506,123456789Z",
		"2026112 T063506.123456789Z",
		"-0261120T063506.123456789Z",
		"20261320T063506.123456789Z",
		"20260020T063506.123456789Z",
		"20260229T063506.123456789Z",
		"20261100T063506.123456789Z",
		"20261120T243506.123456789Z",
		"20261120T066006.123456789Z",
		"20261120T063560.123456789Z",
		"00001120T063506.123456789Z",
		"99991120T063506.123456789Z",
	};
	int64_t time_ns = 42;

	for (size_t i = 0; i < IW_ARRAY_LEN(wrong); i++)
		assert_int_equal(
			iw_layout_parse_time(wrong[i], strlen(wrong[i]), &time_ns),
			-EINVAL);
	assert_int_equal(time_ns, 42);
}

/* Each byte of a time, replaced by each other: read only if it is written so again. */
static void every_byte_of_a_time_is_looked_at(void **state IW_UNUSED)
{
	for (size_t i = 0; i < IW_LAYOUT_TIME_LEN; i++) {
		for (int byte = 0; byte < 256; byte++) {
			char text[IW_LAYOUT_TIME_LEN + 1];
			char again[IW_LAYOUT_TIME_LEN + 1];
			int64_t time_ns;

			memcpy(text, TIME, sizeof(text));
			text[i] = (char)byte;
			if (iw_layout_parse_time(text, IW_LAYOUT_TIME_LEN, &time_ns) < 0)
				continue;
			iw_layout_format_time(time_ns, again);
			assert_memory_equal(text, again, IW_LAYOUT_TIME_LEN);
		}
	}
}

static void versions_are_written_and_read(void **state IW_UNUSED)
{
	static const char *const wrong[] = {
		".deleted", "20261120T063506.123456789Z.delete",
		"20261120T063506.123456789Z.deleted.deleted",
		"=20261120T063506.123456789Z", "x20261120T063506.123456789Z"};
	struct iw_layout_version version;
	char name[IW_LAYOUT_VERSION_LEN + 1];

	assert_int_equal(iw_layout_parse_version(TIME, strlen(TIME), &version), 0);
	assert_true(version.time_ns == TIME_NS && !version.is_deleted);
	iw_layout_format_version(&version, name);
	assert_string_equal(name, TIME);
	version.is_deleted = true;
	iw_layout_format_version(&version, name);
	assert_string_equal(name, "20261120T063506.123456789Z.deleted");
	version.is_deleted = false;
	assert_int_equal(iw_layout_parse_version(name, strlen(name), &version), 0);
	assert_true(version.time_ns == TIME_NS && version.is_deleted);
	for (size_t i = 0; i < IW_ARRAY_LEN(wrong); i++)
		assert_int_equal(
			iw_layout_parse_version(wrong[i], strlen(wrong[i]), &version),
			-EINVAL);
}

/* The name in the store, and that it leads back; the buffer is the caller's. */
static void store_name(struct iw_buffer *stored, const char *name, size_t len)
{
	IW_AUTO_BUFFER struct iw_buffer back = IW_BUFFER_INIT;
	struct iw_layout_version version;

	iw_buffer_clear(stored);
	assert_int_equal(iw_layout_append_name(stored, name, len), 0);
	assert_int_equal(iw_layout_append_source_name(&back, stored->data, stored->len),
			 0);
	assert_buffer(&back, name, len);
	assert_int_equal(iw_layout_parse_version(stored->data, stored->len, &version),
			 -EINVAL);
}

static void names_that_look_like_times_get_a_sign(void **state IW_UNUSED)
{
	static const char *const same[] = {"a",
					   "=",
					   "=a",
					   "...",
					   "\n",
					   ".deleted",
					   "=.deleted",
					   "\xff",
					   "20261120",
					   "20261120T063506.123456789Z.deleted.deleted",
					   "20261120T063506.123456789Z=",
					   "-=20261120T063506.123456789Z"};
	static const char *const more[] = {"20261120T063506.123456789Z",
					   "=20261120T063506.123456789Z",
					   "====20261120T063506.123456789Z",
					   "20261120T063506.123456789Z.deleted",
					   "==20261120T063506.123456789Z.deleted",
					   "99999999T999999.999999999Z"};
	IW_AUTO_BUFFER struct iw_buffer stored = IW_BUFFER_INIT;

	for (size_t i = 0; i < IW_ARRAY_LEN(same); i++) {
		store_name(&stored, same[i], strlen(same[i]));
		assert_buffer(&stored, same[i], strlen(same[i]));
	}
	for (size_t i = 0; i < IW_ARRAY_LEN(more); i++) {
		store_name(&stored, more[i], strlen(more[i]));
		assert_int_equal(stored.len, strlen(more[i]) + 1);
		assert_int_equal(stored.data[0], '=');
		assert_memory_equal(stored.data + 1, more[i], strlen(more[i]));
	}
}

/* Whatever the bytes: back to itself, never a version, never two names in one place. */
static void every_name_keeps_its_place(void **state IW_UNUSED)
{
	IW_AUTO_BUFFER struct iw_buffer stored = IW_BUFFER_INIT;
	IW_AUTO_BUFFER struct iw_buffer other = IW_BUFFER_INIT;
	char form[] = "==20261120T063506.123456789Z.deleted";
	const size_t form_len = sizeof(form) - 1;
	uint64_t seed = 7;

	for (int i = 0; i < 200000; i++) {
		char name[sizeof(form)];
		char second[sizeof(form)];
		const size_t begin = next_random(&seed) % 4;
		const size_t len = form_len - begin - (next_random(&seed) % 3 ? 8 : 0);
		const size_t next = next_random(&seed) % 4;
		const size_t next_len =
			form_len - next - (next_random(&seed) % 3 ? 8 : 0);

		memcpy(name, form + begin, len);
		memcpy(second, form + next, next_len);
		if (i % 2)
			name[next_random(&seed) % len] =
				(char)(next_random(&seed) % 255 + 1);
		if (memchr(name, '/', len))
			continue;
		store_name(&stored, name, len);
		store_name(&other, second, next_len);
		assert_int_equal(len == next_len && memcmp(name, second, len) == 0,
				 stored.len == other.len &&
					 memcmp(stored.data, other.data, other.len) == 0);
	}
}

static void single_bytes_are_names(void **state IW_UNUSED)
{
	IW_AUTO_BUFFER struct iw_buffer stored = IW_BUFFER_INIT;

	for (int byte = 0; byte < 256; byte++) {
		const char name = (char)byte;

		if (byte == 0 || byte == '/' || byte == '.') {
			assert_int_equal(iw_layout_append_name(&stored, &name, 1),
					 -EINVAL);
			continue;
		}
		store_name(&stored, &name, 1);
	}
}

static void a_name_without_room_is_refused(void **state IW_UNUSED)
{
	IW_AUTO_BUFFER struct iw_buffer stored = IW_BUFFER_INIT;
	char name[256];

	memset(name, '=', sizeof(name));
	memcpy(name + 255 - IW_LAYOUT_TIME_LEN, TIME, IW_LAYOUT_TIME_LEN);
	assert_int_equal(iw_layout_append_name(&stored, name, 255), -ENAMETOOLONG);
	assert_int_equal(stored.len, 0);
	store_name(&stored, name + 1, 254);
	assert_int_equal(stored.len, 255);
	name[254] = 'z';
	store_name(&stored, name, 255);
	iw_buffer_clear(&stored);
	assert_int_equal(iw_layout_append_name(&stored, name, 256), -EINVAL);
	assert_int_equal(iw_layout_append_name(&stored, "", 0), -EINVAL);
	assert_int_equal(iw_layout_append_name(&stored, "..", 2), -EINVAL);
	assert_int_equal(iw_layout_append_name(&stored, "a\0b", 3), -EINVAL);
}

static void what_was_never_stored_is_no_source(void **state IW_UNUSED)
{
	IW_AUTO_BUFFER struct iw_buffer source = IW_BUFFER_INIT;

	assert_int_equal(iw_layout_append_source_name(&source, TIME, strlen(TIME)),
			 -EINVAL);
	assert_int_equal(iw_layout_append_source_name(&source, "..", 2), -EINVAL);
	assert_int_equal(iw_layout_append_source_name(&source, ".", 1), -EINVAL);
	assert_int_equal(iw_layout_append_source_name(&source, "a/b", 3), -EINVAL);
	assert_int_equal(source.len, 0);
}

static void assert_absolute(const char *cwd, const char *path, const char *wanted)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

	assert_int_equal(iw_buffer_append_str(&buffer, "x"), 0);
	assert_int_equal(iw_layout_append_absolute(&buffer, cwd, path), 0);
	assert_int_equal(buffer.data[0], 'x');
	assert_int_equal(buffer.data[buffer.len], '\0');
	assert_string_equal(buffer.data + 1, wanted);
}

static void paths_become_absolute(void **state IW_UNUSED)
{
	assert_absolute("/home/u", "a", "/home/u/a");
	assert_absolute("/home/u", ".", "/home/u");
	assert_absolute("/home/u", "", "/home/u");
	assert_absolute("/home/u", "..", "/home");
	assert_absolute("/home/u", "../../..", "/");
	assert_absolute("/home/u", "../../../../etc", "/etc");
	assert_absolute("/home/u", "./a/./b/../c/", "/home/u/a/c");
	assert_absolute("/home/u", "...", "/home/u/...");
	assert_absolute("/home/u", "..a", "/home/u/..a");
	assert_absolute("/", "a", "/a");
	assert_absolute("/home/u", "/", "/");
	assert_absolute("/home/u", "//etc//x//", "/etc/x");
	assert_absolute("/home/u", "/../etc", "/etc");
	assert_absolute("", "/a", "/a");

	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	assert_int_equal(iw_layout_append_absolute(&buffer, "home", "a"), -EINVAL);
	assert_int_equal(buffer.len, 0);
}

static void assert_place(const char *absolute, const char *wanted)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

	assert_int_equal(iw_layout_append_place(&buffer, IW_LAYOUT_VERSIONS, absolute),
			 0);
	assert_string_equal(buffer.data, wanted);
}

static void paths_have_their_place(void **state IW_UNUSED)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

	assert_place("/", "versions");
	assert_place("/home/u/a", "versions/home/u/a");
	assert_place("/home/20261120T063506.123456789Z/=20261120T063506.123456789Z",
		     "versions/home/=20261120T063506.123456789Z/"
		     "==20261120T063506.123456789Z");
	assert_int_equal(iw_layout_append_place(&buffer, "current", "a"), -EINVAL);
	assert_int_equal(iw_layout_append_place(&buffer, "current", "/a/../b"), -EINVAL);
	assert_int_equal(iw_layout_append_place(&buffer, "current", "/.."), -EINVAL);
	assert_int_equal(iw_layout_append_place(&buffer, "current", "//a"), -EINVAL);
	assert_int_equal(buffer.len, 0);
}

/* No absolute path that comes out leads elsewhere than below its folder. */
static void nothing_escapes(void **state IW_UNUSED)
{
	static const char *const parts[] = {"..",  ".", "",     "a",
					    "...", "=", "..\n", "..="};
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;
	IW_AUTO_BUFFER struct iw_buffer absolute = IW_BUFFER_INIT;
	IW_AUTO_BUFFER struct iw_buffer place = IW_BUFFER_INIT;
	uint64_t seed = 3;

	for (int i = 0; i < 50000; i++) {
		iw_buffer_clear(&path);
		iw_buffer_clear(&absolute);
		iw_buffer_clear(&place);
		for (uint32_t n = next_random(&seed) % 8; n > 0; n--) {
			const char *part =
				parts[next_random(&seed) % IW_ARRAY_LEN(parts)];

			assert_int_equal(iw_buffer_append_str(&path, part), 0);
			assert_int_equal(iw_buffer_append_char(&path, '/'), 0);
		}
		assert_int_equal(iw_buffer_terminate(&path), 0);
		assert_int_equal(iw_layout_append_absolute(&absolute, "/w", path.data),
				 0);
		assert_null(strstr(absolute.data, "/../"));
		assert_null(strstr(absolute.data, "//"));
		assert_int_equal(iw_layout_append_place(&place, "current", absolute.data),
				 0);
		assert_memory_equal(place.data, "current", 7);
		assert_int_equal(place.data[7], place.len > 7 ? '/' : '\0');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_written_and_read),
		cmocka_unit_test(times_sort_as_their_names),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(every_byte_of_a_time_is_looked_at),
		cmocka_unit_test(versions_are_written_and_read),
		cmocka_unit_test(names_that_look_like_times_get_a_sign),
		cmocka_unit_test(every_name_keeps_its_place),
		cmocka_unit_test(single_bytes_are_names),
		cmocka_unit_test(a_name_without_room_is_refused),
		cmocka_unit_test(what_was_never_stored_is_no_source),
		cmocka_unit_test(paths_become_absolute),
		cmocka_unit_test(paths_have_their_place),
		cmocka_unit_test(nothing_escapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
