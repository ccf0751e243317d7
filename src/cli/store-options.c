/* SPDX-License-Identifier: MIT */
#include "cli/store-options.h"

#include <errno.h>
#include <time.h>

#include "core/instant.h"

/* Of two that exclude each other the check tells. */
static int set_mode(const struct iw_option_value *value, enum iw_store_mode mode)
{
	struct iw_store_options *store = &value->options->store;

	if (!*value->text) {
		int r = iw_buffer_printf(value->error, "--%s needs a directory",
					 value->name);
		return r < 0 ? r : -EINVAL;
	}
	store->has_two_modes |= store->mode != IW_STORE_NONE && store->mode != mode;
	store->mode = mode;
	store->path = value->text;
	return 0;
}

int iw_store_set_versions(const struct iw_option_value *value)
{
	return set_mode(value, IW_STORE_VERSIONS);
}

int iw_store_set_restore(const struct iw_option_value *value)
{
	return set_mode(value, IW_STORE_RESTORE);
}

int iw_store_set_check(const struct iw_option_value *value)
{
	return set_mode(value, IW_STORE_CHECK);
}

int iw_store_set_at(const struct iw_option_value *value)
{
	struct iw_store_options *store = &value->options->store;
	struct iw_instant_setting setting = {.from_local = mktime};
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	setting.now_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	store->has_at = true;
	if (iw_instant_parse(value->text, &setting, &store->at_ns) == 0)
		return 0;
	int r = iw_buffer_printf(value->error,
				 "--at: '%s' is no time; write 2026-11-20, "
				 "'2026-11-20 06:35', 2026-11-20T06:35:06Z or 2d",
				 value->text);
	return r < 0 ? r : -EINVAL;
}

int iw_store_set_to(const struct iw_option_value *value)
{
	value->options->store.to = value->text;
	return 0;
}

int iw_store_set_force(const struct iw_option_value *value)
{
	value->options->store.is_forced = true;
	return 0;
}

int iw_store_set_dry_run(const struct iw_option_value *value)
{
	value->options->store.is_dry_run = true;
	return 0;
}

int iw_store_set_verify(const struct iw_option_value *value)
{
	value->options->store.is_verified = true;
	return 0;
}

/* What is about watching, and would be passed over. */
static const char *find_stranger(const struct iw_options *options)
{
	if (options->is_csv)
		return "--csv";
	if (options->format)
		return "--format";
	if (options->output_path)
		return "--outfile";
	if (options->is_daemon)
		return "--daemon";
	if (options->patterns.len)
		return options->patterns.items[0].option;
	return NULL;
}

int iw_store_options_check(const struct iw_options *options, struct iw_buffer *error)
{
	const struct iw_store_options *store = &options->store;
	const bool has_paths =
		options->paths.len || options->from_files.len || options->from_files0.len;
	const char *wrong = NULL;

	if (store->has_two_modes)
		wrong = "--versions, --restore and --check exclude each other";
	else if (store->mode != IW_STORE_RESTORE && store->has_at)
		wrong = "--at needs --restore";
	else if (store->mode != IW_STORE_RESTORE && store->to)
		wrong = "--to needs --restore";
	else if (store->mode != IW_STORE_RESTORE && store->is_forced)
		wrong = "--force needs --restore";
	else if (store->mode != IW_STORE_RESTORE && store->is_dry_run)
		wrong = "--dry-run needs --restore";
	else if (store->mode != IW_STORE_CHECK && store->is_verified &&
		 !options->backup.store)
		wrong = "--verify needs --check or --backup";
	else if (store->mode != IW_STORE_RESTORE && options->backup.keeps_privileges &&
		 !options->backup.store)
		wrong = "--keep-privileges needs --backup or --restore";
	else if (store->mode == IW_STORE_CHECK && has_paths)
		wrong = "--check takes no PATH: all of the store is checked";
	else if (store->mode == IW_STORE_RESTORE && !has_paths)
		wrong = "no PATH was given; see --help";
	else if (store->to && !*store->to)
		wrong = "--to needs a directory";
	const char *stranger = store->mode ? find_stranger(options) : NULL;
	if (!wrong && !stranger)
		return 0;
	int r = wrong ? iw_buffer_append_str(error, wrong)
		      : iw_buffer_printf(error,
					 "%s%s does not go with --versions, --restore "
					 "and --check",
					 strchr("-@", *stranger) ? "" : "--", stranger);
	return r < 0 ? r : -EINVAL;
}
