/* SPDX-License-Identifier: MIT */
/*
 * One descriptor that is readable when a Watcher has something to do: because the C
 * watcher's is, because a deadline has passed, or because somebody rings.
 * It owns an epoll instance and a timer; the watched descriptor stays the watcher's.
 * It never reads what it waits for, and never touches a Python object.
 */
#ifndef IW_PYTHON_READINESS_H
#define IW_PYTHON_READINESS_H

#include <stdint.h>

#include "base/attributes.h"

enum { IW_READY_NOW = 1, IW_READY_NEVER = -1 };

struct iw_readiness {
	int fd;           /* to wait for; -1: not open */
	int timer_fd;     /* readable from armed_ns on */
	int64_t armed_ns; /* CLOCK_MONOTONIC, or one of the two above */
};

#define IW_READINESS_INIT ((struct iw_readiness){-1, -1, IW_READY_NEVER})

/*
 * Returns 0 or -errno of epoll_create1(2), timerfd_create(2), epoll_ctl(2): -EMFILE,
 * -ENFILE, -ENOMEM, -ENOSPC.
 */
IW_MUST_CHECK int iw_readiness_open(struct iw_readiness *readiness, int watched_fd);
void iw_readiness_close(struct iw_readiness *readiness);

/* Says when it is readable at the latest; only the last call counts. */
void iw_readiness_arm(struct iw_readiness *readiness, int64_t at_ns);

/*
 * Waits until fd is readable, but not longer than until deadline_ns (CLOCK_MONOTONIC; -1:
 * for ever). Returns 1, 0 if the time is up, or -EINTR.
 */
IW_MUST_CHECK int iw_readiness_wait(int fd, int64_t deadline_ns);

/* CLOCK_MONOTONIC in nanoseconds. */
int64_t iw_readiness_now_ns(void);

#endif
