/* SPDX-License-Identifier: MIT */
#include "cli/keys.h"

#include <fcntl.h>
#include <signal.h>

#include "base/attributes.h"
#include "cli/terminal.h"

static const tcflag_t LINE_MODES = ICANON | ECHO;

/*
 * Between asking whose the terminal is and using it, it may become another's: then an
 * error is better than being stopped.
 */
static void hold_stops(sigset_t *ret_mask)
{
	sigset_t stops;

	sigemptyset(&stops);
	sigaddset(&stops, SIGTTIN);
	sigaddset(&stops, SIGTTOU);
	sigprocmask(SIG_BLOCK, &stops, ret_mask);
}

static int set_modes(int fd, const struct termios *modes)
{
	sigset_t mask;

	hold_stops(&mask);
	const int r = IW_RETRY(tcsetattr(fd, TCSANOW, modes));
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return r;
}

void iw_keys_open(struct iw_keys *keys)
{
	*keys = (struct iw_keys){.fd = -1};
	/* Any other terminal has no foreground that we could be in. */
	if (!isatty(STDIN_FILENO) || tcgetpgrp(STDIN_FILENO) < 0)
		return;
	/* What waits must not block, and O_NONBLOCK is of the open file, not only ours.
	 */
	keys->fd = open("/proc/self/fd/0", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

bool iw_keys_look(struct iw_keys *keys)
{
	struct termios modes;

	if (keys->fd < 0)
		return false;
	if (!iw_terminal_is_foreground(keys->fd)) {
		/* Whoever has it now has set it as they like. */
		keys->is_on = false;
		return false;
	}
	if (keys->is_on)
		return true;
	if (tcgetattr(keys->fd, &modes) < 0)
		return false;
	/* A shell that saw us stopped may have kept our modes for us. */
	if ((modes.c_lflag & LINE_MODES) || !(keys->before.c_lflag & LINE_MODES))
		keys->before = modes;
	modes.c_lflag &= ~LINE_MODES;
	modes.c_cc[VMIN] = 1;
	modes.c_cc[VTIME] = 0;
	keys->is_on = set_modes(keys->fd, &modes) == 0;
	return keys->is_on;
}

void iw_keys_give_back(struct iw_keys *keys)
{
	if (keys->is_on && iw_terminal_is_foreground(keys->fd))
		set_modes(keys->fd, &keys->before);
	keys->is_on = false;
}

void iw_keys_close(struct iw_keys *keys)
{
	iw_keys_give_back(keys);
	if (keys->fd >= 0)
		close(keys->fd);
	keys->fd = -1;
}

static enum iw_key key_of(char byte)
{
	switch (byte) {
	case ' ':
		return IW_KEY_RUN;
	case 'r':
		return IW_KEY_RESTART;
	case 'q':
		return IW_KEY_QUIT;
	default:
		return IW_KEY_OTHER;
	}
}

enum iw_key iw_keys_read(const struct iw_keys *keys)
{
	sigset_t mask;
	char byte = '\0';

	hold_stops(&mask);
	const ssize_t n = IW_RETRY(read(keys->fd, &byte, 1));
	const int error = n < 0 ? errno : 0;
	sigprocmask(SIG_SETMASK, &mask, NULL);
	if (n == 1)
		return key_of(byte);
	return error == EAGAIN ? IW_KEY_NONE : IW_KEY_HANGUP;
}
