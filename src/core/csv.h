/* SPDX-License-Identifier: MIT */
/*
 * A record as inotifywait's CSV: watched path, events, name.
 * The buffer is the caller's; nothing is kept between records.
 * Unlike inotifywait's, an overflow keeps its three columns: ",Q_OVERFLOW,".
 */
#ifndef IW_CORE_CSV_H
#define IW_CORE_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "core/event-names.h"
#include "core/record.h"

/*
 * Appends %w,EVENTS,%f without a newline. A field is quoted if it holds a quote, a comma,
 * a newline or a carriage return, or begins or ends with a blank; quotes are doubled. The
 * names are those of iw_event_names_init() with a comma.
 * With escape, paths go through iw_text_append_escaped() first (for terminals).
 * Returns 0 or -ENOMEM (buffer as before).
 */
IW_MUST_CHECK int iw_csv_append(const struct iw_record *record,
				const struct iw_event_names *names, bool escape,
				struct iw_buffer *buffer);

/* Appends one field by the same rules. Returns 0 or -ENOMEM (buffer as before). */
IW_MUST_CHECK int iw_csv_append_field(struct iw_buffer *buffer, const char *bytes,
				      size_t len, bool escape);

#endif
