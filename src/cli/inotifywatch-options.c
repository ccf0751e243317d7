/* SPDX-License-Identifier: MIT */
/*
 * The options of inotifywatch. Most are inotifywait's, and are taken as it takes them.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/inotify.h>

#include "cli/inotifywait.h"
#include "cli/inotifywatch.h"

/* What an option of this name does there. */
static int set_as_inotifywait(const struct iw_option_value *value)
{
	for (size_t i = 0; i < iw_inotifywait_options_len; i++) {
		if (strcmp(iw_inotifywait_options[i].long_name, value->name) == 0)
			return iw_inotifywait_options[i].set(value);
	}
	return -EINVAL;
}

static int set_verbose(const struct iw_option_value *value)
{
	value->options->stats.is_verbose = true;
	return 0;
}

/* Rows of zeros are of directories that are there: they have to be listed. */
static int set_zero(const struct iw_option_value *value)
{
	value->options->stats.has_zeros = true;
	value->options->is_listed = true;
	return 0;
}

/* ---- The order of the table ---- */

/* total, or an event that has a column; of others nobody knows an order but that. */
static void sort_by(struct iw_stats_options *stats, uint32_t bits, bool is_descending)
{
	enum iw_event event;

	stats->sort_bits = bits;
	stats->order = (struct iw_tally_order){IW_TALLY_TOTAL, is_descending};
	if (bits && iw_event_from_bit(bits, &event) == 0 && !iw_event_is_control(event))
		stats->order.column = (int)event;
}

static int refuse_key(const struct iw_option_value *value, const char *line)
{
	int r = line ? iw_buffer_append_str(value->error, line)
		     : iw_buffer_printf(value->error,
					"'%s' is not a valid key for sorting!",
					value->text);

	return r < 0 ? r : -EINVAL;
}

static int set_key(const struct iw_option_value *value, bool is_descending)
{
	struct iw_stats_options *stats = &value->options->stats;
	const bool is_total = strcasecmp(value->text, "total") == 0;
	uint32_t bits = 0;

	if (!stats->order.is_descending)
		return refuse_key(value, "Please specify -a or -d once only!");
	if (!is_total && iw_inotifywait_parse_events(value->text, &bits))
		return refuse_key(value, NULL);
	if (!is_descending && bits == IN_MOVE)
		return refuse_key(value, "Cannot sort by `move' event; please use "
					 "`moved_from' or `moved_to'.");
	if (!is_descending && bits == IN_CLOSE)
		return refuse_key(value, "Cannot sort by `close' event; please use "
					 "`close_write' or `close_nowrite'.");
	sort_by(stats, bits, is_descending);
	return 0;
}

static int set_ascending(const struct iw_option_value *value)
{
	return set_key(value, false);
}

static int set_descending(const struct iw_option_value *value)
{
	return set_key(value, true);
}

const struct iw_option iw_inotifywatch_options[] = {
	{"help", 'h', NULL, "Options", "print this help, and end with 1",
	 set_as_inotifywait},
	{"event", 'e', "LIST", NULL, "count these events only (comma list, repeatable)",
	 set_as_inotifywait},
	{"timeout", 't', "SECONDS", NULL, "count for so long; 0: until a signal comes",
	 set_as_inotifywait},
	{"verbose", 'v', NULL, NULL, "say more on stderr", set_verbose},
	{"zero", 'z', NULL, NULL, "show rows and columns in which there are only zeros",
	 set_zero},
	{"ascending", 'a', "KEY", NULL, "least first, by total or an event",
	 set_ascending},
	{"descending", 'd', "KEY", NULL, "most first (default: by total)",
	 set_descending},
	{"recursive", 'r', NULL, NULL, "watch directories with all below them",
	 set_as_inotifywait},
	{"inotify", 'I', NULL, NULL, "watch by inotify", set_as_inotifywait},
	{"fanotify", 'F', NULL, NULL, "watch by fanotify: it is not built in",
	 set_as_inotifywait},
	{"filesystem", 'S', NULL, NULL, "watch whole file systems: the same",
	 set_as_inotifywait},
	{"no-dereference", 'P', NULL, NULL, "watch symbolic links themselves",
	 set_as_inotifywait},
	{"fromfile", 0, "FILE", NULL, "read more PATHs from FILE, one a line; - is stdin",
	 set_as_inotifywait},
	{"exclude", 0, "REGEX", NULL,
	 "do not count what matches this extended regular expression",
	 set_as_inotifywait},
	{"excludei", 0, "REGEX", NULL, "the same, in any case", set_as_inotifywait},
	{"include", 0, "REGEX", NULL, "count only what matches", set_as_inotifywait},
	{"includei", 0, "REGEX", NULL, "the same, in any case", set_as_inotifywait},
};
const size_t iw_inotifywatch_options_len = IW_ARRAY_LEN(iw_inotifywatch_options);
