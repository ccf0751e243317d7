/* SPDX-License-Identifier: MIT */
/*
 * The sink that prints: turns records into bytes of one of the formats in its table.
 * The printer owns the compiled format; the buffer it prints to is the caller's.
 * It never writes by itself and never prints half a record.
 */
#ifndef IW_SINK_PRINT_H
#define IW_SINK_PRINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "core/format.h"
#include "core/record.h"

enum iw_print_kind { IW_PRINT_TEXT, IW_PRINT_CSV, IW_PRINT_JSON };

struct iw_print_config {
	enum iw_print_kind kind;
	const char *format; /* of text; NULL: inotifywait's default */
	size_t format_len;
	const char *terminator; /* behind each record: "\n", NUL, or nothing */
	size_t terminator_len;
	struct iw_time_printer time; /* of %T */
};

struct iw_print;

/* Returns 0, -ENOMEM, or -E2BIG for a format that is too long. */
IW_MUST_CHECK int iw_print_new(const struct iw_print_config *config,
			       struct iw_print **ret_print);
void iw_print_free(struct iw_print *print);

/* How records look from now on; at first plain. */
void iw_print_set_style(struct iw_print *print, struct iw_style style);

/* Whether this format tells such records: text and CSV leave out resync, synced, lost and
 * ready. */
bool iw_print_tells(const struct iw_print *print, enum iw_event event);

/* Appends one record that is told. Returns 0 or -ENOMEM (buffer as before). */
IW_MUST_CHECK int iw_print_append(const struct iw_print *print,
				  const struct iw_record *record,
				  struct iw_buffer *buffer);

#endif
