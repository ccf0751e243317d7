/* SPDX-License-Identifier: MIT */
#include "cli/inotifywatch.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>

#include "cli/inotifywait.h"
#include "cli/messages.h"
#include "cli/session.h"

/* ---- The command line ---- */

static void set_defaults(struct iw_options *options)
{
	options->stats.is_on = true;
	options->stats.by = IW_BY_WATCH;
	options->stats.limit = UINT32_MAX; /* the kernel has a limit of watches */
	options->color = IW_COLOR_NEVER;
	options->dropin.is_timed_from_ready = true;
}

static void set_fsnotify_defaults(struct iw_options *options)
{
	set_defaults(options);
	options->dropin.is_fanotify = true;
}

static int take_operand(struct iw_options *options, const char *operand, size_t len,
			struct iw_buffer *error)
{
	return iw_inotifywait.take_operand(options, operand, len, error);
}

static int check_paths(const struct iw_options *options, struct iw_buffer *error)
{
	return iw_inotifywait.check_paths(options, error);
}

static int check(struct iw_options *options, struct iw_buffer *error)
{
	const uint32_t mask = options->mask ? options->mask : IN_ALL_EVENTS;

	if (options->stats.sort_bits && !(options->stats.sort_bits & mask)) {
		int r = iw_buffer_append_str(
			error, "Can't sort by an event which isn't being watched for!");
		return r < 0 ? r : -EINVAL;
	}
	/* -t is for how long in all. */
	options->total_ns = options->timeout_ns;
	options->timeout_ns = 0;
	/* Which of several patterns counts is not said. */
	options->dropin.repeated = NULL;
	return iw_inotifywait.check(options, error);
}

/* ---- Wording ---- */

static const char *setting_up(const struct iw_options *options IW_UNUSED)
{
	return "Establishing watches...";
}

static void say_no_output(struct iw_messages *messages, const struct iw_options *options,
			  const char *path, int error)
{
	iw_inotifywait.wording.say_no_output(messages, options, path, error);
}

static void say_no_watcher(struct iw_messages *messages, int error)
{
	iw_inotifywait.wording.say_no_watcher(messages, error);
}

static int append_no_list(struct iw_buffer *buffer, const char *path, int error)
{
	return iw_inotifywait.wording.append_no_list(buffer, path, error);
}

/* ---- What becomes of records ---- */

static bool is_of_root(const struct iw_record *record)
{
	size_t below_len;

	iw_path_below_root(&record->path, &below_len);
	return below_len == 0;
}

/* What -v tells of each PATH, up to the one that cannot be watched; NULL: there is none.
 */
static void say_trees(const struct iw_session *session, const struct iw_path *lost)
{
	const struct iw_options *options = session->options;

	if (!options->stats.is_verbose || !options->is_recursive)
		return;
	for (size_t i = 0; i < options->paths.len; i++) {
		const struct iw_text *path = &options->paths.items[i];

		iw_say(session->messages, IW_INFO, "Setting up watch(es) on %.*s",
		       (int)path->len, path->bytes);
		if (lost && lost->root_len == path->len &&
		    memcmp(lost->bytes, path->bytes, path->len) == 0)
			return;
		iw_say(session->messages, IW_INFO, "OK, %.*s is now being watched.",
		       (int)path->len, path->bytes);
	}
}

/* The first PATH that cannot be watched is the end; what is below one may be missing. */
static int report_lost(struct iw_session *session, const struct iw_record *record)
{
	const int len = (int)record->path.root_len;

	if (session->is_ready || !is_of_root(record))
		return 0;
	say_trees(session, &record->path);
	if (record->error != ENOSPC) {
		iw_say(session->messages, IW_ERROR, "Failed to watch %.*s: %s", len,
		       record->path.bytes, strerror(record->error));
	} else {
		iw_say(session->messages, IW_ERROR,
		       "Failed to watch %.*s; upper limit on inotify watches reached!",
		       len, record->path.bytes);
		iw_say(session->messages, IW_ERROR,
		       "Please increase the amount of inotify watches allowed per user "
		       "via `/proc/sys/fs/inotify/max_user_watches'.");
	}
	iw_session_end(session, IW_STATUS_ERROR);
	return -ECANCELED;
}

