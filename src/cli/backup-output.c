/* SPDX-License-Identifier: MIT */
/*
 * Where a backup writes its lines: standard output, or the file of --outfile.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/backup-private.h"
#include "cli/outfile.h"
#include "cli/session.h"

static void say(const struct iw_backup *backup, int error)
{
	const char *path = backup->options->output_path;

	iw_say(backup->messages, IW_ERROR, "cannot write to %s: %s",
	       path ? path : "stdout", strerror(-error));
}

/* In the background there is no standard output: lines without --outfile go nowhere. */
static int open_file(struct iw_backup *backup)
{
	const struct iw_options *options = backup->options;

	if (options->output_path)
		backup->outfile_fd =
			iw_outfile_open(options, options->output_path, backup->messages);
	else if (options->is_daemon)
		backup->outfile_fd =
			iw_outfile_open(options, "/dev/null", backup->messages);
	else
		return STDOUT_FILENO;
	return backup->outfile_fd;
}

int iw_backup_open_output(struct iw_backup *backup)
{
	const struct iw_options *options = backup->options;
	const int fd = open_file(backup);

	if (fd < 0)
		return fd;
	backup->is_terminal = fd == STDOUT_FILENO && isatty(fd);
	const bool is_refused = fd == STDOUT_FILENO && options->quiet < 2 &&
				(options->is_stdout_closed ||
				 (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY);
	const int r = is_refused
			      ? -EBADF
			      : iw_output_new(fd, options->buffer_len, &backup->output);
	if (r < 0 && r != -ENOMEM) {
		say(backup, r);
		backup->status = IW_STATUS_OUTPUT;
	}
	return r;
}

int iw_backup_spare_output(struct iw_backup *backup)
{
	const int fd = backup->outfile_fd >= 0 ? backup->outfile_fd : STDOUT_FILENO;

	return backup->watcher ? iw_watcher_set_own_file(backup->watcher, fd) : 0;
}

void iw_backup_reopen_output(struct iw_backup *backup)
{
	const char *path = backup->options->output_path;
	const int fd =
		path ? iw_outfile_open(backup->options, path, backup->messages) : -1;

	if (fd < 0)
		return;
	/* What waits belongs to the old file, which takes it at once. */
	int r = iw_output_flush(backup->output);
	if (r >= 0)
		r = iw_output_reopen(backup->output, fd);
	if (r < 0) {
		close(fd);
		iw_backup_fail_output(backup, r);
		return;
	}
	close(backup->outfile_fd);
	backup->outfile_fd = fd;
	if (iw_backup_spare_output(backup) < 0)
		iw_backup_fail(backup, -ENOMEM);
}

void iw_backup_fail_output(struct iw_backup *backup, int error)
{
	if (error == -EPIPE)
		iw_say(backup->messages, IW_ERROR, "the reader of the output has left");
	else
		say(backup, error);
	iw_backup_end(backup, IW_STATUS_OUTPUT);
	/* Also when it was ending already: what was promised is not there. */
	backup->status = IW_STATUS_OUTPUT;
	backup->is_abandoned = true;
}
