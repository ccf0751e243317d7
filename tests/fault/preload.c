/* SPDX-License-Identifier: MIT */
/*
 * To be preloaded into inowatch: makes a system call fail, or passes what the kernel's
 * queue has to forge.c. The environment says which:
 *   FAULT_CALL   read (of the inotify descriptor), write (of JSON records), openat,
 * fstat, getdents64, inotify_add_watch, ioctl FAULT_ERRNO  with which number of an error
 *   FAULT_AT     at the n-th call since inotify was opened, counted from 1
 *   FAULT_TIMES  and how many calls from there on (default 1)
 *   FAULT_LOG    a file that is made once it happens
 *   PAUSE_AT     a name: the program stops after the first read of a listing that has it
 *   PAUSE_IN     a name: the program stops once before it lists a directory of that name
 *   PAUSE_WATCH  a name: the program stops once when it has set a watch by that name
 *   PAUSE_DRY    a file: if it is there when the queue is read and found empty, it is
 *                removed and the program stops
 */
#include "preload.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int queue_fd = -1;
static long calls;

static long number_of(const char *variable, long otherwise)
{
	const char *text = getenv(variable);

	return text ? strtol(text, NULL, 10) : otherwise;
}

#define REAL(name, ...) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))(__VA_ARGS__)

void fault_note(void)
{
	const char *path = getenv("FAULT_LOG");
	const int fd = path ? REAL(open, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;

	if (fd >= 0)
		close(fd);
}

/* True if this call shall fail; errno is set then. */
static int fails(const char *call)
{
	const char *wanted = getenv("FAULT_CALL");
	const long at = number_of("FAULT_AT", 1);

	if (queue_fd < 0 || !wanted || strcmp(wanted, call) != 0)
		return 0;
	calls++;
	if (calls < at || calls >= at + number_of("FAULT_TIMES", 1))
		return 0;
	fault_note();
	errno = (int)number_of("FAULT_ERRNO", EIO);
	return 1;
}

static void stop(void)
{
	fault_note();
	raise(SIGSTOP);
}

/* What happens now comes behind all that the program knows of. */
static void pause_dry(void)
{
	const char *sign = getenv("PAUSE_DRY");

	if (sign && unlink(sign) == 0)
		stop();
}

int inotify_init1(int flags);
int inotify_init1(int flags)
{
	return queue_fd = REAL(inotify_init1, flags);
}

/* The name may come to stand for something else, and the event about that be late. */
static void pause_watch(const char *path)
{
	const char *name = getenv("PAUSE_WATCH");
	static int is_over;

	if (is_over || !name || strcmp(path, name) != 0)
		return;
	is_over = 1;
	stop();
}

int inotify_add_watch(int fd, const char *path, uint32_t mask);
int inotify_add_watch(int fd, const char *path, uint32_t mask)
{
	if (fails("inotify_add_watch"))
		return -1;
	const int wd = REAL(inotify_add_watch, fd, path, mask);
	if (wd >= 0)
		pause_watch(path);
	return wd;
}

/* What is held back of the queue can be read, whatever the kernel says. */
int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	int ready = REAL(poll, fds, count, timeout_ms);

	for (nfds_t i = 0; forge_is_holding() && i < count && ready >= 0; i++) {
		if (fds[i].fd != queue_fd || (fds[i].revents & POLLIN))
			continue;
		ready += fds[i].revents == 0;
		fds[i].revents |= POLLIN;
	}
	return ready;
}

static int is_held(void)
{
	return queue_fd >= 0 && forge_is_holding();
}

/* The same for those who wait, who know the descriptor by its number. */
static int show_held(struct epoll_event *events, int most, int len)
{
	for (int i = 0; i < len; i++) {
		if (events[i].data.fd == queue_fd)
			return len;
	}
	if (len >= 0 && len < most)
		events[len++] = (struct epoll_event){.events = EPOLLIN,
						     .data.u64 = (uint64_t)queue_fd};
	return len;
}

int epoll_wait(int fd, struct epoll_event *events, int most, int timeout_ms)
{
	if (!is_held())
		return REAL(epoll_wait, fd, events, most, timeout_ms);
	return show_held(events, most, REAL(epoll_wait, fd, events, most, 0));
}

/* What libuv calls since 1.45. */
int epoll_pwait(int fd, struct epoll_event *events, int most, int timeout_ms,
		const sigset_t *mask)
{
	if (!is_held())
		return REAL(epoll_pwait, fd, events, most, timeout_ms, mask);
	return show_held(events, most, REAL(epoll_pwait, fd, events, most, 0, mask));
}

