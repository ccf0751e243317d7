/* SPDX-License-Identifier: MIT */
#include "core/json.h"

#include <errno.h>
#include <stdio.h>
#include <sys/inotify.h>

#include "json_reader.h"
#include "text_support.h"

#define EPOCH "{\"time\":\"1970-01-01T00:00:00.000000000Z\","

static struct json_object object;

static void assert_time(int64_t time_ns, const char *wanted)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

	assert_int_equal(iw_json_append_time(&buffer, time_ns), 0);
	assert_buffer(&buffer, wanted, strlen(wanted));
}

static void prints_golden_times(void **state IW_UNUSED)
{
	const int64_t second = 1000000000;

	assert_time(0, "1970-01-01T00:00:00.000000000Z");
	assert_time(1, "1970-01-01T00:00:00.000000001Z");
	assert_time(-1, "1969-12-31T23:59:59.999999999Z");
	assert_time(-second, "1969-12-31T23:59:59.000000000Z");
	assert_time(-86400 * second, "1969-12-31T00:00:00.000000000Z");
	assert_time(-86400 * second - 1, "1969-12-30T23:59:59.999999999Z");
	assert_time(951782400 * second, "2000-02-29T00:00:00.000000000Z");
	assert_time(951868799 * second + 999999999, "2000-02-29T23:59:59.999999999Z");
	assert_time(951868800 * second, "2000-03-01T00:00:00.000000000Z");
	assert_time(1709164800 * second, "2024-02-29T00:00:00.000000000Z");
	assert_time(1795156506 * second + 123456789, "2026-11-20T06:35:06.123456789Z");
	assert_time(2147483647 * second, "2038-01-19T03:14:07.000000000Z");
	assert_time(2147483648 * second, "2038-01-19T03:14:08.000000000Z");
	assert_time(4107542400 * second, "2100-03-01T00:00:00.000000000Z");
	assert_time(4107542399 * second, "2100-02-28T23:59:59.000000000Z");
	assert_time(INT64_MAX, "2262-04-11T23:47:16.854775807Z");
	assert_time(INT64_MIN, "1677-09-21T00:12:43.145224192Z");
}

/* Each day that int64_t nanoseconds can tell, against a calendar that counts up. */
static void knows_each_day(void **state IW_UNUSED)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year = 1678, month = 0, day = 0;

	for (int64_t number = -106650; year < 2262; number++) {
		const bool is_leap =
			(year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
		char wanted[64];

		snprintf(wanted, sizeof(wanted), "%04d-%02d-%02dT12:00:00.000000000Z",
			 year, month + 1, day + 1);
		assert_time((number * 86400 + 43200) * 1000000000, wanted);
		if (++day < lengths[month] + (month == 1 && is_leap))
			continue;
		day = 0;
		month = (month + 1) % 12;
		year += month == 0;
	}
}

static void assert_string(const char *bytes, size_t len, const char *wanted,
			  bool wanted_lossless)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	bool is_lossless = !wanted_lossless;

	assert_int_equal(iw_json_append_string(&buffer, bytes, len, &is_lossless), 0);
	assert_buffer(&buffer, wanted, strlen(wanted));
	assert_int_equal(is_lossless, wanted_lossless);

	iw_buffer_clear(&buffer);
	assert_int_equal(iw_json_append_string(&buffer, bytes, len, NULL), 0);
	assert_buffer(&buffer, wanted, strlen(wanted));
}

static void escapes_each_byte(void **state IW_UNUSED)
{
	static const char *const named[256] = {
		['\b'] = "\"\\b\"",  ['\t'] = "\"\\t\"", ['\n'] = "\"\\n\"",
		['\f'] = "\"\\f\"",  ['\r'] = "\"\\r\"", ['"'] = "\"\\\"\"",
		['\\'] = "\"\\\\\"",
	};

	for (int value = 0; value < 256; value++) {
		const char byte = (char)value;
		char wanted[16];

		if (named[value])
			strcpy(wanted, named[value]);
		else if (value < 0x20 || value == 0x7f)
			snprintf(wanted, sizeof(wanted), "\"\\u%04x\"", (unsigned)value);
		else if (value < 0x80)
			snprintf(wanted, sizeof(wanted), "\"%c\"", value);
		else
			strcpy(wanted, "\"\xef\xbf\xbd\"");
		assert_string(&byte, 1, wanted, value < 0x80);
	}
}

