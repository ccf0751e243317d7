/* SPDX-License-Identifier: MIT */
#include "sink/store/retention.h"

#include "text_support.h"

enum { MOST = 24 };
static const int64_t HOUR = INT64_C(3600) * 1000000000;
static const int64_t DAY = INT64_C(86400) * 1000000000;

static int64_t time_of(const char *text)
{
	int64_t time_ns = 0;

	assert_int_equal(iw_layout_parse_time(text, strlen(text), &time_ns), 0);
	return time_ns;
}

/*
 * The rules as the manual has them, asked for one version after the other, with the
 * calendar taken from the names of the times.
 */

static void calendar_text(int64_t time_ns, const struct iw_retention_moment *moment,
			  char text[IW_LAYOUT_TIME_LEN + 1])
{
	iw_layout_format_time(time_ns + moment->utc_offset_ns, text);
}

/* Monday of the week, by going back day by day to a Monday that is known. */
static int64_t monday_of(int64_t time_ns, const struct iw_retention_moment *moment)
{
	const int64_t known = time_of("20261116T000000.000000000Z");
	int64_t monday = known;

	while (monday + 7 * DAY <= time_ns + moment->utc_offset_ns)
		monday += 7 * DAY;
	while (monday > time_ns + moment->utc_offset_ns)
		monday -= 7 * DAY;
	return monday;
}

static bool is_same_period(int64_t a, int64_t b, char period,
			   const struct iw_retention_moment *moment)
{
	char first[IW_LAYOUT_TIME_LEN + 1];
	char second[IW_LAYOUT_TIME_LEN + 1];

	if (period == 'w')
		return monday_of(a, moment) == monday_of(b, moment);
	calendar_text(a, moment, first);
	calendar_text(b, moment, second);
	return memcmp(first, second, period == 'd' ? 8 : 6) == 0;
}

/* Of versions[0]: is it the last of its period, and how many later periods have one? */
static bool is_wanted_by_period(const struct iw_layout_version *versions, size_t len,
				char period, uint64_t count,
				const struct iw_retention_moment *moment)
{
	uint64_t later = 0;
	int64_t last = versions[0].time_ns;

	for (size_t i = 1; i < len; i++) {
		if (versions[i].is_deleted)
			continue;
		if (is_same_period(versions[i].time_ns, versions[0].time_ns, period,
				   moment))
			return false;
		if (!is_same_period(versions[i].time_ns, last, period, moment))
			later++;
		last = versions[i].time_ns;
	}
	return later < count;
}

static bool is_wanted(const struct iw_retention *rules,
		      const struct iw_retention_moment *moment,
		      const struct iw_layout_version *versions, size_t len, size_t which)
{
	uint64_t newer = 0;

	for (size_t i = which + 1; i < len; i++)
		newer += !versions[i].is_deleted;
	if (newer == 0 || newer < rules->keep)
		return true;
	if (rules->keep_for_ns &&
	    versions[which + 1].time_ns > moment->now_ns - rules->keep_for_ns)
		return true;
	return is_wanted_by_period(versions + which, len - which, 'd', rules->daily,
				   moment) ||
	       is_wanted_by_period(versions + which, len - which, 'w', rules->weekly,
				   moment) ||
	       is_wanted_by_period(versions + which, len - which, 'm', rules->monthly,
				   moment);
}

/* What --at gives: the index of the version, or -1 for nothing. */
static int version_at(const struct iw_layout_version *versions, const bool *goes,
		      size_t len, int64_t at_ns)
{
	int found = -1;

	for (size_t i = 0; i < len && versions[i].time_ns <= at_ns; i++) {
		if (!goes[i])
			found = versions[i].is_deleted ? -1 : (int)i;
	}
	return found;
}

static size_t random_versions(uint64_t *seed, struct iw_layout_version *versions)
{
	static const int64_t steps[] = {1,
					60 * INT64_C(1000000000),
					3600000000000,
					INT64_C(86400) * 1000000000,
					INT64_C(86400) * 7000000000,
					INT64_C(86400) * 31000000000};
	const size_t len = next_random(seed) % MOST + 1;
	int64_t time_ns = (int64_t)next_random(seed) * 700000000;

	for (size_t i = 0; i < len; i++) {
		time_ns += steps[next_random(seed) % IW_ARRAY_LEN(steps)] *
				   (next_random(seed) % 5 + 1) -
			   (next_random(seed) % 2);
		versions[i].time_ns = time_ns + 1;
		/* The first is a version, and nothing is deleted twice. */
		versions[i].is_deleted = i > 0 && !versions[i - 1].is_deleted &&
					 next_random(seed) % 4 == 0;
	}
	return len;
}

