/* SPDX-License-Identifier: MIT */
/*
 * What the two ways to visit a PATH share: by-name.c the first time, if all is simple,
 * and roots.c, step by step, at any other. The first decides which it is, and leaves a
 * PATH to the second without a trace but for its anchors.
 */
#ifndef IW_SOURCE_ROOTS_PRIVATE_H
#define IW_SOURCE_ROOTS_PRIVATE_H

#include <sys/stat.h>

#include "source/watcher-private.h"

/* ---- roots.c ---- */

/* What a PATH is to be watched for. */
uint32_t iw_roots_choose_mask(const struct iw_watcher *watcher, bool is_dir);

/*
 * Joins root with the watch of what it names now. Returns 1, 0 if another PATH has it, or
 * -ENOMEM.
 */
IW_MUST_CHECK int iw_roots_bind(struct iw_watcher *watcher, uint32_t root, int wd,
				const struct stat *st);

/* Lists the directory path, relative to dir_fd, if that is asked for. */
IW_MUST_CHECK int iw_roots_list(struct iw_watcher *watcher, uint32_t root, int dir_fd,
				const char *path);

/* ---- by-name.c ---- */

/*
 * Visits a PATH all by its name, if it was not visited before and nothing is told yet.
 * Returns 1, 0 if it is to be visited step by step, or -errno that ends the watcher.
 */
IW_MUST_CHECK int iw_by_name_visit(struct iw_watcher *watcher, uint32_t root);

#endif