static void prints_strings(void **state IW_UNUSED)
{
	assert_string("", 0, "\"\"", true);
	assert_string(NULL, 0, "\"\"", true);
	assert_string("a\0b", 3, "\"a\\u0000b\"", true);
	assert_string("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9,
		      "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"", true);
	assert_string("\xef\xbf\xbd", 3, "\"\xef\xbf\xbd\"", true);
	assert_string("x\xe2\x82", 3, "\"x\xef\xbf\xbd\xef\xbf\xbd\"", false);
	assert_string("\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"",
		      false);
	assert_string("\xc0\xaf", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"", false);
	assert_string("\xff\xc3\xa4", 3, "\"\xef\xbf\xbd\xc3\xa4\"", false);
	/* What steers terminals, too: it stays lossless without harm. */
	assert_string("\xc2\x9b\xc2\x85", 4, "\"\\u009b\\u0085\"", true);
	assert_string("\xe2\x80\xa8\xe2\x80\xae\xd8\x9c", 8, "\"\\u2028\\u202e\\u061c\"",
		      true);
}

static void assert_record(const struct iw_record *record, const char *wanted)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

	assert_int_equal(iw_json_append(record, &buffer), 0);
	assert_buffer(&buffer, wanted, strlen(wanted));
	assert_true(json_read(&object, buffer.data, buffer.len));
}

static void prints_file_events(void **state IW_UNUSED)
{
	char bytes[16], from[16];
	struct iw_record record = {
		.event = IW_CLOSE_WRITE,
		.mask = IN_CLOSE_WRITE,
		.path = make_path(bytes, "d//", "a", 1),
	};

	assert_record(&record, EPOCH "\"event\":\"close_write\",\"path\":\"d/a\","
				     "\"type\":\"file\"}");
	record.event = IW_MOVE;
	record.mask = IN_MOVED_TO | IN_ISDIR;
	record.from = make_path(from, "d/", "b\n", 2);
	record.cookie = UINT32_MAX;
	record.wd = INT32_MAX;
	assert_record(&record, EPOCH "\"event\":\"move\",\"path\":\"d/a\","
				     "\"from\":\"d/b\\n\",\"type\":\"dir\","
				     "\"wd\":2147483647,\"cookie\":4294967295}");
	record.event = IW_EXCHANGE;
	record.path = make_path(bytes, "d/", "\xff", 1);
	record.from = make_path(from, "d/", "\xfe", 1);
	record.cookie = 0;
	record.wd = 1;
	assert_record(&record, EPOCH "\"event\":\"exchange\",\"path\":\"d/\xef\xbf\xbd\","
				     "\"path_b64\":\"ZC//\",\"from\":\"d/\xef\xbf\xbd\","
				     "\"from_b64\":\"ZC/+\",\"type\":\"dir\",\"wd\":1}");
}

static void prints_the_root(void **state IW_UNUSED)
{
	char bytes[16];
	struct iw_record record = {
		.event = IW_DELETE_SELF,
		.mask = IN_DELETE_SELF | IN_ISDIR,
		.path = make_path(bytes, "d/", "", 0),
	};

	assert_record(&record, EPOCH "\"event\":\"delete_self\",\"path\":\"d\","
				     "\"type\":\"dir\"}");
	record.path = make_path(bytes, "/", "", 0);
	assert_record(&record, EPOCH "\"event\":\"delete_self\",\"path\":\"/\","
				     "\"type\":\"dir\"}");
	record.path = make_path(bytes, "./", "a", 1);
	assert_record(&record, EPOCH "\"event\":\"delete_self\",\"path\":\"./a\","
				     "\"type\":\"dir\"}");
}

static void prints_control_records(void **state IW_UNUSED)
{
	char bytes[16];
	const struct iw_path path = make_path(bytes, "d/", "", 0);

	assert_record(&(struct iw_record){.event = IW_READY, .path = path},
		      EPOCH "\"event\":\"ready\",\"version\":1}");
	assert_record(&(struct iw_record){.event = IW_OVERFLOW,
					  .mask = IN_Q_OVERFLOW,
					  .path = path},
		      EPOCH "\"event\":\"overflow\"}");
	assert_record(&(struct iw_record){.event = IW_RESYNC, .path = path},
		      EPOCH "\"event\":\"resync\",\"path\":\"d\"}");
	assert_record(&(struct iw_record){.event = IW_SYNCED},
		      EPOCH "\"event\":\"synced\"}");
	assert_record(&(struct iw_record){.event = IW_SYNCED, .path = path},
		      EPOCH "\"event\":\"synced\",\"path\":\"d\"}");
	assert_record(&(struct iw_record){.event = IW_LOST,
					  .path = path,
					  .mask = IN_ISDIR,
					  .error = ENOSPC,
					  .message = "raise \"it\"\n"},
		      EPOCH "\"event\":\"lost\",\"path\":\"d\",\"error\":\"ENOSPC\","
			    "\"message\":\"raise \\\"it\\\"\\n\"}");
}