static struct iw_retention random_rules(uint64_t *seed)
{
	return (struct iw_retention){
		.keep = next_random(seed) % 2 ? 0 : next_random(seed) % 8,
		.keep_for_ns = next_random(seed) % 2
				       ? 0
				       : (int64_t)(next_random(seed) % 100) * DAY / 2,
		.daily = next_random(seed) % 2 ? 0 : next_random(seed) % 5,
		.weekly = next_random(seed) % 2 ? 0 : next_random(seed) % 5,
		.monthly = next_random(seed) % 2 ? 0 : next_random(seed) % 5,
	};
}

static bool has_rule(const struct iw_retention *rules)
{
	return rules->keep || rules->keep_for_ns || rules->daily || rules->weekly ||
	       rules->monthly;
}

static void it_does_as_the_manual_says(void **state IW_UNUSED)
{
	struct iw_layout_version versions[MOST];
	bool goes[MOST];
	uint64_t seed = 11;

	for (int round = 0; round < 8000; round++) {
		const struct iw_retention rules = random_rules(&seed);
		const size_t len = random_versions(&seed, versions);
		const struct iw_retention_moment moment = {
			.now_ns = versions[len - 1].time_ns +
				  (int64_t)(next_random(&seed) % 60) * HOUR,
			.utc_offset_ns =
				((int64_t)(next_random(&seed) % 57) - 28) * HOUR / 2,
		};

		iw_retention_choose(&rules, &moment, versions, len, goes);
		for (size_t i = 0; i < len; i++) {
			if (versions[i].is_deleted)
				continue;
			assert_int_equal(goes[i], has_rule(&rules) &&
							  !is_wanted(&rules, &moment,
								     versions, len, i));
		}
	}
}

/* Whatever went: a restored state is the one of that time, or older, or nothing. */
static void what_goes_never_makes_a_state_that_was_not(void **state IW_UNUSED)
{
	static const bool all_stay[MOST] = {false};
	struct iw_layout_version versions[MOST];
	bool goes[MOST];
	uint64_t seed = 5;

	for (int round = 0; round < 8000; round++) {
		const struct iw_retention rules = random_rules(&seed);
		const size_t len = random_versions(&seed, versions);
		const struct iw_retention_moment moment = {versions[len - 1].time_ns, 0};
		size_t newest = len - 1 - versions[len - 1].is_deleted;

		iw_retention_choose(&rules, &moment, versions, len, goes);
		assert_false(goes[newest]);
		assert_false(goes[len - 1]);
		for (size_t i = 0; i < len; i++) {
			const int64_t at_ns = versions[i].time_ns;
			const int before = version_at(versions, all_stay, len, at_ns);
			const int after = version_at(versions, goes, len, at_ns);

			if (before < 0)
				assert_int_equal(after, -1);
			else if (!goes[before])
				assert_int_equal(after, before);
			else
				assert_true(after < before);
			if (rules.keep_for_ns &&
			    at_ns > moment.now_ns - rules.keep_for_ns)
				assert_int_equal(after, before);
		}
	}
}

static void assert_stays(const struct iw_retention *rules, const char *const *times,
			 size_t len, const char *wanted)
{
	const struct iw_retention_moment moment = {time_of("20261120T120000.000000000Z"),
						   0};
	struct iw_layout_version versions[MOST];
	char stays[MOST + 1] = "";
	bool goes[MOST];

	for (size_t i = 0; i < len; i++)
		assert_int_equal(
			iw_layout_parse_version(times[i], strlen(times[i]), &versions[i]),
			0);
	iw_retention_choose(rules, &moment, versions, len, goes);
	for (size_t i = 0; i < len; i++)
		stays[i] = goes[i] ? '-' : '+';
	assert_string_equal(stays, wanted);
}

