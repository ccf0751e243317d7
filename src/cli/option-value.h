/* SPDX-License-Identifier: MIT */
/*
 * The value of an option, as the handlers of the table of options get it, and what many
 * of them do with it.
 * It belongs to the parser; texts point into argv and the table.
 * It never prints: what is wrong goes into a buffer of the parser's.
 */
#ifndef IW_CLI_OPTION_VALUE_H
#define IW_CLI_OPTION_VALUE_H

#include "cli/options.h"

/* What a handler gets: where to put the value, and where to say what is wrong with it. */
struct iw_option_value {
	struct iw_options *options;
	const char *name; /* "timeout", for messages; constant data */
	const char *text; /* NULL if the option takes none */
	struct iw_buffer *error;
	const char *const *words; /* those of the row */
};

/* One line about a bad value, --option: 'text' reason. Returns -EINVAL or -ENOMEM. */
IW_MUST_CHECK int iw_option_refuse(const struct iw_option_value *value,
				   const char *reason);

/* Which of the row's words it is. Returns 0, -EINVAL with a line, or -ENOMEM. */
IW_MUST_CHECK int iw_option_word(const struct iw_option_value *value, size_t *ret_at);

/* A duration. Returns 0, -EINVAL with a line, or -ENOMEM. */
IW_MUST_CHECK int iw_option_duration(const struct iw_option_value *value,
				     int64_t *ret_ns);

#endif
