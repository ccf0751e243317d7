/* SPDX-License-Identifier: MIT */
/*
 * What inotifywait tells and how it ends by it; hooks of its personality.
 * The session is the caller's.
 * They never print a record that was not asked for.
 */
#ifndef IW_CLI_INOTIFYWAIT_REPORT_H
#define IW_CLI_INOTIFYWAIT_REPORT_H

#include <stddef.h>

#include "base/attributes.h"
#include "core/record.h"

struct iw_session;

/* As iw_report_record(). */
IW_MUST_CHECK int iw_inotifywait_report(struct iw_session *session,
					const struct iw_record *record);

/* As iw_watched_fn; context is the session. */
void iw_inotifywait_watched(void *context, const char *path, size_t len);

#endif
