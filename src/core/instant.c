/* SPDX-License-Identifier: MIT */
#include "core/instant.h"

#include <stdbool.h>
#include <string.h>

#include "core/quantity.h"

enum { FRACTION_DIGITS = 9 };
static const int64_t NS_PER_S = 1000000000;

/* What was read so far; text moves on. */
struct reading {
	const char *text;
	struct tm fields;
	int64_t billionths;
	bool has_zone;
	int64_t zone_s; /* local time less UTC */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly count digits, from min to max. */
static bool take_number(struct reading *reading, int count, int min, int max,
			int *ret_value)
{
	int value = 0;

	for (; count > 0; count--, reading->text++) {
		if (!is_digit(*reading->text))
			return false;
		value = value * 10 + (*reading->text - '0');
	}
	if (value < min || value > max)
		return false;
	*ret_value = value;
	return true;
}

static bool take_char(struct reading *reading, const char *one_of)
{
	if (!*reading->text || !strchr(one_of, *reading->text))
		return false;
	reading->text++;
	return true;
}

/* A date is separated by "-" or by nothing. */
static bool take_date(struct reading *reading, bool has_dashes)
{
	struct tm *date = &reading->fields;
	int year = 0;
	int month = 0;

	if (!take_number(reading, 4, 0, 9999, &year) ||
	    (has_dashes && !take_char(reading, "-")) ||
	    !take_number(reading, 2, 1, 12, &month) ||
	    (has_dashes && !take_char(reading, "-")) ||
	    !take_number(reading, 2, 1, 31, &date->tm_mday))
		return false;
	date->tm_year = year - 1900;
	date->tm_mon = month - 1;
	/* February 30 would be taken for March. */
	struct tm normal = *date;
	timegm(&normal);
	return normal.tm_mday == date->tm_mday;
}

static void take_fraction(struct reading *reading)
{
	int64_t place = NS_PER_S;

	for (; is_digit(*reading->text); reading->text++) {
		place /= 10;
		reading->billionths += place * (*reading->text - '0');
	}
}

/* Z, +01:00, or nothing. */
static bool take_zone(struct reading *reading)
{
	const char sign = *reading->text;
	int hours = 0;
	int minutes = 0;

	reading->has_zone = take_char(reading, "Zz+-");
	if (!reading->has_zone || sign == 'Z' || sign == 'z')
		return true;
	if (!take_number(reading, 2, 0, 23, &hours) || !take_char(reading, ":") ||
	    !take_number(reading, 2, 0, 59, &minutes))
		return false;
	reading->zone_s = (hours * 60 + minutes) * (sign == '-' ? -60 : 60);
	return true;
}

/* What follows a date with dashes: nothing; HH:MM; HH:MM:SS with fraction and zone. */
static bool take_time(struct reading *reading)
{
	struct tm *fields = &reading->fields;

	if (!*reading->text)
		return true;
	if (!take_char(reading, "Tt ") ||
	    !take_number(reading, 2, 0, 23, &fields->tm_hour) ||
	    !take_char(reading, ":") || !take_number(reading, 2, 0, 59, &fields->tm_min))
		return false;
	if (!*reading->text)
		return true;
	/* RFC 3339 has leap seconds; they are the next one here. */
	if (!take_char(reading, ":") || !take_number(reading, 2, 0, 60, &fields->tm_sec))
		return false;
	if (take_char(reading, ".")) {
		if (!is_digit(*reading->text))
			return false;
		take_fraction(reading);
	}
	return take_zone(reading);
}

/* 20261120T063506.123456789Z, as stores name their versions. */
static bool take_store_form(struct reading *reading)
{
	struct tm *fields = &reading->fields;

	reading->has_zone = true;
	if (!take_date(reading, false) || !take_char(reading, "T") ||
	    !take_number(reading, 2, 0, 23, &fields->tm_hour) ||
	    !take_number(reading, 2, 0, 59, &fields->tm_min) ||
	    !take_number(reading, 2, 0, 59, &fields->tm_sec) || !take_char(reading, "."))
		return false;
	const char *fraction = reading->text;
	take_fraction(reading);
	return reading->text - fraction == FRACTION_DIGITS && take_char(reading, "Z");
}

static int finish(struct reading *reading, const struct iw_instant_setting *setting,
		  int64_t *ret_time_ns)
{
	struct tm fields = reading->fields;
	int64_t seconds;
	int64_t time_ns;

	/* Summer time is the zone's business. */
	fields.tm_isdst = reading->has_zone ? 0 : -1;
	seconds = reading->has_zone ? timegm(&fields) : setting->from_local(&fields);
	if (__builtin_mul_overflow(seconds - reading->zone_s, NS_PER_S, &time_ns) ||
	    __builtin_add_overflow(time_ns, reading->billionths, &time_ns))
		return -ERANGE;
	*ret_time_ns = time_ns;
	return 0;
}

static int parse_age(const char *text, int64_t now_ns, int64_t *ret_time_ns)
{
	int64_t age_ns;
	int64_t time_ns;

	int r = iw_quantity_duration(text, &age_ns);
	if (r < 0)
		return r;
	if (__builtin_sub_overflow(now_ns, age_ns, &time_ns))
		return -ERANGE;
	*ret_time_ns = time_ns;
	return 0;
}

int iw_instant_parse(const char *text, const struct iw_instant_setting *setting,
		     int64_t *ret_time_ns)
{
	struct reading reading = {.text = text};

	if (take_date(&reading, true))
		return take_time(&reading) && !*reading.text
			       ? finish(&reading, setting, ret_time_ns)
			       : -EINVAL;
	reading = (struct reading){.text = text};
	if (take_store_form(&reading) && !*reading.text)
		return finish(&reading, setting, ret_time_ns);
	return parse_age(text, setting->now_ns, ret_time_ns);
}
