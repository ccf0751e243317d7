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

/* What stderr gets. */
struct iw_wording {
	const char *prefix; /* in front of each message */
	const char *ident;  /* the name in syslog */
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
	int (*take_operand)(struct iw_options *options, const char *operand,
			    struct iw_buffer *error);

	/* Whether the options go together: 0, -EINVAL with a line in error, or -ENOMEM.
	 */
	int (*check)(const struct iw_options *options, struct iw_buffer *error);

	/* The same once the files of --fromfile were read; NULL: all is well. */
	int (*check_paths)(const struct iw_options *options, struct iw_buffer *error);

	const char *help_begin; /* --help before its options … */
	const char *help_end;   /* … and behind its events */
	int help_status;        /* with which --help ends */

	struct iw_wording wording;
};

/* The one that goes by this argv[0], in whatever folder; NULL is a name, too. */
const struct iw_personality *iw_personality_of(const char *program);

#endif
