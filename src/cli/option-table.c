/* SPDX-License-Identifier: MIT */
#include "cli/option-table.h"

#include <errno.h>
#include <limits.h>

#include "cli/action-options.h"
#include "cli/backup-options.h"
#include "cli/filter-options.h"
#include "cli/stats-options.h"
#include "cli/store-options.h"
#include "core/mask.h"
#include "core/quantity.h"

#define FLAG(handler, field)                                    \
	static int handler(const struct iw_option_value *value) \
	{                                                       \
		value->options->field = true;                   \
		return 0;                                       \
	}
FLAG(set_recursive, is_recursive)
FLAG(set_link_watched, is_link_watched)
FLAG(set_one_file_system, is_one_file_system)
FLAG(set_listed, is_listed)
FLAG(set_strict, is_strict)
FLAG(set_csv, is_csv)
FLAG(set_json, is_json)
FLAG(set_null, is_null_terminated)
FLAG(set_no_newline, has_no_newline)
FLAG(set_daemon, is_daemon)
FLAG(set_syslog, is_syslog)
FLAG(set_help, is_help)
FLAG(set_version, is_version)

static int set_monitor(const struct iw_option_value *value IW_UNUSED)
{
	return 0; /* what inowatch does anyway */
}

static int set_quiet(const struct iw_option_value *value)
{
	value->options->quiet++;
	return 0;
}

static int set_verbose(const struct iw_option_value *value)
{
	value->options->verbose++;
	return 0;
}

static int set_format(const struct iw_option_value *value)
{
	value->options->format = value->text;
	return 0;
}

static int set_time_format(const struct iw_option_value *value)
{
	value->options->time_format = value->text;
	return 0;
}

static int set_output(const struct iw_option_value *value)
{
	value->options->output_path = value->text;
	return 0;
}

static int set_pid_path(const struct iw_option_value *value)
{
	value->options->pid_path = value->text;
	return 0;
}

static int set_events(const struct iw_option_value *value)
{
	for (const char *word = value->text;;) {
		const size_t len = strcspn(word, ",");
		uint32_t bits = 0;

		if (len && iw_mask_parse(word, len, &bits) < 0) {
			int r = iw_buffer_printf(
				value->error, "--%s: '%.*s' is not an event; see --help",
				value->name, (int)len, word);
			return r < 0 ? r : -EINVAL;
		}
		value->options->mask |= bits;
		if (!word[len])
			return 0;
		word += len + 1;
	}
}

/* Of commands and of backups: how long changes rest. */
static int set_rest(const struct iw_option_value *value, int64_t *ret_ns)
{
	if (!value->options->rest_option)
		value->options->rest_option = value->name;
	return iw_option_duration(value, ret_ns);
}

static int set_settle(const struct iw_option_value *value)
{
	return set_rest(value, &value->options->settle_ns);
}

static int set_max_wait(const struct iw_option_value *value)
{
	return set_rest(value, &value->options->max_wait_ns);
}

static const char *const color_words[] = {
	[IW_COLOR_AUTO] = "auto",
	[IW_COLOR_ALWAYS] = "always",
	[IW_COLOR_NEVER] = "never",
	NULL,
};

static int set_color(const struct iw_option_value *value)
{
	size_t at;
	int r = iw_option_word(value, &at);

	if (r == 0)
		value->options->color = (enum iw_color)at;
	return r;
}

static const char *const moves_words[] = {"pair", "raw", NULL};

static int set_moves(const struct iw_option_value *value)
{
	static const enum iw_moves moves[] = {IW_MOVES_PAIR, IW_MOVES_RAW};
	size_t at;
	int r = iw_option_word(value, &at);

	if (r == 0)
		value->options->moves = moves[at];
	return r;
}

static int set_timeout(const struct iw_option_value *value)
{
	return iw_option_duration(value, &value->options->timeout_ns);
}

