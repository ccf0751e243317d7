/* SPDX-License-Identifier: MIT */
/*
 * The command line, driven by one table of the personality that parsing, --help and the
 * tests of the man page read.
 * The options own the lists they hold; texts point into argv, which outlives them.
 * Parsing never touches files but those of --fromfile, and prints nothing itself.
 */
#ifndef IW_CLI_OPTIONS_H
#define IW_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "core/filter.h"
#include "core/tally-order.h"
#include "sink/print.h"
#include "sink/run.h"
#include "sink/store/retention.h"

enum iw_color { IW_COLOR_AUTO, IW_COLOR_ALWAYS, IW_COLOR_NEVER };
enum iw_moves { IW_MOVES_DEFAULT, IW_MOVES_PAIR, IW_MOVES_RAW };

/* A pattern as it was written; cli/patterns compiles it. */
struct iw_pattern_option {
	enum iw_filter_kind kind;
	const char *option; /* its long name, for messages; never freed */
	const char *text;
	size_t len;
	bool is_glob;
	bool is_exact; /* @PATH */
	bool is_posix; /* regular expressions are those of regcomp(3) */
	bool ignores_case;
};

struct iw_pattern_list {
	struct iw_pattern_option *items;
	size_t len;
};

struct iw_text_list {
	struct iw_text {
		const char *bytes;
		size_t len;
	} * items;
	size_t len;
};

/* What is run on changes; see cli/actions. */
struct iw_action_options {
	const char *const *command; /* what stands behind --; NULL: nothing */
	size_t command_len;
	const char *shell;        /* --shell */
	const char *first_option; /* the first that needs a command; NULL: none */
	bool is_print;
	unsigned clear; /* how often -C was given */
	bool is_initial;
	bool is_error_final;
	bool is_compared; /* --changed-only */
	enum iw_busy on_busy;
	enum iw_feed feed;
	uint64_t jobs;
	int signal;
	int stop_signal;
	int64_t stop_timeout_ns;
	int64_t run_timeout_ns; /* 0: none */
};

/* What is stored, and where; see cli/backup. */
struct iw_backup_options {
	const char *store;        /* --backup; NULL: none */
	const char *first_option; /* the first that needs it; NULL: none */
	bool is_once;
	bool keeps_privileges;
	struct iw_retention retention;
	uint64_t max_len; /* 0: no limit */
};

/* What of a store is read; see cli/store-modes. */
enum iw_store_mode { IW_STORE_NONE, IW_STORE_VERSIONS, IW_STORE_RESTORE, IW_STORE_CHECK };

struct iw_store_options {
	enum iw_store_mode mode;
	const char *path; /* STORE */
	bool has_two_modes;
	bool has_at;
	int64_t at_ns;  /* since 1970, UTC */
	const char *to; /* --to, or NULL */
	bool is_forced;
	bool is_dry_run;
	bool is_verified;
};

/* What a row of counts stands for. */
enum iw_stats_by { IW_BY_DIR, IW_BY_FILE, IW_BY_ROOT, IW_BY_WATCH };

/* What is counted; see cli/stats. */
struct iw_stats_options {
	bool is_on;
	const char *first_option; /* the first that needs --stats; NULL: none */
	enum iw_stats_by by;
	uint32_t limit;     /* of rows */
	uint64_t top;       /* so many are shown; 0: all */
	int64_t every_ns;   /* 0: not before the end */
	bool has_zeros;     /* of watches: rows and columns of zeros too */
	bool is_verbose;    /* of watches: how many there are is told */
	uint32_t sort_bits; /* of watches: the event of order; 0: total */
	struct iw_tally_order order;
};

struct iw_personality;

/* What only the drop-ins for other programs set. */
struct iw_dropin_options {
	bool is_one_shot;         /* ends with the first event */
	bool is_fanotify;         /* is to watch by fanotify(7) */
	bool is_timed_from_ready; /* setting up does not count as time */
	bool is_misspelt;         /* there was an unknown option */
	const char *repeated;     /* an option of which only the last counts, or NULL */
	const char *ready_error;  /* with which it ends once all is watched, or NULL */
	char *format;             /* a rewritten --format, owned; or NULL */
};

struct iw_options {
	const struct iw_personality *personality; /* by which they were parsed */

	struct iw_action_options action;
	struct iw_backup_options backup;
	struct iw_store_options store;
	struct iw_stats_options stats;
	struct iw_dropin_options dropin;
	uint32_t mask; /* of -e; 0: not given */
	bool is_recursive;
	bool is_link_watched;
	bool is_one_file_system;
	bool is_listed;
	bool is_strict;
	unsigned max_depth;
	enum iw_filter_type type;
	enum iw_moves moves;
	struct iw_pattern_list patterns;
	struct iw_text_list paths;
	struct iw_text_list from_files; /* read into paths by cli/paths */
	struct iw_text_list from_files0;

	const char *format;
	const char *time_format;
	bool is_csv;
	bool is_json;
	bool is_null_terminated;
	bool has_no_newline;
	enum iw_color color;
	unsigned quiet;
	unsigned verbose;

	const char *output_path;
	uint64_t buffer_len;
	int64_t latency_ns;      /* how long events may gather */
	int64_t settle_ns;       /* how long changes rest; -1: not given */
	int64_t max_wait_ns;     /* at most so long; -1: not given */
	const char *rest_option; /* the first of these two that was given, or NULL */
	int64_t timeout_ns;      /* 0: never */
	int64_t total_ns;        /* --for; 0: for ever */
	uint64_t count;          /* 0: no end */
	int ready_fd;            /* -1: none */

	bool is_daemon;
	bool is_syslog;
	const char *pid_path;
	bool is_help;
	bool is_version;
	bool is_settled;       /* what follows on the command line does not matter */
	bool is_stdout_closed; /* what main has found */
	int queue_fd;          /* what main has opened for the watcher; 0: nothing */
};

/* True if a command is run on changes. */
static inline bool iw_options_has_action(const struct iw_options *options)
{
	return options->action.command || options->action.shell;
}

/* True if records are written. */
static inline bool iw_options_prints(const struct iw_options *options)
{
	return options->quiet < 2 &&
	       (options->action.is_print ||
		!(iw_options_has_action(options) || options->stats.is_on));
}

/* True if the output is written to: records, or what was counted. */
static inline bool iw_options_writes(const struct iw_options *options)
{
	return iw_options_prints(options) || options->stats.is_on;
}

/*
 * Parses argv, whose operands may change places. Returns 0; -EINVAL with lines for the
 * user in error (without the program's name), -ECANCELED if getopt_long(3) has said what
 * is wrong, or -ENOMEM. iw_options_done() is due in any case.
 */
IW_MUST_CHECK int iw_options_parse(const struct iw_personality *personality, int argc,
				   char **argv, struct iw_options *options,
				   struct iw_buffer *error);
void iw_options_done(struct iw_options *options);

/* Appends a text to a list. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_text_list_add(struct iw_text_list *list, const char *bytes,
				   size_t len);

/* Appends a pattern. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_pattern_list_add(struct iw_pattern_list *list,
				      const struct iw_pattern_option *pattern);

#endif
