/* SPDX-License-Identifier: MIT */
#include "cli/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "cli/personality.h"

int iw_outfile_open(const struct iw_options *options, const char *path,
		    struct iw_messages *messages)
{
	const int fd =
		open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);

	if (fd >= 0)
		return fd;
	const int error = errno;
	messages->wording->say_no_output(messages, options, path, error);
	return -error;
}
