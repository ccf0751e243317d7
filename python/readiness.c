/* SPDX-License-Identifier: MIT */
#include "readiness.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>

static const int64_t NS_PER_S = 1000000000;

static struct timespec to_timespec(int64_t ns)
{
	return (struct timespec){.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S};
}

static int join(const struct iw_readiness *readiness, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};

	return epoll_ctl(readiness->fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

int iw_readiness_open(struct iw_readiness *readiness, int watched_fd)
{
	int r;

	readiness->fd = epoll_create1(EPOLL_CLOEXEC);
	if (readiness->fd < 0)
		return -errno;
	readiness->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	r = readiness->timer_fd < 0 ? -errno : join(readiness, readiness->timer_fd);
	if (r == 0)
		r = join(readiness, watched_fd);
	if (r < 0)
		iw_readiness_close(readiness);
	return r;
}

void iw_readiness_close(struct iw_readiness *readiness)
{
	if (readiness->fd >= 0)
		close(readiness->fd);
	if (readiness->timer_fd >= 0)
		close(readiness->timer_fd);
	*readiness = IW_READINESS_INIT;
}

void iw_readiness_arm(struct iw_readiness *readiness, int64_t at_ns)
{
	/* All zero stops the timer, and what it has shown so far is forgotten. */
	const struct itimerspec when = {.it_value = to_timespec(at_ns > 0 ? at_ns : 0)};

	if (readiness->armed_ns == at_ns)
		return;
	readiness->armed_ns = at_ns;
	timerfd_settime(readiness->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

int iw_readiness_wait(int fd, int64_t deadline_ns)
{
	struct pollfd waited_for = {.fd = fd, .events = POLLIN};
	struct timespec left = {0};

	if (deadline_ns >= 0) {
		const int64_t left_ns = deadline_ns - iw_readiness_now_ns();

		left = to_timespec(left_ns > 0 ? left_ns : 0);
	}
	const int r = ppoll(&waited_for, 1, deadline_ns >= 0 ? &left : NULL, NULL);
	return r < 0 ? -EINTR : r;
}

int64_t iw_readiness_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}
