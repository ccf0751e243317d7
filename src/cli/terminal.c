/* SPDX-License-Identifier: MIT */
#include "cli/terminal.h"

#include <string.h>

#include "base/attributes.h"

/* As ECMA-48 has it: home, erase in page; the last is xterm's. */
static const char CLEAR_SCREEN[] = "\033[H\033[2J";
static const char CLEAR_ALL[] = "\033[H\033[2J\033[3J";

bool iw_terminal_is_foreground(int fd)
{
	const pid_t group = tcgetpgrp(fd);

	return group >= 0 && group == getpgrp();
}

bool iw_terminal_has_escapes(void)
{
	const char *kind = getenv("TERM");

	return kind && *kind && strcmp(kind, "dumb") != 0;
}

void iw_terminal_clear(int fd, bool is_scrollback_cleared)
{
	const char *text = is_scrollback_cleared ? CLEAR_ALL : CLEAR_SCREEN;

	if (!isatty(fd) || !iw_terminal_has_escapes())
		return;
	/* A terminal that is not the controlling one has no jobs of ours. */
	if (tcgetpgrp(fd) >= 0 && !iw_terminal_is_foreground(fd))
		return;
	if (IW_RETRY(write(fd, text, strlen(text))) < 0)
		return;
}
