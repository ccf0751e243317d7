/* SPDX-License-Identifier: MIT */
/*
 * What the options of reading a store set (--versions, --restore, --check), as rows of
 * the table of options call it. The values go into the options, which belong to the
 * caller. It never opens the store.
 */
#ifndef IW_CLI_STORE_OPTIONS_H
#define IW_CLI_STORE_OPTIONS_H

#include "cli/option-table.h"

/*
 * Whether the options go together; all is well if none of them was given. Returns 0,
 * -EINVAL with a line in error, or -ENOMEM.
 */
IW_MUST_CHECK int iw_store_options_check(const struct iw_options *options,
					 struct iw_buffer *error);

iw_option_fn iw_store_set_versions;
iw_option_fn iw_store_set_restore;
iw_option_fn iw_store_set_check;
iw_option_fn iw_store_set_at;
iw_option_fn iw_store_set_to;
iw_option_fn iw_store_set_force;
iw_option_fn iw_store_set_dry_run;
iw_option_fn iw_store_set_verify;

#endif