/* The same, as a program built with fortification calls it. */
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t len);
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t len)
{
	(void)len;
	return poll(fds, count, timeout_ms);
}

ssize_t read(int fd, void *bytes, size_t len)
{
	if (fd != queue_fd)
		return REAL(read, fd, bytes, len);
	if (fails("read"))
		return -1;
	if (gate_is_queue_late()) {
		errno = EAGAIN;
		return -1;
	}
	if (forge_is_holding())
		return forge_take_held(bytes, len);
	const ssize_t got = forge_read(bytes, len, REAL(read, fd, bytes, len));
	if (got < 0 && errno == EAGAIN) {
		pause_dry();
		errno = EAGAIN;
	}
	return got;
}

ssize_t write(int fd, const void *bytes, size_t len)
{
	/* libuv wakes itself by writing, and takes no failure for an answer. */
	if (len && *(const char *)bytes == '{' && fails("write"))
		return -1;
	return REAL(write, fd, bytes, len);
}

int openat(int dir_fd, const char *path, int flags, ...)
{
	va_list rest;

	va_start(rest, flags);
	const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
	va_end(rest);
	return fails("openat") ? -1 : REAL(openat, dir_fd, path, flags, mode);
}

/* What _FORTIFY_SOURCE makes of it where the flags are not constant. */
int __openat_2(int dir_fd, const char *path, int flags);
int __openat_2(int dir_fd, const char *path, int flags)
{
	return fails("openat") ? -1 : REAL(openat, dir_fd, path, flags);
}

int fstat(int fd, struct stat *st)
{
	return fails("fstat") ? -1 : REAL(fstat, fd, st);
}

int fstatat(int dir_fd, const char *path, struct stat *st, int flags)
{
	return fails("fstat") ? -1 : REAL(fstatat, dir_fd, path, st, flags);
}

/* The names of these before glibc 2.33. */
int __fxstat(int version, int fd, struct stat *st);
int __fxstat(int version, int fd, struct stat *st)
{
	return fails("fstat") ? -1 : REAL(__fxstat, version, fd, st);
}

int __fxstatat(int version, int dir_fd, const char *path, struct stat *st, int flags);
int __fxstatat(int version, int dir_fd, const char *path, struct stat *st, int flags)
{
	return fails("fstat") ? -1 : REAL(__fxstatat, version, dir_fd, path, st, flags);
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list rest;

	va_start(rest, request);
	void *argument = va_arg(rest, void *);
	va_end(rest);
	if (fd != queue_fd)
		return REAL(ioctl, fd, request, argument);
	if (fails("ioctl"))
		return -1;
	const int r = REAL(ioctl, fd, request, argument);
	if (r == 0 && request == FIONREAD && gate_is_queue_late())
		*(int *)argument = 0;
	else if (r == 0 && request == FIONREAD)
		*(int *)argument += (int)forge_held_len();
	return r;
}

/* Whoever wants to change the directory while it is being listed has all the time. */
static void pause_at(const char *entries, size_t len)
{
	const char *name = getenv("PAUSE_AT");
	static int is_over;

	if (is_over || !name || !memmem(entries, len, name, strlen(name) + 1))
		return;
	is_over = 1;
	stop();
}

/* The same before the listing: what happens now is in it, and in the queue too. */
static void pause_in(int dir_fd)
{
	const char *name = getenv("PAUSE_IN");
	static int is_over;
	char link[64];
	char path[4096];

	if (is_over || !name || queue_fd < 0)
		return;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", dir_fd);
	const ssize_t len = readlink(link, path, sizeof(path) - 1);
	if (len < 0)
		return;
	path[len] = '\0';
	const char *slash = strrchr(path, '/');
	if (!slash || strcmp(slash + 1, name) != 0)
		return;
	is_over = 1;
	stop();
}

long syscall(long number, ...)
{
	long arguments[6];
	va_list rest;

	va_start(rest, number);
	for (size_t i = 0; i < 6; i++)
		arguments[i] = va_arg(rest, long);
	va_end(rest);
	if (number == SYS_getdents64 && fails("getdents64"))
		return -1;
	if (number == SYS_getdents64)
		pause_in((int)arguments[0]);
	const long r = REAL(syscall, number, arguments[0], arguments[1], arguments[2],
			    arguments[3], arguments[4], arguments[5]);
	if (number == SYS_getdents64 && r > 0) {
		const char *entries;

		memcpy(&entries, &arguments[1], sizeof(entries));
		pause_at(entries, (size_t)r);
	}
	return r;
}
