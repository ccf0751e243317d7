/* SPDX-License-Identifier: MIT */
#include "cli/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/session.h"

/* The parent: leaves with 0 once a byte comes, or as the child left. */
static IW_NORETURN void wait_for_child(pid_t child, int fd)
{
	char byte;
	ssize_t n;
	int status;

	do {
		n = read(fd, &byte, 1);
	} while (n < 0 && errno == EINTR);
	if (n == 1)
		_exit(IW_STATUS_DONE);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : IW_STATUS_ERROR);
}

int iw_daemon_fork(int *ret_fd)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	const pid_t child = fork();
	if (child < 0) {
		const int error = errno;

		close(fds[0]);
		close(fds[1]);
		return -error;
	}
	if (child > 0) {
		close(fds[1]);
		wait_for_child(child, fds[0]);
	}
	close(fds[0]);
	setsid();
	*ret_fd = fds[1];
	return 0;
}

static void redirect_to_null(int fd, int flags)
{
	IW_AUTO_CLOSE int null = open("/dev/null", flags | O_CLOEXEC);

	if (null >= 0)
		dup2(null, fd);
}

void iw_daemon_release_parent(int *fd, struct iw_messages *messages)
{
	if (*fd < 0)
		return;
	redirect_to_null(STDIN_FILENO, O_RDONLY);
	redirect_to_null(STDOUT_FILENO, O_WRONLY);
	redirect_to_null(STDERR_FILENO, O_WRONLY);
	iw_messages_leave_terminal(messages);
	/* If the parent is gone, nobody waits for the byte. */
	if (write(*fd, "\n", 1) < 0)
		iw_say(messages, IW_DETAIL, "nobody waits for the start");
	close(*fd);
	*fd = -1;
}

int iw_daemon_write_pid(const char *path)
{
	char text[16];
	const int len = snprintf(text, sizeof(text), "%d\n", getpid());

	IW_AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	if (write(fd, text, (size_t)len) != len)
		return errno ? -errno : -EIO;
	return 0;
}