static void prints_the_word_of_each_event(void **state IW_UNUSED)
{
	for (int event = 0; event < IW_EVENT_COUNT; event++) {
		IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
		char bytes[8];
		const struct iw_record record = {
			.event = (enum iw_event)event,
			.path = make_path(bytes, "d/", "f", 1),
		};

		assert_int_equal(iw_json_append(&record, &buffer), 0);
		assert_true(json_read(&object, buffer.data, buffer.len));
		assert_string_equal(json_find(&object, "event")->value,
				    iw_event_word(record.event));
		assert_int_equal(json_find(&object, "type") == NULL,
				 iw_event_is_control(record.event));
	}
}

/* The bytes of a path are its base64 if there is one, else its text. */
static void assert_path(const char *key, const char *b64_key, const char *wanted,
			size_t wanted_len)
{
	const struct json_field *path = json_find(&object, key);
	const struct json_field *b64 = json_find(&object, b64_key);
	char decoded[256];

	assert_non_null(path);
	if (b64) {
		assert_int_equal(base64_read(b64->value, b64->value_len, decoded),
				 wanted_len);
		assert_memory_equal(decoded, wanted, wanted_len);
		assert_non_null(strstr(path->value, "\xef\xbf\xbd"));
		return;
	}
	assert_int_equal(path->value_len, wanted_len);
	assert_memory_equal(path->value, wanted, wanted_len);
}

static void random_names_come_back(void **state IW_UNUSED)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	uint64_t seed = 11;

	for (int round = 0; round < 20000; round++) {
		char name[64], bytes[80], old[64], from[80];
		size_t len = random_name(&seed, name, sizeof(name) - 1) + 1;
		size_t old_len = random_name(&seed, old, sizeof(old) - 1) + 1;

		name[len - 1] = 'n';
		old[old_len - 1] = 'o';
		const struct iw_record record = {
			.event = IW_MOVE,
			.time_ns = (int64_t)next_random(&seed) << 31,
			.path = make_path(bytes, "d/", name, len),
			.from = make_path(from, "d/", old, old_len),
		};

		iw_buffer_clear(&buffer);
		assert_int_equal(iw_json_append(&record, &buffer), 0);
		assert_int_equal(find_harm(buffer.data, buffer.len), -1);
		assert_true(json_read(&object, buffer.data, buffer.len));
		assert_path("path", "path_b64", bytes, len + 2);
		assert_path("from", "from_b64", from, old_len + 2);
	}
}

static void a_forged_record_stays_a_name(void **state IW_UNUSED)
{
	static const char forged[] = "a\"}\n{\"event\":\"delete\",\"path\":\"d/b";
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	char bytes[64];
	const struct iw_record record = {
		.event = IW_CREATE,
		.path = make_path(bytes, "d/", forged, sizeof(forged) - 1),
	};

	assert_int_equal(iw_json_append(&record, &buffer), 0);
	assert_null(memchr(buffer.data, '\n', buffer.len));
	assert_true(json_read(&object, buffer.data, buffer.len));
	assert_int_equal(object.count, 4);
	assert_string_equal(json_find(&object, "event")->value, "create");
	assert_path("path", "path_b64", bytes, sizeof(forged) + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_golden_times),
		cmocka_unit_test(knows_each_day),
		cmocka_unit_test(escapes_each_byte),
		cmocka_unit_test(prints_strings),
		cmocka_unit_test(prints_file_events),
		cmocka_unit_test(prints_the_root),
		cmocka_unit_test(prints_control_records),
		cmocka_unit_test(prints_the_word_of_each_event),
		cmocka_unit_test(random_names_come_back),
		cmocka_unit_test(a_forged_record_stays_a_name),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
