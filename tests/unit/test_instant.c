/* SPDX-License-Identifier: MIT */
#include "core/instant.h"

#include "text_support.h"

static const int64_t NOW = INT64_C(1795156506) * 1000000000; /* 2026-11-20 06:35:06 UTC */
static const int64_t S = 1000000000;
static const int64_t DAY = INT64_C(86400) * 1000000000;

/* A zone two hours ahead of UTC, that has to be asked about summer time. */
static time_t from_local(struct tm *local)
{
	assert_int_equal(local->tm_isdst, -1);
	return timegm(local) - 7200;
}

static const struct iw_instant_setting SETTING = {INT64_C(1795156506) * 1000000000,
						  from_local};

static void assert_instant(const char *text, int64_t wanted)
{
	int64_t time_ns = -1;
	const int r = iw_instant_parse(text, &SETTING, &time_ns);

	if (r != 0 || time_ns != wanted)
		fail_msg("%s: %d, %lld, wanted %lld", text, r, (long long)time_ns,
			 (long long)wanted);
}

static void with_a_zone(void **state IW_UNUSED)
{
	assert_instant("2026-11-20T06:35:06Z", NOW);
	assert_instant("2026-11-20t06:35:06z", NOW);
	assert_instant("2026-11-20 06:35:06Z", NOW);
	assert_instant("2026-11-20T06:35:06.5Z", NOW + S / 2);
	assert_instant("2026-11-20T06:35:06.123456789Z", NOW + 123456789);
	assert_instant("2026-11-20T06:35:06.1234567899Z", NOW + 123456789);
	assert_instant("2026-11-20T07:35:06+01:00", NOW);
	assert_instant("2026-11-20T01:05:06-05:30", NOW);
	assert_instant("2026-11-19T23:59:60Z", NOW - (6 * 3600 + 35 * 60 + 6) * S);
	assert_instant("1970-01-01T00:00:00Z", 0);
	assert_instant("1969-12-31T23:59:59.999999999Z", -1);
	assert_instant("2024-02-29T00:00:00Z", INT64_C(1709164800) * S);
	assert_instant("20261120T063506.123456789Z", NOW + 123456789);
}

static void in_local_time(void **state IW_UNUSED)
{
	assert_instant("2026-11-20 08:35:06", NOW);
	assert_instant("2026-11-20T08:35:06", NOW);
	assert_instant("2026-11-20 08:35", NOW - 6 * S);
	assert_instant("2026-11-20", NOW - (8 * 3600 + 35 * 60 + 6) * S);
	assert_instant("2026-11-20 08:35:06.25", NOW + S / 4);
}

static void as_an_age(void **state IW_UNUSED)
{
	assert_instant("2d", NOW - 2 * DAY);
	assert_instant("1.5h", NOW - 5400 * S);
	assert_instant("90", NOW - 90 * S);
	assert_instant("0", NOW);
	assert_instant("250ms", NOW - S / 4);
}

static void anything_else_is_refused(void **state IW_UNUSED)
{
	static const char *const wrong[] = {
		"",
		"now",
		"-2d",
		"2 d",
		"2w",
		"2026-11",
		"2026-11-2",
		"2026-13-20",
		"2026-00-20",
		"2026-02-29",
		"2026-11-31",
		"2026-11-00",
		"2026-11-20 ",
		"2026-11-20x",
		"2026-11-20 8:35",
		"2026-11-20 24:00",
		"2026-11-20 08:60",
		"2026-11-20 08:35:61",
		"2026-11-20 08:35:",
		"2026-11-20 08:35Z",
		"2026-11-20T06:35:06.Z",
		"2026-11-20T06:35:06+0100",
		"2026-11-20T06:35:06+24:00",
		"2026-11-20T06:35:06Z ",
		"2026-11-20Z",
		"20261120T063506Z",
		"20261120T063506.12345678Z",
		"20261320T063506.123456789Z",
		"20261120T063506.123456789",
		"=20261120T063506.123456789Z",
		" 2026-11-20",
	};
	int64_t time_ns = 42;

	for (size_t i = 0; i < IW_ARRAY_LEN(wrong); i++) {
		if (iw_instant_parse(wrong[i], &SETTING, &time_ns) != -EINVAL)
			fail_msg("'%s' was taken", wrong[i]);
	}
	assert_int_equal(iw_instant_parse("9999-01-01", &SETTING, &time_ns), -ERANGE);
	assert_int_equal(iw_instant_parse("0001-01-01T00:00:00Z", &SETTING, &time_ns),
			 -ERANGE);
	assert_int_equal(iw_instant_parse("99999999d", &SETTING, &time_ns), -ERANGE);
	assert_int_equal(time_ns, 42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_a_zone),
		cmocka_unit_test(in_local_time),
		cmocka_unit_test(as_an_age),
		cmocka_unit_test(anything_else_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
