/* SPDX-License-Identifier: MIT */
/*
 * What the options of --backup set, as rows of the table of options call it.
 * The values go into the options, which belong to the caller.
 * It never looks at the store.
 */
#ifndef IW_CLI_BACKUP_OPTIONS_H
#define IW_CLI_BACKUP_OPTIONS_H

#include "cli/option-table.h"

/* Whether the options go together. Returns 0, -EINVAL with a line in error, or -ENOMEM.
 */
IW_MUST_CHECK int iw_backup_options_check(const struct iw_options *options,
					  struct iw_buffer *error);

iw_option_fn iw_backup_set_store;
iw_option_fn iw_backup_set_once;
iw_option_fn iw_backup_set_privileges;
iw_option_fn iw_backup_set_keep;
iw_option_fn iw_backup_set_keep_for;
iw_option_fn iw_backup_set_keep_daily;
iw_option_fn iw_backup_set_keep_weekly;
iw_option_fn iw_backup_set_keep_monthly;
iw_option_fn iw_backup_set_max_size;

#endif
