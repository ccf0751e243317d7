/* SPDX-License-Identifier: MIT */
/*
 * What the program is by the name it was started under: inowatch, or a drop-in for
 * another. A personality is one row of constant data that nobody owns; it says which
 * options there are, what they begin with, how they go together, and what is said.
 * It never runs anything: whoever differs by it asks its row, never its name.
 */
#ifndef IW_CLI_PERSONALITY_H
#define IW_CLI_PERSONALITY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "cli/option-table.h"
#include "cli/options.h"

struct iw_messages;
struct iw_record;
struct iw_session;

/* What stderr gets. Errors are positive errnos. */
struct iw_wording {
	const char *prefix; /* in front of each message */
	const char *ident;  /* the name in syslog */

	/* What goes on is told unless -q, and not only on a terminal. */
	bool is_talkative;

	/* What is wrong before anything is watched goes to stderr in spite of -s. */
	bool is_syslog_late;

	const char *(*setting_up)(const struct iw_options *options);
	const char *established;
	void (*say_no_output)(struct iw_messages *messages,
			      const struct iw_options *options, const char *path,
			      int error);
	void (*say_no_watcher)(struct iw_messages *messages, int error);
	/* A file of --fromfile cannot be read. Returns 0 or -ENOMEM. */
	int (*append_no_list)(struct iw_buffer *buffer, const char *path, int error);
};

struct iw_personality {
	const char *name; /* that of the program: basename(argv[0]) */

	const struct iw_option *options;
	const size_t *options_len;

	/*
	 * As getopt_long(3) has it: operands come last, all behind "--" are operands, and
	 * it tells itself, on stderr, what is no option. Otherwise a COMMAND stands
	 * behind "--", and the errors are ours.
	 */
	bool is_getopt_plain;

	/* Fields that do not begin as 0; NULL: none. */
	void (*set_defaults)(struct iw_options *options);

	/* Takes an operand: a PATH, or @PATH. Returns 0, -EINVAL with a line in error, or
	 * -ENOMEM. */
	int (*take_operand)(struct iw_options *options, const char *operand, size_t len,
			    struct iw_buffer *error);

	/* Whether the options go together, and what follows from them: 0, -EINVAL with
	 * lines in error, or -ENOMEM; lines without an error are said, too. */
	int (*check)(struct iw_options *options, struct iw_buffer *error);

	/* The same once the files of --fromfile were read; NULL: all is well. */
	int (*check_paths)(const struct iw_options *options, struct iw_buffer *error);

	const char *help_begin; /* --help before its options … */
	const char *help_end;   /* … and behind its events */
	int help_status;        /* with which --help ends … */
	int output_status;      /* … and what is not written */

	/* No signal but ends it as it would end a program that knows of none. */
	bool is_ended_by_signals;

	/* Before all is watched nothing is told, and what happens ends nothing. */
	bool is_told_when_ready;

	/* INT, TERM and HUP are how it usually ends, with status 0, once all is watched.
	 * INT and TERM are heard although they were ignored: shells do that to what is in
	 * the background. */
	bool are_signals_usual;

	/* INT came before all is watched. Returns true if that was seen to, false if it
	 * ends the program; NULL: it does. */
	bool (*put_off)(struct iw_session *session);

	/* What becomes of a record, as iw_report_record(); NULL: what inowatch does. */
	int (*report)(struct iw_session *session, const struct iw_record *record);

	/* Gets each directory that is watched after readiness; context is the session.
	 * NULL: nobody wants to know. */
	void (*watched)(void *context, const char *path, size_t len);

	struct iw_wording wording;
};

/* The one that goes by this argv[0], in whatever folder; NULL is a name, too. */
const struct iw_personality *iw_personality_of(const char *program);

#endif
