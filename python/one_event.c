/* SPDX-License-Identifier: MIT */
#include "one_event.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <unistd.h>

/*
 * One lock for each queue (or a few), held while one event is taken. The kernel has no
 * way of reading "at most one event" nor "without waiting" from a blocking descriptor, so
 * two readers must take turns. The locks belong to the process, as descriptors do, and
 * not to an interpreter: two sub-interpreters may read one descriptor.
 */
#define LOCKS 64 /* a power of two */
static pthread_mutex_t locks[LOCKS] = {[0 ... LOCKS - 1] = PTHREAD_MUTEX_INITIALIZER};
static pthread_once_t prepared = PTHREAD_ONCE_INIT;
static int prepare_error;

/* The thread that held a lock at fork(2) does not exist in the child. */
static void forget_holders(void)
{
	for (size_t i = 0; i < LOCKS; i++)
		locks[i] = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
}

static void prepare(void)
{
	prepare_error = pthread_atfork(NULL, NULL, forget_holders);
}

int iw_one_event_init(void)
{
	const int error = pthread_once(&prepared, prepare);

	return error ? -error : -prepare_error;
}

int iw_one_event_queued(int fd, size_t *ret_bytes)
{
	int bytes = 0;

	if (ioctl(fd, FIONREAD, &bytes) < 0)
		return -errno;
	*ret_bytes = (unsigned)bytes;
	return 0;
}

/* Returns 1 if a read would not wait, 0 if it would, or -errno. */
static int is_readable(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	if (poll(&poll_fd, 1, 0) < 0)
		return -errno;
	if (poll_fd.revents & POLLNVAL)
		return -EBADF;
	return (poll_fd.revents & POLLIN) != 0;
}

/*
 * The kernel fills a buffer with as many events as fit and answers EINVAL if not even the
 * first one does. Event sizes are multiples of the header's, so growing from the smallest
 * size, the first read that succeeds holds the first event and has no room for another.
 * Starting from any larger guess would take two events where two short ones are queued.
 *
 * A queue that is not empty answers EINVAL to a read of 0 bytes, while pipes, sockets and
 * files answer 0: that tells what is no inotify descriptor before anything is taken from
 * it, also when the callback has closed the descriptor and its number is in use again.
 */
static int read_growing(int fd, void *bytes, size_t *ret_len)
{
	ssize_t n = read(fd, bytes, 0);

	if (n >= 0)
		return -EINVAL;
	for (size_t size = sizeof(struct inotify_event);
	     n < 0 && errno == EINVAL && size <= IW_ONE_EVENT_MAX;
	     size += sizeof(struct inotify_event))
		n = read(fd, bytes, size);
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	*ret_len = (size_t)n;
	return 1;
}

int iw_one_event_read(int fd, void *bytes, size_t *ret_len)
{
	pthread_mutex_t *lock = &locks[(unsigned)fd % LOCKS];
	int r;

	pthread_mutex_lock(lock);
	r = is_readable(fd);
	if (r > 0)
		r = read_growing(fd, bytes, ret_len);
	pthread_mutex_unlock(lock);
	return r;
}
