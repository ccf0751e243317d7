/* SPDX-License-Identifier: MIT */
/*
 * File systems where inotify does not see every change: network, FUSE, the kernel's own,
 * and overlays whose layers can be written to. Nothing is kept: each call asks anew, once
 * for each PATH. It never keeps a PATH from being watched.
 */
#ifndef IW_CLI_BLIND_H
#define IW_CLI_BLIND_H

#include "base/attributes.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "source/mountinfo.h"

/* What a type of file system (statfs(2), f_type) hides, in words; NULL: nothing. */
const char *iw_blind_reason(unsigned long fs_type, const char **ret_name);

/*
 * Warns once for each such file system that a PATH is on. mounts may be NULL: the table
 * is read then. Without it only overlays are left out. Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_blind_warn(const struct iw_options *options,
				const struct iw_mount_table *mounts,
				struct iw_messages *messages);

#endif
