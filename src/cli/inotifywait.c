/* SPDX-License-Identifier: MIT */
#include "cli/inotifywait.h"

#include <errno.h>
#include <string.h>

#include "cli/inotifywait-report.h"
#include "cli/messages.h"
#include "cli/patterns.h"
#include "cli/session.h"

/* The original takes records of 4096 bytes, and a format with the newline behind it. */
enum { FORMAT_MAX_LEN = 4095 };

/* ---- The command line ---- */

static void set_defaults(struct iw_options *options)
{
	options->dropin.is_one_shot = true;
	options->dropin.is_timed_from_ready = true;
	options->color = IW_COLOR_NEVER;
}

static void set_fsnotify_defaults(struct iw_options *options)
{
	set_defaults(options);
	options->dropin.is_fanotify = true;
}

/* @PATH is not entered, but told like all else in its directory. */
static int take_operand(struct iw_options *options, const char *operand, size_t len,
			struct iw_buffer *error IW_UNUSED)
{
	const struct iw_pattern_option pattern = {
		.kind = IW_FILTER_PRUNE,
		.option = "@PATH",
		.text = operand + 1,
		.len = len - 1,
		.is_exact = true,
	};

	if (len == 0 || (len == 1 && operand[0] == '@'))
		return 0;
	if (operand[0] == '@')
		return iw_pattern_list_add(&options->patterns, &pattern);
	return iw_text_list_add(&options->paths, operand, len);
}

static size_t count_patterns(const struct iw_options *options, enum iw_filter_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < options->patterns.len; i++)
		count += options->patterns.items[i].kind == kind;
	return count;
}

/* The first thing that does not go together, in the original's order; or NULL. */
static const char *find_contradiction(const struct iw_options *options)
{
	const size_t excludes = count_patterns(options, IW_FILTER_EXCLUDE);
	const size_t includes = count_patterns(options, IW_FILTER_INCLUDE);

	if (excludes > 1)
		return "--exclude and --excludei cannot both be specified.";
	if (includes > 1)
		return "--include and --includei cannot both be specified.";
	if (excludes && includes)
		return "include and exclude regexp cannot both be specified.";
	if (options->format && options->is_csv)
		return "-c and --format cannot both be specified.";
	if (!options->format && options->has_no_newline)
		return "--no-newline cannot be specified without --format.";
	if (!options->format && options->time_format)
		return "--timefmt cannot be specified without --format.";
	if (options->format && strstr(options->format, "%T") && !options->time_format)
		return "%T is in --format string, but --timefmt was not specified.";
	if (options->is_daemon && !options->output_path)
		return "-o must be specified with -d.";
	return NULL;
}

/* What the original finds out when it begins to set up, before it looks for paths. */
static int check_start(const struct iw_options *options, struct iw_buffer *error)
{
	const char *wrong = NULL;
	struct iw_filter *filter;

	if (options->dropin.is_misspelt)
		return 0;
	if (options->dropin.is_fanotify)
		wrong = "fanotify is not built in: leave out -F and -S, or give -I under "
			"a name that begins with fsnotify.";
	int r = iw_filter_new(&filter);
	if (r < 0)
		return r;
	if (!wrong)
		r = iw_patterns_compile(&options->patterns, filter, error);
	iw_filter_free(filter);
	if (r == 0 && !wrong && options->format &&
	    strlen(options->format) > FORMAT_MAX_LEN)
		wrong = "Something is wrong with your format string.";
	if (r == 0 && wrong)
		r = iw_buffer_append_str(error, wrong);
	return r == 0 && wrong ? -EINVAL : r;
}

static int check(struct iw_options *options, struct iw_buffer *error)
{
	const char *wrong = find_contradiction(options);
	int r = 0;

	if (wrong) {
		r = iw_buffer_append_str(error, wrong);
		return r < 0 ? r : -EINVAL;
	}
	if (options->dropin.repeated)
		r = iw_buffer_printf(error,
				     "--%s: only the last option will be taken into "
				     "consideration.\n",
				     options->dropin.repeated);
	if (options->dropin.is_one_shot)
		options->count = 1;
	return r == 0 ? check_start(options, error) : r;
}

static int check_paths(const struct iw_options *options, struct iw_buffer *error)
{
	if (options->paths.len)
		return 0;
	int r = iw_buffer_append_str(error, "No files specified to watch!");
	return r < 0 ? r : -EINVAL;
}

/* ---- Wording ---- */

static const char *setting_up(const struct iw_options *options)
{
	return options->is_recursive ? "Setting up watches.  Beware: since -r was given, "
				       "this may take a while!"
				     : "Setting up watches.";
}

/* With -d the original has looked for it before, whatever of it is not there. */
static void say_no_output(struct iw_messages *messages, const struct iw_options *options,
			  const char *path, int error)
{
	iw_say(messages, IW_ERROR,
	       options->is_daemon && error == ENOENT ? "No such file or directory: %s"
						     : "Failed to open output file %s",
	       path);
}

static void say_no_watcher(struct iw_messages *messages, int error)
{
	iw_say(messages, IW_ERROR, "Couldn't initialize inotify: %s", strerror(error));
	if (error == EMFILE)
		iw_say(messages, IW_ERROR,
		       "Try increasing the value of "
		       "/proc/sys/fs/inotify/max_user_instances");
}

static int append_no_list(struct iw_buffer *buffer, const char *path, int error)
{
	return iw_buffer_printf(buffer, "Couldn't open %s: %s", path, strerror(error));
}

#define COMMON                                                                           \
	.options = iw_inotifywait_options, .options_len = &iw_inotifywait_options_len,   \
	.is_getopt_plain = true, .take_operand = take_operand, .check = check,           \
	.check_paths = check_paths, .help_status = IW_STATUS_ERROR,                      \
	.output_status = IW_STATUS_ERROR, .is_ended_by_signals = true,                   \
	.is_told_when_ready = true, .report = iw_inotifywait_report,                     \
	.watched = iw_inotifywait_watched,                                               \
	.help_end = "\nExit status: 0 an event was told; 1 error, or an event that was " \
		    "not asked for;\n2 timeout. What inowatch does better is listed in " \
		    "man inotifywait.\n",                                                \
	.wording = {                                                                     \
		.prefix = "",                                                            \
		.ident = "inotifywait",                                                  \
		.is_talkative = true,                                                    \
		.is_syslog_late = true,                                                  \
		.setting_up = setting_up,                                                \
		.established = "Watches established.",                                   \
		.say_no_output = say_no_output,                                          \
		.say_no_watcher = say_no_watcher,                                        \
		.append_no_list = append_no_list,                                        \
	}

#define HELP(name)                                                                       \
	name " 4.25.9.0, as done by " PACKAGE_STRING "\n"                                \
	     "Usage: " name " [OPTION]... PATH...\n"                                     \
	     "Waits until something happens to a PATH, tells it, and ends; or goes on: " \
	     "-m.\n@PATH is a directory that -r does not enter.\n"

const struct iw_personality iw_inotifywait = {
	.name = "inotifywait",
	.set_defaults = set_defaults,
	.help_begin = HELP("inotifywait"),
	COMMON,
};

const struct iw_personality iw_fsnotifywait = {
	.name = "fsnotifywait",
	.set_defaults = set_fsnotify_defaults,
	.help_begin = HELP("fsnotifywait"),
	COMMON,
};
