/* SPDX-License-Identifier: MIT */
#include "core/tally-order.h"

#include <errno.h>
#include <string.h>

#include "core/mask.h"

static const struct {
	const char *name;
	int column;
	bool is_descending; /* unless told otherwise */
} others[] = {
	{"total", IW_TALLY_TOTAL, true},   {"first", IW_TALLY_FIRST, false},
	{"last", IW_TALLY_LAST, true},     {"path", IW_TALLY_PATH, false},
	{"missed", IW_TALLY_MISSED, true},
};

static bool is_word(const char *word, const char *text, size_t len)
{
	return strlen(word) == len && memcmp(word, text, len) == 0;
}

static int parse_column(const char *text, size_t len, struct iw_tally_order *order)
{
	enum iw_event event;
	uint32_t bits;

	for (size_t i = 0; i < IW_ARRAY_LEN(others); i++) {
		if (!is_word(others[i].name, text, len))
			continue;
		*order = (struct iw_tally_order){others[i].column,
						 others[i].is_descending};
		return 0;
	}
	order->is_descending = true;
	for (int i = 0; i < IW_TALLY_EVENTS; i++) {
		if (is_word(iw_event_word((enum iw_event)i), text, len)) {
			order->column = i;
			return 0;
		}
	}
	/* As -e has it. */
	if (iw_mask_parse(text, len, &bits) < 0 || iw_event_from_bit(bits, &event) < 0 ||
	    iw_event_is_control(event))
		return -EINVAL;
	order->column = (int)event;
	return 0;
}

int iw_tally_order_parse(const char *text, struct iw_tally_order *ret_order)
{
	const size_t len = strcspn(text, ":");
	struct iw_tally_order order = {0};

	int r = parse_column(text, len, &order);
	if (r < 0)
		return r;
	if (strcmp(text + len, ":desc") == 0)
		order.is_descending = true;
	else if (strcmp(text + len, ":asc") == 0)
		order.is_descending = false;
	else if (text[len])
		return -EINVAL;
	*ret_order = order;
	return 0;
}

static int compare_numbers(uint64_t one, uint64_t other)
{
	return one < other ? -1 : one > other;
}

static int compare_times(int64_t one, int64_t other)
{
	return one < other ? -1 : one > other;
}

static int compare_keys(const struct iw_tally_row *one, const struct iw_tally_row *other)
{
	const size_t len = one->key_len < other->key_len ? one->key_len : other->key_len;
	const int r = memcmp(one->key, other->key, len);

	return r ?: compare_numbers(one->key_len, other->key_len);
}

static int compare_columns(const struct iw_tally_row *one,
			   const struct iw_tally_row *other, int column)
{
	switch (column) {
	case IW_TALLY_TOTAL:
		return compare_numbers(one->counts.total, other->counts.total);
	case IW_TALLY_FIRST:
		return compare_times(one->counts.first_ns, other->counts.first_ns);
	case IW_TALLY_LAST:
		return compare_times(one->counts.last_ns, other->counts.last_ns);
	case IW_TALLY_MISSED:
		return compare_numbers(one->missed, other->missed);
	case IW_TALLY_PATH:
		return compare_keys(one, other);
	default:
		return compare_numbers(one->counts.events[column],
				       other->counts.events[column]);
	}
}

/* Fits qsort_r(3). */
static int compare_rows(const void *one, const void *other, void *context)
{
	const struct iw_tally_row *const *row = one;
	const struct iw_tally_row *const *other_row = other;
	const struct iw_tally_order *order = context;
	const int r = compare_columns(*row, *other_row, order->column);

	if (r == 0)
		return compare_keys(*row, *other_row);
	return order->is_descending ? -r : r;
}

int iw_tally_sort(const struct iw_tally *tally, const struct iw_tally_order *order,
		  const struct iw_tally_row ***ret_rows)
{
	const size_t len = iw_tally_len(tally);
	struct iw_tally_order context = *order;
	const struct iw_tally_row **rows = NULL;

	if (len > 0) {
		rows = reallocarray(NULL, len, sizeof(void *));
		if (!rows)
			return -ENOMEM;
		for (size_t i = 0; i < len; i++)
			rows[i] = iw_tally_row(tally, i);
		qsort_r(rows, len, sizeof(void *), compare_rows, &context);
	}
	*ret_rows = rows;
	return 0;
}
