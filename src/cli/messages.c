/* SPDX-License-Identifier: MIT */
#include "cli/messages.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>

#include "cli/personality.h"
#include "cli/terminal.h"
#include "core/text.h"

static const char ERASE_LINE[] = "\r\033[K";
static const char GREEN[] = "\033[32m";
static const char RED[] = "\033[31m";
static const char NO_COLORS[] = "\033[0m";

void iw_messages_init(struct iw_messages *messages, const struct iw_wording *wording,
		      unsigned quiet, unsigned verbose)
{
	*messages = (struct iw_messages){
		.wording = wording,
		.quiet = quiet,
		.verbose = verbose,
	};
}

void iw_messages_to_syslog(struct iw_messages *messages)
{
	openlog(messages->wording->ident, LOG_CONS | LOG_PID | LOG_NDELAY, LOG_DAEMON);
	messages->is_syslog = true;
	iw_messages_leave_terminal(messages);
}

void iw_messages_leave_terminal(struct iw_messages *messages)
{
	messages->terminal = IW_TERMINAL_NONE;
}

void iw_messages_allow_color(struct iw_messages *messages)
{
	messages->may_color = true;
}

/* Most runs say nothing, and need not know. */
static bool is_terminal(struct iw_messages *messages)
{
	if (messages->terminal == IW_TERMINAL_UNKNOWN)
		messages->terminal =
			isatty(STDERR_FILENO) ? IW_TERMINAL_SEEN : IW_TERMINAL_NONE;
	return messages->terminal == IW_TERMINAL_SEEN;
}

bool iw_is_said(struct iw_messages *messages, enum iw_level level)
{
	switch (level) {
	case IW_DETAIL:
		return messages->verbose > 0;
	case IW_INFO:
	case IW_SUCCESS:
		return messages->verbose > 0 ||
		       (messages->quiet == 0 &&
			(messages->wording->is_talkative || is_terminal(messages)));
	case IW_WARNING:
		return !messages->wording->is_talkative || messages->quiet < 2;
	default:
		return true;
	}
}

/* One write(2) a line, so that lines of several processes do not mix. */
static void write_line(struct iw_messages *messages, const struct iw_buffer *line)
{
	if (!messages->is_pipe_safe)
		signal(SIGPIPE, SIG_IGN);
	messages->is_pipe_safe = true;
	/* There is no place to report that stderr cannot be written. */
	if (write(STDERR_FILENO, line->data, line->len) < 0)
		return;
}

/* printf(3)'s output, on the heap, because names have no longest length; NULL: memory. */
static char *format_text(const char *format, va_list args)
{
	char *text;

	return vasprintf(&text, format, args) < 0 ? NULL : text;
}

/* The text that begins this level's colour; NULL: it has none here. */
static const char *color_of(struct iw_messages *messages, enum iw_level level)
{
	if ((level != IW_FAILURE && level != IW_SUCCESS) || !messages->may_color ||
	    !is_terminal(messages) || !iw_terminal_has_escapes())
		return NULL;
	return level == IW_FAILURE ? RED : GREEN;
}

/* Names may hold anything; a line feed in one must not look like another message. */
static int append_line(struct iw_messages *messages, enum iw_level level,
		       const char *text, struct iw_buffer *line)
{
	const char *color = color_of(messages, level);
	int r = messages->has_progress ? iw_buffer_append_str(line, ERASE_LINE) : 0;

	if (r == 0)
		r = iw_buffer_append_str(line, messages->wording->prefix);
	if (r == 0 && color)
		r = iw_buffer_append_str(line, color);
	if (r == 0)
		r = is_terminal(messages)
			    ? iw_text_append_escaped(line, text, strlen(text))
			    : iw_buffer_append_str(line, text);
	if (r == 0 && color)
		r = iw_buffer_append_str(line, NO_COLORS);
	return r == 0 ? iw_buffer_append_char(line, '\n') : r;
}

void iw_say(struct iw_messages *messages, enum iw_level level, const char *format, ...)
{
	static const int priorities[] = {
		[IW_ERROR] = LOG_ERR,       [IW_WARNING] = LOG_WARNING,
		[IW_FAILURE] = LOG_WARNING, [IW_SUCCESS] = LOG_INFO,
		[IW_INFO] = LOG_INFO,       [IW_DETAIL] = LOG_INFO,
	};
	IW_AUTO_BUFFER struct iw_buffer line = IW_BUFFER_INIT;
	va_list args;

	if (!iw_is_said(messages, level))
		return;
	va_start(args, format);
	IW_AUTO_FREE char *text = format_text(format, args);
	va_end(args);
	if (!text)
		return;
	if (messages->is_syslog) {
		syslog(priorities[level], "%s", text);
		return;
	}
	if (append_line(messages, level, text, &line) == 0)
		write_line(messages, &line);
	messages->has_progress = false;
}

void iw_say_progress(struct iw_messages *messages, const char *format, ...)
{
	IW_AUTO_BUFFER struct iw_buffer line = IW_BUFFER_INIT;
	va_list args;

	if (messages->quiet || messages->wording->is_talkative || !is_terminal(messages))
		return;
	va_start(args, format);
	IW_AUTO_FREE char *text = format_text(format, args);
	va_end(args);
	if (!text || iw_buffer_append_str(&line, ERASE_LINE) < 0 ||
	    iw_buffer_append_str(&line, text) < 0)
		return;
	write_line(messages, &line);
	messages->has_progress = true;
}

void iw_end_progress(struct iw_messages *messages)
{
	if (messages->has_progress &&
	    write(STDERR_FILENO, ERASE_LINE, strlen(ERASE_LINE)) < 0)
		return; /* there is no place to report that */
	messages->has_progress = false;
}
