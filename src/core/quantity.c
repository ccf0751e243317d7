/* SPDX-License-Identifier: MIT */
#include "core/quantity.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static const int64_t NS_PER_S = 1000000000;
static const int64_t MAX_DURATION_NS = INT64_C(100) * 366 * 24 * 3600 * 1000000000;
static const uint64_t MAX_SIZE = UINT64_C(1) << 62;

struct unit {
	const char *suffix;
	int64_t factor;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads digits. Returns 0, -EINVAL if there is none, -ERANGE above max. */
static int parse_whole(const char **text, uint64_t max, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (!is_digit(**text))
		return -EINVAL;
	for (; is_digit(**text); (*text)++) {
		const uint64_t digit = (uint64_t)(**text - '0');

		if (value > (max - digit) / 10)
			return -ERANGE;
		value = value * 10 + digit;
	}
	*ret_value = value;
	return 0;
}

static int find_unit(const struct unit *units, const char *suffix, int64_t *ret_factor)
{
	for (; units->suffix; units++) {
		if (strcmp(units->suffix, suffix) == 0) {
			*ret_factor = units->factor;
			return 0;
		}
	}
	return -EINVAL;
}

int iw_quantity_duration(const char *text, int64_t *ret_ns)
{
	static const struct unit units[] = {
		{"", INT64_C(1000000000)},
		{"s", INT64_C(1000000000)},
		{"ms", INT64_C(1000000)},
		{"m", INT64_C(60000000000)},
		{"h", INT64_C(3600000000000)},
		{"d", INT64_C(86400000000000)},
		{NULL, 0},
	};
	uint64_t whole = 0;
	int64_t billionths = 0;
	int64_t factor = 1;
	const bool has_whole = is_digit(*text);

	int r = has_whole ? parse_whole(&text, (uint64_t)INT64_MAX, &whole) : 0;
	if (r < 0)
		return r;
	if (*text == '.') {
		int64_t place = NS_PER_S;

		text++;
		if (!has_whole && !is_digit(*text))
			return -EINVAL;
		for (; is_digit(*text); text++) {
			place /= 10;
			billionths += place * (*text - '0');
		}
	} else if (!has_whole) {
		return -EINVAL;
	}
	r = find_unit(units, text, &factor);
	if (r < 0)
		return r;
	if (whole > (uint64_t)(MAX_DURATION_NS / factor))
		return -ERANGE;
	/* factor is a multiple of 10^6, billionths are below 10^9: no overflow, no loss
	 * above a nanosecond. */
	*ret_ns = (int64_t)whole * factor + (billionths / 1000) * (factor / 1000000) +
		  (billionths % 1000) * (factor / 1000000) / 1000;
	return 0;
}

int iw_quantity_size(const char *text, uint64_t *ret_len)
{
	static const struct unit units[] = {
		{"", 1},        {"k", 1 << 10}, {"K", 1 << 10}, {"m", 1 << 20},
		{"M", 1 << 20}, {"g", 1 << 30}, {"G", 1 << 30}, {NULL, 0},
	};
	uint64_t value;
	int64_t factor = 1;

	int r = parse_whole(&text, MAX_SIZE, &value);
	if (r == 0)
		r = find_unit(units, text, &factor);
	if (r < 0)
		return r;
	if (value > MAX_SIZE / (uint64_t)factor)
		return -ERANGE;
	*ret_len = value * (uint64_t)factor;
	return 0;
}

int iw_quantity_count(const char *text, uint64_t max, uint64_t *ret_count)
{
	uint64_t value;

	int r = parse_whole(&text, max, &value);
	if (r < 0)
		return r;
	if (*text)
		return -EINVAL;
	*ret_count = value;
	return 0;
}