/* The wait is one system call: whatever else happens in it has to wait as well. */
static const int64_t LATENCY_MAX_NS = 1000 * 1000 * 1000;

static int set_latency(const struct iw_option_value *value)
{
	int r = iw_option_duration(value, &value->options->latency_ns);

	if (r == 0 && value->options->latency_ns > LATENCY_MAX_NS)
		return iw_option_refuse(value, "is more than a second");
	return r;
}

static int set_total(const struct iw_option_value *value)
{
	return iw_option_duration(value, &value->options->total_ns);
}

static int set_buffer(const struct iw_option_value *value)
{
	if (iw_quantity_size(value->text, &value->options->buffer_len) < 0 ||
	    value->options->buffer_len == 0)
		return iw_option_refuse(value, "is not a size; write 65536, 64k or 64M");
	return 0;
}

static int set_count(const struct iw_option_value *value)
{
	if (iw_quantity_count(value->text, UINT64_MAX, &value->options->count) < 0 ||
	    value->options->count == 0)
		return iw_option_refuse(value, "is not a number above 0");
	return 0;
}

static int set_one(const struct iw_option_value *value)
{
	value->options->count = 1;
	return 0;
}

static int set_max_depth(const struct iw_option_value *value)
{
	uint64_t depth;

	if (iw_quantity_count(value->text, UINT_MAX, &depth) < 0 || depth == 0)
		return iw_option_refuse(value,
					"is not a depth; 1 is what is directly in PATH");
	value->options->max_depth = (unsigned)depth;
	return 0;
}

static int set_ready_fd(const struct iw_option_value *value)
{
	uint64_t fd;

	if (iw_quantity_count(value->text, INT_MAX, &fd) < 0)
		return iw_option_refuse(value, "is not a file descriptor");
	value->options->ready_fd = (int)fd;
	return 0;
}

static int add_from_file(const struct iw_option_value *value)
{
	return iw_text_list_add(&value->options->from_files, value->text,
				strlen(value->text));
}

static int add_from_file0(const struct iw_option_value *value)
{
	return iw_text_list_add(&value->options->from_files0, value->text,
				strlen(value->text));
}

