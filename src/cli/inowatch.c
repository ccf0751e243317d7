/* SPDX-License-Identifier: MIT */
#include "cli/inowatch.h"

#include <errno.h>
#include <string.h>

#include "cli/action-options.h"
#include "cli/backup-options.h"
#include "cli/messages.h"
#include "cli/remedy.h"
#include "cli/session.h"
#include "cli/stats-options.h"
#include "cli/store-options.h"

static int complain(struct iw_buffer *error, const char *before, const char *what,
		    const char *behind)
{
	int r = iw_buffer_printf(error, "%s%s%s", before, what, behind);

	return r < 0 ? r : -EINVAL;
}

/* PATH, or @PATH to leave out. */
static int take_path(struct iw_options *options, const char *path, size_t len,
		     struct iw_buffer *error)
{
	if (len == 0)
		return complain(error, "", "an empty PATH cannot be watched", "");
	if (path[0] != '@')
		return iw_text_list_add(&options->paths, path, len);
	const struct iw_pattern_option pattern = {
		.kind = IW_FILTER_IGNORE,
		.option = "@PATH",
		.text = path + 1,
		.len = len - 1,
		.is_exact = true,
	};
	return len > 1 ? iw_pattern_list_add(&options->patterns, &pattern) : 0;
}

static int check(struct iw_options *options, struct iw_buffer *error)
{
	const bool is_run = iw_options_has_action(options);
	const int formats =
		options->is_csv + options->is_json + (options->format != NULL);
	const char *wrong = NULL;

	if (options->is_help || options->is_version)
		return 0;
	int r = iw_action_options_check(options, error);
	if (r == 0)
		r = iw_stats_options_check(options, error);
	if (r == 0)
		r = iw_backup_options_check(options, error);
	if (r == 0)
		r = iw_store_options_check(options, error);
	if (r < 0)
		return r;
	if (options->rest_option && !is_run && !options->backup.store)
		return complain(error, "--", options->rest_option,
				" needs a command, -- COMMAND, or --backup");
	if (formats > 1)
		wrong = "--csv, --json and --format exclude each other";
	else if (options->has_no_newline && !options->format)
		wrong = "--no-newline needs --format";
	else if (options->time_format && !options->format)
		wrong = "--timefmt needs --format";
	else if (options->is_null_terminated && options->has_no_newline)
		wrong = "--null and --no-newline exclude each other";
	else if (options->is_daemon && !options->output_path && !options->backup.store &&
		 (!is_run || options->action.is_print))
		wrong = "--daemon needs --outfile, because it has no stdout";
	else if (!options->store.mode && !options->paths.len &&
		 !options->from_files.len && !options->from_files0.len)
		wrong = "no PATH was given; see --help";
	return wrong ? complain(error, wrong, "", "") : 0;
}

/* All of a store is listed or checked where none is asked for. */
static int check_paths(const struct iw_options *options, struct iw_buffer *error)
{
	const bool is_needed = !options->store.mode || options->from_files.len ||
			       options->from_files0.len;

	if (options->paths.len || !is_needed)
		return 0;
	return complain(error, "no PATH was given; see --help", "", "");
}

static const char *setting_up(const struct iw_options *options IW_UNUSED)
{
	return "Setting up watches.";
}

static void say_no_output(struct iw_messages *messages,
			  const struct iw_options *options IW_UNUSED, const char *path,
			  int error)
{
	iw_say(messages, IW_ERROR, "cannot open %s: %s", path, strerror(error));
}

static void say_no_watcher(struct iw_messages *messages, int error)
{
	IW_AUTO_BUFFER struct iw_buffer remedy = IW_BUFFER_INIT;

	if (iw_remedy_append(&remedy, error) == 0 && iw_buffer_terminate(&remedy) == 0)
		iw_say(messages, IW_ERROR, "cannot start inotify: %s; %s",
		       strerror(error), remedy.data);
}

static int append_no_list(struct iw_buffer *buffer, const char *path, int error)
{
	return iw_buffer_printf(buffer, "cannot read %s: %s", path, strerror(error));
}

const struct iw_personality iw_inowatch = {
	.name = "inowatch",
	.options = iw_option_table,
	.options_len = &iw_option_table_len,
	.take_operand = take_path,
	.check = check,
	.check_paths = check_paths,
	.help_begin =
		"Usage: inowatch [OPTION]... PATH... [-- COMMAND [ARG]...]\n"
		"Tells what happens to files, as it happens, until it is told to stop; "
		"or runs\nCOMMAND on changes: {} in its arguments is the path (one run "
		"for each), {+} all.\n"
		"@PATH leaves a directory out; a PATH that begins with - or @ is "
		"written ./-x.\n",
	.help_end = "\nExit status: 0 done; 1 error, or nothing could be watched; 2 "
		    "timeout; "
		    "3 --strict;\n4 output could not be written; "
		    "5 something was not stored, not restored, or is damaged;\n"
		    "otherwise the signal that ended it.\nWith -n or --exit-on-error "
		    "the status of "
		    "COMMAND; 127 if there is no such command.\nTIME: 10, 1.5, "
		    "500ms, 2m, 1h. SIZE: 65536, 64k, 64M. "
		    "The manual: man inowatch.\n",
	.output_status = IW_STATUS_OUTPUT,
	.wording =
		{
			.prefix = "inowatch: ",
			.ident = "inowatch",
			.setting_up = setting_up,
			.established = "Watches established.",
			.say_no_output = say_no_output,
			.say_no_watcher = say_no_watcher,
			.append_no_list = append_no_list,
		},
};
