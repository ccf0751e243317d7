/* SPDX-License-Identifier: MIT */
/*
 * What inowatch says to people: one line on stderr (or syslog) for each message.
 * Whoever writes messages is given the struct; it owns nothing but the syslog connection.
 * It never prints a raw file name to a terminal, and nothing else in inowatch writes to
 * stderr.
 */
#ifndef IW_CLI_MESSAGES_H
#define IW_CLI_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

struct iw_wording;

enum iw_level {
	IW_ERROR,   /* the program ends, or something was lost */
	IW_WARNING, /* the user should know; goes on (a drop-in: unless -qq) */
	IW_FAILURE, /* the same, of a command; red on a terminal */
	IW_SUCCESS, /* of a command; green on a terminal, or with -v */
	IW_INFO,    /* on a terminal, or with -v (a drop-in: unless -q) */
	IW_DETAIL,  /* with -v */
};

struct iw_messages {
	const struct iw_wording *wording;
	/* What stderr is; asked when there is something to say. */
	enum { IW_TERMINAL_UNKNOWN, IW_TERMINAL_NONE, IW_TERMINAL_SEEN } terminal;
	bool is_syslog;
	bool is_pipe_safe; /* a reader of stderr that has left cannot end us */
	bool has_progress; /* a progress line stands on the terminal */
	bool may_color;    /* on a terminal */
	unsigned quiet;
	unsigned verbose;
};

/* The wording outlives the messages. */
void iw_messages_init(struct iw_messages *messages, const struct iw_wording *wording,
		      unsigned quiet, unsigned verbose);

/* From now on messages go to syslog(3). */
void iw_messages_to_syslog(struct iw_messages *messages);

/* What is said from now on does not go to a terminal. */
void iw_messages_leave_terminal(struct iw_messages *messages);

/* What is said from now on may have colours on a terminal. */
void iw_messages_allow_color(struct iw_messages *messages);

/* True if what is said at this level is seen by anybody. */
bool iw_is_said(struct iw_messages *messages, enum iw_level level);

/* Says one line; a newline is added. File names in it are made harmless for terminals. */
IW_PRINTF(3, 4)
void iw_say(struct iw_messages *messages, enum iw_level level, const char *format, ...);

/* A line that the next one overwrites; only on a terminal, unless -q. */
IW_PRINTF(2, 3)
void iw_say_progress(struct iw_messages *messages, const char *format, ...);

/* Takes that line away. */
void iw_end_progress(struct iw_messages *messages);

#endif
