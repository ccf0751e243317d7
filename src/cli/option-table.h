/* SPDX-License-Identifier: MIT */
/*
 * The table of options: what each is called, what it takes, what it does, in one row.
 * The table is constant data that nobody owns.
 * It never parses: cli/options walks over it, cli/help prints it.
 */
#ifndef IW_CLI_OPTION_TABLE_H
#define IW_CLI_OPTION_TABLE_H

#include "cli/option-value.h"

/* Returns 0, -EINVAL with a line in error, or -ENOMEM. */
typedef int iw_option_fn(const struct iw_option_value *value);

struct iw_option {
	const char *long_name;
	char short_name;      /* 0: none */
	const char *argument; /* its name in --help; NULL: takes none */
	const char *group;    /* heading of --help, at the first option of each group */
	const char *help;
	iw_option_fn *set;
	const char *const *words; /* what the value can be, then NULL; NULL: anything */
};

extern const struct iw_option iw_option_table[];
extern const size_t iw_option_table_len;

#endif
