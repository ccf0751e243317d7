/* SPDX-License-Identifier: MIT */
/*
 * What a descriptor's terminal is to us, and clearing its screen.
 * Nothing is owned or kept here: each call asks the kernel anew.
 * It never writes to a terminal of which another job is in the foreground.
 */
#ifndef IW_CLI_TERMINAL_H
#define IW_CLI_TERMINAL_H

#include <stdbool.h>

/* True if fd is our controlling terminal, and our process group is in its foreground. */
bool iw_terminal_is_foreground(int fd);

/* True if it understands more than plain text: $TERM is neither missing nor dumb. */
bool iw_terminal_has_escapes(void);

/*
 * Clears the screen of a terminal, with what has scrolled out of it too, and does nothing
 * to anything else. Whether it could be written is not told: nothing depends on it.
 */
void iw_terminal_clear(int fd, bool is_scrollback_cleared);

#endif
