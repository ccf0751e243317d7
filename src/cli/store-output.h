/* SPDX-License-Identifier: MIT */
/*
 * The lines that reading a store prints: text for people, or one JSON object a line.
 * The output owns the line it is making; stdout stays the caller's.
 * It never prints a raw name to a terminal, and waits for a slow reader.
 */
#ifndef IW_CLI_STORE_OUTPUT_H
#define IW_CLI_STORE_OUTPUT_H

#include <stdint.h>

#include "base/buffer.h"
#include "cli/options.h"

struct iw_store_output {
	struct iw_buffer line;
	bool is_json;
	bool is_escaped; /* stdout is a terminal */
	bool is_silent;  /* -qq */
	char end;        /* of a line: newline, or NUL with -0 */
	int error; /* the first, a negative errno; nothing is printed from then on */
};

/* One line. A field that is NULL, or less than nothing, is left out. */
struct iw_store_line {
	int64_t time_ns;   /* of the record; INT64_MIN: none */
	const char *event; /* "restored" */
	const char *path;
	int64_t size;        /* -1: none */
	int64_t version_ns;  /* INT64_MIN: none */
	const char *error;   /* the name of an errno */
	const char *message; /* why */
};

void iw_store_output_init(struct iw_store_output *output,
			  const struct iw_options *options);
void iw_store_output_done(struct iw_store_output *output);

/* One line of JSON, or of text: EVENT PATH, and ": MESSAGE". */
void iw_store_output_print(struct iw_store_output *output,
			   const struct iw_store_line *line);

/* One line of JSON, or of text: TIME SIZE PATH; or "deleted" instead of the size. */
void iw_store_output_print_version(struct iw_store_output *output,
				   const struct iw_store_line *line);

/* A line that is made already; format as printf(3). */
IW_PRINTF(2, 3)
void iw_store_output_printf(struct iw_store_output *output, const char *format, ...);

#endif