static void each_rule_alone(void **state IW_UNUSED)
{
	static const char *const times[] = {
		"20260930T235959.999999999Z", /* Wednesday */
		"20261001T000000.000000000Z", /* Thursday, the next month */
		"20261115T100000.000000000Z", /* Sunday */
		"20261116T100000.000000000Z", /* Monday */
		"20261119T100000.000000000Z", "20261119T110000.000000000Z",
		"20261120T100000.000000000Z",
	};
	const size_t len = IW_ARRAY_LEN(times);

	assert_stays(&(struct iw_retention){0}, times, len, "+++++++");
	assert_stays(&(struct iw_retention){.keep = 1}, times, len, "------+");
	assert_stays(&(struct iw_retention){.keep = 3}, times, len, "----+++");
	assert_stays(&(struct iw_retention){.keep = 100}, times, len, "+++++++");
	assert_stays(&(struct iw_retention){.daily = 2}, times, len, "-----++");
	assert_stays(&(struct iw_retention){.daily = 3}, times, len, "---+-++");
	assert_stays(&(struct iw_retention){.weekly = 2}, times, len, "--+---+");
	assert_stays(&(struct iw_retention){.monthly = 2}, times, len, "-+----+");
	assert_stays(&(struct iw_retention){.monthly = 9}, times, len, "++----+");
	/* It was the newest until the 19th, 10 o'clock: within the last two days. */
	assert_stays(&(struct iw_retention){.keep_for_ns = 2 * DAY}, times, len,
		     "---++++");
	assert_stays(&(struct iw_retention){.keep_for_ns = 1}, times, len, "------+");
	assert_stays(&(struct iw_retention){.keep = 2, .weekly = 2}, times, len,
		     "--+--++");
}

static void a_deletion_stays_as_long_as_it_says_something(void **state IW_UNUSED)
{
	static const char *const times[] = {
		"20261101T100000.000000000Z",
		"20261102T100000.000000000Z.deleted",
		"20261103T100000.000000000Z",
		"20261104T100000.000000000Z.deleted",
	};
	static const char *const back[] = {
		"20261101T100000.000000000Z",
		"20261102T100000.000000000Z.deleted",
		"20261103T100000.000000000Z",
	};

	assert_stays(&(struct iw_retention){0}, times, 4, "++++");
	assert_stays(&(struct iw_retention){.keep = 1}, times, 4, "--++");
	assert_stays(&(struct iw_retention){.keep = 2}, times, 4, "++++");
	assert_stays(&(struct iw_retention){.keep = 1}, back, 3, "--+");
	assert_stays(&(struct iw_retention){.daily = 2}, back, 3, "+++");
}

static void days_are_local(void **state IW_UNUSED)
{
	const struct iw_layout_version versions[] = {
		{time_of("20261119T223000.000000000Z"), false},
		{time_of("20261119T233000.000000000Z"), false},
	};
	const struct iw_retention rules = {.daily = 2};
	bool goes[2];

	iw_retention_choose(&rules, &(struct iw_retention_moment){0, 0}, versions, 2,
			    goes);
	assert_true(goes[0]);
	iw_retention_choose(&rules, &(struct iw_retention_moment){0, HOUR}, versions, 2,
			    goes);
	assert_false(goes[0]);
}

static void ends_of_time_do_no_harm(void **state IW_UNUSED)
{
	const struct iw_layout_version versions[] = {{INT64_MIN, false},
						     {INT64_MAX, false}};
	const struct iw_retention rules = {1, INT64_MAX, 1, 1, 1};
	bool goes[2];

	iw_retention_choose(&rules, &(struct iw_retention_moment){INT64_MIN, -HOUR},
			    versions, 2, goes);
	assert_false(goes[1]);
	iw_retention_choose(&rules, &(struct iw_retention_moment){INT64_MAX, HOUR},
			    versions, 2, goes);
	assert_false(goes[1]);
	iw_retention_choose(&rules, &(struct iw_retention_moment){0}, versions, 0, goes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_does_as_the_manual_says),
		cmocka_unit_test(what_goes_never_makes_a_state_that_was_not),
		cmocka_unit_test(each_rule_alone),
		cmocka_unit_test(a_deletion_stays_as_long_as_it_says_something),
		cmocka_unit_test(days_are_local),
		cmocka_unit_test(ends_of_time_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
