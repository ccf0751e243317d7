/* SPDX-License-Identifier: MIT */
/*
 * The compiled --format: a template is parsed once and then printed for each record.
 * The format owns its copy of the template; records and the buffer stay the caller's.
 * It reads no clock and no time zone: %T is made by a function that the caller supplies.
 */
#ifndef IW_CORE_FORMAT_H
#define IW_CORE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "core/record.h"

struct iw_format;

/* How names and events look; both false for pipes and files. */
struct iw_style {
	bool escape; /* names through iw_text_append_escaped() */
	bool color;  /* SGR colours: directory part dim, events by kind */
};

/* Appends time_ns (since 1970, UTC) as %T shows it. Returns 0 or -ENOMEM. */
struct iw_time_printer {
	int (*append)(void *context, int64_t time_ns, struct iw_buffer *buffer);
	void *context;
};

/* inotifywait's default record, without the newline that follows each record. */
#define IW_FORMAT_DEFAULT "%w %,e %f"

/*
 * Parses a template: %w watched path (with / for a directory), %f name, %e events joined
 * by ",", %Xe joined by the character X, %T time, %c cookie in hexadecimal, %o old path
 * of a move, %0 NUL, %n newline, %% a percent sign. An unknown %z stays as it is, a
 * final % too. Returns 0, -ENOMEM, or -E2BIG for a template longer than
 * IW_FORMAT_MAX_LEN bytes.
 */
enum { IW_FORMAT_MAX_LEN = 4096 };
IW_MUST_CHECK int iw_format_new(const char *template, size_t len,
				struct iw_format **ret_format);
void iw_format_free(struct iw_format *format);

/* True if %T appears, so that --timefmt is needed. */
bool iw_format_has_time(const struct iw_format *format);

/*
 * Appends one record, without a newline at its end. time may be NULL if the format has
 * no %T. Control records other than overflow have no text: nothing is appended for them.
 * An overflow has an empty %w and %f. Returns 0 or -ENOMEM (buffer as before).
 */
IW_MUST_CHECK int iw_format_append(const struct iw_format *format,
				   const struct iw_record *record,
				   const struct iw_style *style,
				   const struct iw_time_printer *time,
				   struct iw_buffer *buffer);

#endif
