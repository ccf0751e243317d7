/* SPDX-License-Identifier: MIT */
#include "sink/store/retention.h"

#include <time.h>

static const int64_t NS_PER_S = 1000000000;
static const int64_t NS_PER_DAY = INT64_C(86400) * 1000000000;

struct choice {
	const struct iw_layout_version *versions;
	size_t len;
	int64_t utc_offset_ns;
	bool *goes;
};

static int64_t divide_down(int64_t number, int64_t by)
{
	return number / by - (number % by < 0);
}

static int64_t day_of(int64_t local_ns)
{
	return divide_down(local_ns, NS_PER_DAY);
}

static int64_t week_of(int64_t local_ns)
{
	/* 1970 began on a Thursday. */
	return divide_down(day_of(local_ns) + 3, 7);
}

static int64_t month_of(int64_t local_ns)
{
	const time_t seconds = (time_t)divide_down(local_ns, NS_PER_S);
	struct tm date = {0};

	gmtime_r(&seconds, &date);
	return (int64_t)date.tm_year * 12 + date.tm_mon;
}

/* a + b, or the last number where that would be beyond. */
static int64_t add_bounded(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return b < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

/* The newest count stay. */
static void keep_newest(const struct choice *choice, uint64_t count)
{
	for (size_t i = choice->len; i-- > 0 && count > 0;) {
		if (choice->versions[i].is_deleted)
			continue;
		choice->goes[i] = false;
		count--;
	}
}

/* What was the newest at some moment since then stays. */
static void keep_since(const struct choice *choice, int64_t since_ns)
{
	for (size_t i = 0; i < choice->len; i++) {
		if (i + 1 == choice->len || choice->versions[i + 1].time_ns > since_ns)
			choice->goes[i] = false;
	}
}

/* The last of each of the newest count periods stays. */
static void keep_periods(const struct choice *choice, uint64_t count,
			 int64_t (*period_of)(int64_t local_ns))
{
	bool has_later = false;
	int64_t later = 0;

	for (size_t i = choice->len; i-- > 0 && count > 0;) {
		if (choice->versions[i].is_deleted)
			continue;
		const int64_t period = period_of(
			add_bounded(choice->versions[i].time_ns, choice->utc_offset_ns));
		if (has_later && period == later)
			continue;
		has_later = true;
		later = period;
		choice->goes[i] = false;
		count--;
	}
}

/* A deletion tells something where a version is left that it ended. */
static void keep_telling_deletions(const struct choice *choice)
{
	bool has_version = false;

	for (size_t i = 0; i < choice->len; i++) {
		if (choice->versions[i].is_deleted) {
			choice->goes[i] = !has_version;
			has_version = false;
		} else if (!choice->goes[i]) {
			has_version = true;
		}
	}
}

void iw_retention_choose(const struct iw_retention *rules,
			 const struct iw_retention_moment *moment,
			 const struct iw_layout_version *versions, size_t versions_len,
			 bool *ret_goes)
{
	const bool has_rule = rules->keep || rules->keep_for_ns || rules->daily ||
			      rules->weekly || rules->monthly;
	const struct choice choice = {versions, versions_len, moment->utc_offset_ns,
				      ret_goes};

	for (size_t i = 0; i < versions_len; i++)
		ret_goes[i] = has_rule;
	if (!has_rule)
		return;
	keep_newest(&choice, rules->keep ? rules->keep : 1);
	if (rules->keep_for_ns)
		keep_since(&choice, add_bounded(moment->now_ns, -rules->keep_for_ns));
	keep_periods(&choice, rules->daily, day_of);
	keep_periods(&choice, rules->weekly, week_of);
	keep_periods(&choice, rules->monthly, month_of);
	keep_telling_deletions(&choice);
}