const struct iw_option iw_option_table[] = {
	{"recursive", 'r', NULL, "What is watched",
	 "watch directories with all below them", set_recursive},
	{"fromfile", 0, "FILE", NULL, "read more PATHs from FILE, one a line; - is stdin",
	 add_from_file},
	{"fromfile0", 0, "FILE", NULL, "the same, but each PATH ends in NUL",
	 add_from_file0},
	{"no-dereference", 'P', NULL, NULL,
	 "watch a PATH that is a symbolic link itself, not its target", set_link_watched},
	{"max-depth", 0, "N", NULL,
	 "enter at most N levels; 1 is what is directly in PATH", set_max_depth},
	{"one-file-system", 0, NULL, NULL,
	 "do not enter directories on other file systems", set_one_file_system},
	{"ignore", 0, "GLOB", NULL,
	 "neither watch nor show what matches, nor all below it",
	 iw_filter_option_ignore},

	{"event", 'e', "LIST", "What is shown",
	 "show only these events (comma list, repeatable)", set_events},
	{"exclude", 0, "REGEX", NULL, "hide what matches, in path or name",
	 iw_filter_option_exclude},
	{"excludei", 0, "REGEX", NULL, "the same, in any case",
	 iw_filter_option_excludei},
	{"include", 0, "REGEX", NULL, "show only what matches; an exclude wins",
	 iw_filter_option_include},
	{"includei", 0, "REGEX", NULL, "the same, in any case",
	 iw_filter_option_includei},
	{"glob", 0, "GLOB", NULL, "show only what matches, by name or (with /) by path",
	 iw_filter_option_glob},
	{"type", 0, "f|d", NULL, "show only files, or only directories",
	 iw_filter_option_type, iw_filter_type_words},
	{"list", 0, NULL, NULL, "begin with what is there already", set_listed},

	{"format", 0, "FORMAT", "How it is shown",
	 "print records as FORMAT: %w %f %e %Xe %T %c %o %0 %n %%", set_format},
	{"timefmt", 0, "FORMAT", NULL,
	 "strftime(3) format of %T, with %3N %6N %9N as well", set_time_format},
	{"csv", 'c', NULL, NULL, "print comma-separated values", set_csv},
	{"json", 'j', NULL, NULL, "print one JSON object a line", set_json},
	{"null", '0', NULL, NULL, "end records with NUL instead of a newline", set_null},
	{"no-newline", 0, NULL, NULL, "end records with nothing; needs --format",
	 set_no_newline},
	{"moves", 0, "pair|raw", NULL,
	 "one record for a move, or two (default: raw; JSON: pair)", set_moves,
	 moves_words},
	{"color", 0, "WHEN", NULL, "auto (default: on a terminal), always or never",
	 set_color, color_words},
	{"outfile", 'o', "FILE", NULL,
	 "append to FILE instead of stdout; SIGHUP reopens it", set_output},
	{"buffer", 0, "SIZE", NULL, "keep up to SIZE for a slow reader (default 64M)",
	 set_buffer},
	{"latency", 0, "TIME", NULL,
	 "gather events for TIME while they keep coming (1ms)", set_latency},
	{"quiet", 'q', NULL, NULL, "say less on stderr; -qq shows no records either",
	 set_quiet},
	{"verbose", 'v', NULL, NULL, "say more on stderr", set_verbose},

	{"stats", 0, NULL, "What is counted",
	 "count events instead of showing them; SIGUSR1 tells", iw_stats_set_on},
	{"by", 0, "WHAT", NULL, "for each dir (default), file or root (PATH)",
	 iw_stats_set_by, iw_stats_by_words},
	{"sort", 0, "COLUMN", NULL,
	 "by total, an event, first, last or path; then :asc, :desc", iw_stats_set_sort},
	{"top", 0, "N", NULL, "show the first N rows, and the sum of the others",
	 iw_stats_set_top},
	{"top-limit", 0, "N", NULL, "keep at most N rows in memory (100,000)",
	 iw_stats_set_limit},
	{"every", 0, "TIME", NULL, "show the counts every TIME, not only at the end",
	 iw_stats_set_every},

	{"shell", 0, "TEXT", "What is run (or: -- COMMAND)",
	 "run TEXT by sh -c; all changed paths are its \"$@\"", iw_action_set_shell},
	{"print", 0, NULL, NULL, "print records as well", iw_action_set_print},
	{"clear", 'C', NULL, NULL,
	 "clear the screen before each run; -CC: its history too", iw_action_set_clear},
	{"initial", 0, NULL, NULL, "run once at the start", iw_action_set_initial},
	{"restart", 0, NULL, NULL, "for servers: the same as --initial --on-busy restart",
	 iw_action_set_restart},
	{"on-busy", 0, "WHAT", NULL,
	 "while it runs: queue (default), ignore, restart, signal", iw_action_set_busy,
	 iw_action_busy_words},
	{"jobs", 0, "N", NULL, "with {}: run for up to N paths at the same time",
	 iw_action_set_jobs},
	{"stdin", 0, "WHAT", NULL, "give it the paths to read: lines, nul or json",
	 iw_action_set_feed, iw_action_feed_words},
	{"changed-only", 0, NULL, NULL, "not for what holds what it held before",
	 iw_action_set_compared},
	{"settle", 0, "TIME", NULL,
	 "act when nothing has changed for TIME (50ms; --backup: 500ms)", set_settle},
	{"max-wait", 0, "TIME", NULL,
	 "but wait no longer than TIME (20 times as long; 30s)", set_max_wait},
	{"signal", 0, "SIGNAL", NULL, "what --on-busy signal sends (HUP)",
	 iw_action_set_signal},
	{"stop-signal", 0, "SIGNAL", NULL, "what stops it (TERM)",
	 iw_action_set_stop_signal},
	{"stop-timeout", 0, "TIME", NULL, "then kill it after TIME (10s)",
	 iw_action_set_stop_timeout},
	{"timeout-run", 0, "TIME", NULL, "stop it when it has run for TIME",
	 iw_action_set_run_timeout},
	{"exit-on-error", 0, NULL, NULL, "end with its status as soon as it fails",
	 iw_action_set_error_final},

	{"count", 'n', "N", "When it ends", "end after N records (with 0) or runs",
	 set_count},
	{"one", '1', NULL, NULL, "the same as -n 1", set_one},
	{"timeout", 't', "TIME", NULL, "end with 2 when nothing was shown for TIME",
	 set_timeout},
	{"for", 0, "TIME", NULL, "end with 0 after TIME in all", set_total},
	{"strict", 0, NULL, NULL, "end with 3 as soon as something cannot be watched",
	 set_strict},
	{"monitor", 'm', NULL, NULL, "go on until told to stop (the default)",
	 set_monitor},

	{"backup", 0, "STORE", "What is stored",
	 "keep all versions of files in the directory STORE", iw_backup_set_store},
	{"once", 0, NULL, NULL, "store what has changed, and end", iw_backup_set_once},
	{"keep", 0, "N", NULL, "keep the last N versions of a file (default: all)",
	 iw_backup_set_keep},
	{"keep-for", 0, "TIME", NULL, "keep versions for TIME, such as 30d",
	 iw_backup_set_keep_for},
	{"keep-daily", 0, "N", NULL, "keep the last version of each of N days",
	 iw_backup_set_keep_daily},
	{"keep-weekly", 0, "N", NULL, "keep the last version of each of N weeks",
	 iw_backup_set_keep_weekly},
	{"keep-monthly", 0, "N", NULL, "keep the last version of each of N months",
	 iw_backup_set_keep_monthly},
	{"max-size", 0, "SIZE", NULL, "store nothing more when the store has SIZE",
	 iw_backup_set_max_size},
	{"keep-privileges", 0, NULL, NULL,
	 "store, or restore, setuid, setgid, capabilities too", iw_backup_set_privileges},

	{"versions", 0, "STORE", "What a store has",
	 "list the versions of PATHs, or of all, and end", iw_store_set_versions},
	{"restore", 0, "STORE", NULL, "restore PATHs, and end", iw_store_set_restore},
	{"at", 0, "TIME", NULL, "as they were then: 2026-11-20, '2026-11-20 06:35', 2d",
	 iw_store_set_at},
	{"to", 0, "DIR", NULL, "as DIR/NAME instead of where they were", iw_store_set_to},
	{"force", 0, NULL, NULL, "replace what is in the way and not stored",
	 iw_store_set_force},
	{"dry-run", 0, NULL, NULL, "only tell what would be restored",
	 iw_store_set_dry_run},
	{"check", 0, "STORE", NULL, "check that all is where it should be, and end",
	 iw_store_set_check},
	{"verify", 0, NULL, NULL, "look at content too, with --check and --backup",
	 iw_store_set_verify},

	{"daemon", 'd', NULL, "How it runs", "go to the background once all is watched",
	 set_daemon},
	{"pid-file", 0, "FILE", NULL, "write the process number to FILE", set_pid_path},
	{"syslog", 's', NULL, NULL, "send messages to syslog instead of stderr",
	 set_syslog},
	{"ready-fd", 0, "N", NULL, "write a newline to descriptor N once all is watched",
	 set_ready_fd},
	{"version", 'V', NULL, NULL, "print the version", set_version},
	{"help", 'h', NULL, NULL, "print this help", set_help},
};
const size_t iw_option_table_len = IW_ARRAY_LEN(iw_option_table);
