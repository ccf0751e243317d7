/* SPDX-License-Identifier: MIT */
#include "cli/backup-options.h"

#include <errno.h>

#include "core/quantity.h"

/* The options of a backup; the first is named if there is none. */
static struct iw_backup_options *backup_of(const struct iw_option_value *value)
{
	struct iw_backup_options *backup = &value->options->backup;

	if (!backup->first_option)
		backup->first_option = value->name;
	return backup;
}

int iw_backup_set_store(const struct iw_option_value *value)
{
	if (!value->text[0])
		return iw_option_refuse(value, "is no directory");
	value->options->backup.store = value->text;
	return 0;
}

int iw_backup_set_once(const struct iw_option_value *value)
{
	backup_of(value)->is_once = true;
	return 0;
}

int iw_backup_set_privileges(const struct iw_option_value *value)
{
	/* Of restoring, too: cli/store-options looks whether it is of use. */
	value->options->backup.keeps_privileges = true;
	return 0;
}

static int set_keep(const struct iw_option_value *value, uint64_t *ret_count)
{
	if (iw_quantity_count(value->text, UINT64_MAX, ret_count) < 0 || *ret_count == 0)
		return iw_option_refuse(value, "is not a number of versions above 0");
	return 0;
}

int iw_backup_set_keep(const struct iw_option_value *value)
{
	return set_keep(value, &backup_of(value)->retention.keep);
}

int iw_backup_set_keep_daily(const struct iw_option_value *value)
{
	return set_keep(value, &backup_of(value)->retention.daily);
}

int iw_backup_set_keep_weekly(const struct iw_option_value *value)
{
	return set_keep(value, &backup_of(value)->retention.weekly);
}

int iw_backup_set_keep_monthly(const struct iw_option_value *value)
{
	return set_keep(value, &backup_of(value)->retention.monthly);
}

int iw_backup_set_keep_for(const struct iw_option_value *value)
{
	int64_t *keep_for_ns = &backup_of(value)->retention.keep_for_ns;

	int r = iw_option_duration(value, keep_for_ns);
	/* 0 is no rule, and would keep all. */
	if (r == 0 && *keep_for_ns == 0)
		return iw_option_refuse(value, "keeps nothing; write 30d");
	return r;
}

int iw_backup_set_max_size(const struct iw_option_value *value)
{
	uint64_t *max_len = &backup_of(value)->max_len;

	if (iw_quantity_size(value->text, max_len) < 0 || *max_len == 0)
		return iw_option_refuse(value, "is not a size; write 500M or 20G");
	return 0;
}

int iw_backup_options_check(const struct iw_options *options, struct iw_buffer *error)
{
	const struct iw_backup_options *backup = &options->backup;
	const struct {
		bool is_given;
		const char *name;
	} others[] = {
		{options->store.mode, "--versions, --restore and --check"},
		{iw_options_has_action(options), "-- COMMAND"},
		{options->is_csv, "--csv"},
		{options->format, "--format"},
		{options->mask, "--event"},
		{options->is_listed, "--list"},
		{options->timeout_ns, "--timeout"},
		{options->is_strict, "--strict"},
		{options->moves != IW_MOVES_DEFAULT, "--moves"},
	};
	int r = 0;

	if (!backup->store && backup->first_option)
		r = iw_buffer_printf(error, "--%s needs --backup", backup->first_option);
	if (!backup->store || r < 0)
		return r < 0 ? r : backup->first_option ? -EINVAL : 0;
	for (size_t i = 0; i < IW_ARRAY_LEN(others); i++) {
		if (!others[i].is_given)
			continue;
		r = iw_buffer_printf(error, "--backup does not go with %s",
				     others[i].name);
		return r < 0 ? r : -EINVAL;
	}
	if (!backup->is_once || !options->is_daemon)
		return 0;
	r = iw_buffer_append_str(error, "--once does not go with --daemon");
	return r < 0 ? r : -EINVAL;
}
