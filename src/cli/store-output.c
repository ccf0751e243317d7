/* SPDX-License-Identifier: MIT */
#include "cli/store-output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/base64.h"
#include "core/json.h"
#include "core/text.h"
#include "sink/store/layout.h"

void iw_store_output_init(struct iw_store_output *output,
			  const struct iw_options *options)
{
	*output = (struct iw_store_output){
		.is_json = options->is_json,
		.is_escaped = isatty(STDOUT_FILENO),
		.is_silent = options->quiet >= 2,
		.end = options->is_null_terminated ? '\0' : '\n',
		.error = options->is_stdout_closed && options->quiet < 2 ? -EBADF : 0,
	};
}

void iw_store_output_done(struct iw_store_output *output)
{
	iw_buffer_done(&output->line);
}

/* Writes the line, unless making it has failed. */
static void finish(struct iw_store_output *output, int r)
{
	size_t written = 0;

	if (r == 0)
		r = iw_buffer_append_char(&output->line, output->end);
	while (r == 0 && written < output->line.len) {
		const ssize_t n =
			IW_RETRY(write(STDOUT_FILENO, output->line.data + written,
				       output->line.len - written));
		if (n < 0)
			r = -errno;
		else
			written += (size_t)n;
	}
	iw_buffer_clear(&output->line);
	if (r < 0 && !output->error)
		output->error = r;
}

static int append_key(struct iw_buffer *line, const char *key)
{
	return iw_buffer_printf(line, "%c\"%s\":", line->len ? ',' : '{', key);
}

/* With KEY_b64 if some of it is not UTF-8. */
static int append_bytes(struct iw_buffer *line, const char *key, const char *bytes)
{
	bool is_lossless = true;
	int r = append_key(line, key);

	if (r == 0)
		r = iw_json_append_string(line, bytes, strlen(bytes), &is_lossless);
	if (r < 0 || is_lossless)
		return r;
	return iw_buffer_printf(line, ",\"%s_b64\":\"", key)
		?: iw_base64_append(line, bytes, strlen(bytes))
		?: iw_buffer_append_char(line, '"');
}

static int append_time(struct iw_buffer *line, int64_t time_ns)
{
	return append_key(line, "time")
		?: iw_buffer_append_char(line, '"')
		?: iw_json_append_time(line, time_ns)
		?: iw_buffer_append_char(line, '"');
}

static int append_json(struct iw_buffer *line, const struct iw_store_line *from)
{
	char version[IW_LAYOUT_TIME_LEN + 1];
	int r = 0;

	if (from->time_ns != INT64_MIN)
		r = append_time(line, from->time_ns);
	if (r == 0)
		r = append_bytes(line, "event", from->event);
	if (r == 0)
		r = append_bytes(line, "path", from->path);
	if (r == 0 && from->size >= 0)
		r = append_key(line, "size")
			    ?: iw_buffer_printf(line, "%" PRId64, from->size);
	if (r == 0 && from->version_ns != INT64_MIN) {
		iw_layout_format_time(from->version_ns, version);
		r = append_bytes(line, "version", version);
	}
	if (r == 0 && from->error)
		r = append_bytes(line, "error", from->error);
	if (r == 0 && from->message)
		r = append_bytes(line, "message", from->message);
	return r < 0 ? r : iw_buffer_append_char(line, '}');
}

static int append_path(struct iw_store_output *output, const char *path)
{
	return output->is_escaped
		       ? iw_text_append_escaped(&output->line, path, strlen(path))
		       : iw_buffer_append_str(&output->line, path);
}

void iw_store_output_print(struct iw_store_output *output,
			   const struct iw_store_line *line)
{
	int r;

	if (output->error || output->is_silent)
		return;
	if (output->is_json) {
		finish(output, append_json(&output->line, line));
		return;
	}
	r = iw_buffer_printf(&output->line, "%s ", line->event);
	if (r == 0)
		r = append_path(output, line->path);
	if (r == 0 && line->message)
		r = iw_buffer_printf(&output->line, ": %s", line->message);
	finish(output, r);
}

void iw_store_output_print_version(struct iw_store_output *output,
				   const struct iw_store_line *line)
{
	char size[32];
	int r;

	if (output->error || output->is_silent)
		return;
	if (output->is_json) {
		finish(output, append_json(&output->line, line));
		return;
	}
	snprintf(size, sizeof(size), "%" PRId64, line->size);
	r = iw_json_append_time(&output->line, line->time_ns);
	if (r == 0)
		r = iw_buffer_printf(&output->line, " %12s ",
				     line->size < 0 ? line->event : size);
	if (r == 0)
		r = append_path(output, line->path);
	finish(output, r);
}

void iw_store_output_printf(struct iw_store_output *output, const char *format, ...)
{
	char text[512];
	va_list arguments;

	if (output->error || output->is_silent)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	finish(output, iw_buffer_append_str(&output->line, text));
}