static void say_watches(const struct iw_session *session)
{
	struct iw_watcher_state state;

	say_trees(session, NULL);
	iw_watcher_get_state(session->watcher, &state);
	iw_say(session->messages, IW_INFO, "Total of %zu watches.", state.watched);
}

static int report_ready(struct iw_session *session, const struct iw_record *record)
{
	const bool is_verbose = session->options->stats.is_verbose;

	if (is_verbose)
		say_watches(session);
	int r = iw_report_ready(session, record);
	if (r == 0 && is_verbose && session->options->total_ns)
		iw_say(session->messages, IW_INFO,
		       "Will listen for events for %.15g seconds.",
		       (double)session->options->total_ns / 1e9);
	return r;
}

static int report(struct iw_session *session, const struct iw_record *record)
{
	if (record->event == IW_READY)
		return report_ready(session, record);
	if (record->event == IW_LOST)
		return report_lost(session, record);
	if (record->event == IW_OVERFLOW)
		iw_say(session->messages, IW_WARNING,
		       "The kernel's queue overflowed and events were lost: there were "
		       "more than are counted.");
	return iw_report_print(session, record);
}

/* ---- Signals ---- */

static bool put_off(struct iw_session *session)
{
	if (session->is_put_off) {
		iw_say(session->messages, IW_ERROR,
		       "No statistics collected, asked to abort before all watches "
		       "could be established.");
		session->is_abandoned = true;
		iw_session_end(session, IW_STATUS_ERROR);
		return true;
	}
	session->is_put_off = true;
	iw_say(session->messages, IW_WARNING,
	       "No statistics have been collected because I haven't finished "
	       "establishing");
	iw_say(session->messages, IW_WARNING,
	       "inotify watches yet.  If you are sure you want me to exit, interrupt me "
	       "again.");
	return true;
}

#define COMMON                                                                           \
	.options = iw_inotifywatch_options, .options_len = &iw_inotifywatch_options_len, \
	.is_getopt_plain = true, .take_operand = take_operand, .check = check,           \
	.check_paths = check_paths, .help_status = IW_STATUS_ERROR,                      \
	.output_status = IW_STATUS_ERROR, .are_signals_usual = true, .put_off = put_off, \
	.report = report,                                                                \
	.help_end = "\nExit status: 0 done; 1 error. What inowatch does better is "      \
		    "listed in man inotifywatch.\n",                                     \
	.wording = {                                                                     \
		.prefix = "",                                                            \
		.ident = "inotifywatch",                                                 \
		.is_talkative = true,                                                    \
		.setting_up = setting_up,                                                \
		.established =                                                           \
			"Finished establishing watches, now collecting statistics.",     \
		.say_no_output = say_no_output,                                          \
		.say_no_watcher = say_no_watcher,                                        \
		.append_no_list = append_no_list,                                        \
	}

#define HELP(name)                                                                    \
	name " 4.25.9.0, as done by " PACKAGE_STRING "\n"                             \
	     "Usage: " name " [OPTION]... PATH...\n"                                  \
	     "Counts what happens to each PATH, and shows the counts at the end, or " \
	     "when "                                                                  \
	     "it gets SIGUSR1.\n@PATH is a directory that -r does not enter.\n"

const struct iw_personality iw_inotifywatch = {
	.name = "inotifywatch",
	.set_defaults = set_defaults,
	.help_begin = HELP("inotifywatch"),
	COMMON,
};

const struct iw_personality iw_fsnotifywatch = {
	.name = "fsnotifywatch",
	.set_defaults = set_fsnotify_defaults,
	.help_begin = HELP("fsnotifywatch"),
	COMMON,
};
