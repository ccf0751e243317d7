/* SPDX-License-Identifier: MIT */
#include "cli/stats-options.h"

#include <errno.h>
#include <string.h>

#include "core/quantity.h"

/* About 200 bytes for each row, and its path. */
static const uint32_t DEFAULT_LIMIT = 100000;

void iw_stats_options_init(struct iw_stats_options *stats)
{
	*stats = (struct iw_stats_options){
		.by = IW_BY_DIR,
		.limit = DEFAULT_LIMIT,
		.order = {.column = IW_TALLY_TOTAL, .is_descending = true},
	};
}

/* The options of --stats; the first is named if that is not there. */
static struct iw_stats_options *stats_of(const struct iw_option_value *value)
{
	struct iw_stats_options *stats = &value->options->stats;

	if (!stats->first_option)
		stats->first_option = value->name;
	return stats;
}

int iw_stats_set_on(const struct iw_option_value *value)
{
	value->options->stats.is_on = true;
	return 0;
}

const char *const iw_stats_by_words[] = {
	[IW_BY_DIR] = "dir",
	[IW_BY_FILE] = "file",
	[IW_BY_ROOT] = "root",
	NULL,
};

int iw_stats_set_by(const struct iw_option_value *value)
{
	size_t at;
	int r = iw_option_word(value, &at);

	if (r == 0)
		stats_of(value)->by = (enum iw_stats_by)at;
	return r;
}

int iw_stats_set_sort(const struct iw_option_value *value)
{
	if (iw_tally_order_parse(value->text, &stats_of(value)->order) == 0)
		return 0;
	return iw_option_refuse(value, "is no column: total, an event, first, last, path "
				       "or missed, then perhaps :asc or :desc");
}

int iw_stats_set_top(const struct iw_option_value *value)
{
	uint64_t *top = &stats_of(value)->top;

	if (iw_quantity_count(value->text, UINT32_MAX, top) < 0 || *top == 0)
		return iw_option_refuse(value, "is not a number of rows above 0");
	return 0;
}

int iw_stats_set_limit(const struct iw_option_value *value)
{
	uint64_t limit;

	if (iw_quantity_count(value->text, INT32_MAX, &limit) < 0 || limit == 0)
		return iw_option_refuse(value, "is not a number of rows above 0");
	stats_of(value)->limit = (uint32_t)limit;
	return 0;
}

int iw_stats_set_every(const struct iw_option_value *value)
{
	int64_t *every_ns = &stats_of(value)->every_ns;

	int r = iw_option_duration(value, every_ns);
	if (r == 0 && *every_ns == 0)
		return iw_option_refuse(value, "is no time between reports");
	return r;
}

int iw_stats_options_check(const struct iw_options *options, struct iw_buffer *error)
{
	const struct iw_stats_options *stats = &options->stats;
	const struct {
		bool is_given;
		const char *name;
	} others[] = {
		{options->store.mode, "--versions, --restore and --check"},
		{options->backup.store, "--backup"},
		{iw_options_has_action(options), "-- COMMAND"},
		{options->format, "--format"},
		{options->is_null_terminated, "--null"},
		{options->is_listed, "--list"},
	};
	int r = 0;

	if (!stats->is_on && stats->first_option)
		r = iw_buffer_printf(error, "--%s needs --stats", stats->first_option);
	if (!stats->is_on || r < 0)
		return r < 0 ? r : stats->first_option ? -EINVAL : 0;
	for (size_t i = 0; i < IW_ARRAY_LEN(others); i++) {
		if (!others[i].is_given)
			continue;
		r = iw_buffer_printf(error, "--stats does not go with %s",
				     others[i].name);
		return r < 0 ? r : -EINVAL;
	}
	return 0;
}
