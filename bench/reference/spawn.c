// SPDX-License-Identifier: MIT
// The least that it takes to run a command on changes: wait, start it, wait for its end.
// What changes while it runs leads to one more run; a file that changes twice meanwhile
// is one, too.
//
//     spawn ROOT COMMAND [ARGUMENT...]

#include <err.h>
#include <spawn.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	_Alignas(struct inotify_event) char in[1 << 16];
	if (argc < 3)
		errx(1, "usage: spawn ROOT COMMAND [ARGUMENT...]");
	int fd = inotify_init1(IN_CLOEXEC);
	if (fd < 0 || inotify_add_watch(fd, argv[1], IN_CLOSE_WRITE) < 0)
		err(1, "%s", argv[1]);
	while (read(fd, in, sizeof in) > 0) {
		pid_t pid;
		int r = posix_spawn(&pid, argv[2], NULL, NULL, argv + 2, environ);
		if (r != 0)
			errx(1, "%s cannot be run", argv[2]);
		if (waitpid(pid, NULL, 0) < 0)
			err(1, "waitpid");
	}
	err(1, "read");
}
