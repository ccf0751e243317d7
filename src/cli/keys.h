/* SPDX-License-Identifier: MIT */
/*
 * Keys that are pressed while a command is run on changes: the modes of the terminal on
 * standard input, and what is read from it.
 * It owns a descriptor of its own of that terminal, and the modes that it found.
 * It never touches a terminal of which another job is in the foreground, is never stopped
 * for reading, and leaves the flags of standard input, which we share, as they are.
 */
#ifndef IW_CLI_KEYS_H
#define IW_CLI_KEYS_H

#include <stdbool.h>
#include <termios.h>

enum iw_key {
	IW_KEY_NONE, /* nothing (more) to read */
	IW_KEY_OTHER,
	IW_KEY_RUN,
	IW_KEY_RESTART,
	IW_KEY_QUIT,
	IW_KEY_HANGUP, /* the terminal is gone */
};

struct iw_keys {
	int fd;     /* the terminal; -1: standard input is none of ours */
	bool is_on; /* the modes are ours, and keys may be read */
	struct termios before;
};

/* Looks whether standard input is our controlling terminal. Changes nothing. */
void iw_keys_open(struct iw_keys *keys);

/*
 * Has keys come one by one, unseen, if the terminal is ours now; lets go of it without a
 * trace if it is another's. To be called when that may have changed. Returns is_on.
 */
bool iw_keys_look(struct iw_keys *keys);

/* Gives the terminal its modes back. */
void iw_keys_give_back(struct iw_keys *keys);

/* The same, for good. */
void iw_keys_close(struct iw_keys *keys);

/* The next key; never waits. */
enum iw_key iw_keys_read(const struct iw_keys *keys);

#endif
