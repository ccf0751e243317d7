/* SPDX-License-Identifier: MIT */
/*
 * Lists a directory that is open: its names and types, in the kernel's order.
 * The descriptor stays the caller's; a scan owns only its buffer of 32 KiB.
 * It never opens what it lists and never follows a symbolic link.
 */
#ifndef IW_SOURCE_SCAN_H
#define IW_SOURCE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

enum iw_scan_type { IW_SCAN_DIR, IW_SCAN_REGULAR, IW_SCAN_OTHER };

struct iw_scan_entry {
	const char *name; /* NUL-terminated, valid until the next entry */
	size_t name_len;
	enum iw_scan_type type;
	uint64_t inode; /* as the directory has it: not that of what is mounted there */
};

/*
 * Calls each(context, entry) for every entry but "." and ".."; what it returns below 0
 * ends the scan. An entry that vanishes before its type is known is left out. Returns 0,
 * what each returned, or -errno of getdents64(2): -ENOENT if the directory was removed.
 */
IW_MUST_CHECK int iw_scan(int directory_fd,
			  int (*each)(void *context, const struct iw_scan_entry *entry),
			  void *context);

#endif
