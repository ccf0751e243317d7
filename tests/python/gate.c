/* SPDX-License-Identifier: MIT */
/*
 * A library for LD_PRELOAD that lets a test look into the system calls of _inotify.
 * Before each call on the watched queue it writes the call's letter to $GATE_CALLS and
 * waits for one byte from $GATE_ANSWERS, which another Python thread must write: a module
 * that holds the GIL in a system call can never get that byte, and ends with status 70.
 * It never touches calls on other descriptors.
 *
 * Letters: i inotify_init1, a inotify_add_watch, r inotify_rm_watch, q ioctl(FIONREAD),
 * p poll, 0 read of nothing, R read. The answer '!' makes the call fail with EINTR.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int queue = -1; /* what inotify_init1 returned last */

static int env_fd(const char *name)
{
	const char *value = getenv(name);

	return value ? atoi(value) : -1;
}

/* Returns 0, or -1 and EINTR if the test wants that. */
static int pass(char letter)
{
	const int answers = env_fd("GATE_ANSWERS");
	struct pollfd wait_for = {.fd = answers, .events = POLLIN};
	char answer;

	if (answers < 0)
		return 0;
	if (syscall(SYS_write, env_fd("GATE_CALLS"), &letter, 1L) != 1)
		_exit(71);
	long ready;
	do { /* a signal that the answer goes with may come before it */
		ready = syscall(SYS_poll, &wait_for, 1L, 20000L);
	} while (ready < 0 && errno == EINTR);
	if (ready != 1)
		_exit(70);
	if (syscall(SYS_read, answers, &answer, 1L) != 1)
		_exit(72);
	if (answer != '!')
		return 0;
	errno = EINTR;
	return -1;
}

int inotify_init1(int flags)
{
	if (pass('i') < 0)
		return -1;
	queue = (int)syscall(SYS_inotify_init1, flags);
	return queue;
}

int inotify_add_watch(int fd, const char *path, uint32_t mask)
{
	if (pass('a') < 0)
		return -1;
	return (int)syscall(SYS_inotify_add_watch, fd, path, mask);
}

int inotify_rm_watch(int fd, int wd)
{
	if (pass('r') < 0)
		return -1;
	return (int)syscall(SYS_inotify_rm_watch, fd, wd);
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (fd == queue && request == FIONREAD && pass('q') < 0)
		return -1;
	return (int)syscall(SYS_ioctl, fd, request, arg);
}

int poll(struct pollfd *fds, nfds_t fds_len, int timeout)
{
	int (*real_poll)(struct pollfd *, nfds_t, int) = dlsym(RTLD_NEXT, "poll");

	if (fds_len == 1 && fds->fd == queue && timeout == 0 && pass('p') < 0)
		return -1;
	return real_poll(fds, fds_len, timeout);
}

ssize_t read(int fd, void *bytes, size_t len)
{
	if (fd == queue && pass(len == 0 ? '0' : 'R') < 0)
		return -1;
	return syscall(SYS_read, fd, bytes, len);
}
