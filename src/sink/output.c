/* SPDX-License-Identifier: MIT */
#include "sink/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>

struct iw_output {
	int fd;     /* the one to write to */
	int own_fd; /* opened by us, or -1 */
	bool is_socket;
	int poll_fd;      /* an epoll instance of our own; -1: nobody has asked for it */
	bool is_pollable; /* a file never waits */
	bool is_polled;   /* fd is in poll_fd */
	bool is_waiting;  /* for writability */
	size_t limit_len;
	struct iw_buffer buffer;
	size_t written; /* bytes of buffer that are written already */
};

/*
 * O_NONBLOCK belongs to the open file, which we share with the shell and whoever else
 * writes there. Opening it anew gives us flags of our own.
 */
static int reopen_nonblocking(int fd)
{
	char path[sizeof("/proc/self/fd/") + 3 * sizeof(int)];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

/* The epoll instance stays: whoever polls it is to see what comes next. */
static void detach(struct iw_output *output)
{
	if (output->poll_fd >= 0 && output->is_polled)
		epoll_ctl(output->poll_fd, EPOLL_CTL_DEL, output->fd, NULL);
	output->is_pollable = output->is_polled = output->is_waiting = false;
	if (output->own_fd >= 0)
		close(output->own_fd);
	output->own_fd = -1;
}

/*
 * An epoll instance of our own, because event loops like to set O_NONBLOCK on what they
 * poll, and a socket's flags are shared. Errors and hang-ups are told even with no
 * events.
 */
static int join_poll(struct iw_output *output)
{
	struct epoll_event event = {.events = output->is_waiting ? EPOLLOUT : 0};

	if (!output->is_pollable || output->poll_fd < 0)
		return 0;
	if (epoll_ctl(output->poll_fd, EPOLL_CTL_ADD, output->fd, &event) < 0)
		return -errno;
	output->is_polled = true;
	return 0;
}

static int attach(struct iw_output *output, int fd)
{
	struct stat st;

	if (IW_RETRY(fstat(fd, &st)) < 0)
		return -errno;
	detach(output);
	output->fd = fd;
	output->is_socket = S_ISSOCK(st.st_mode);
	if (S_ISFIFO(st.st_mode) || (S_ISCHR(st.st_mode) && isatty(fd))) {
		output->own_fd = reopen_nonblocking(fd);
		/* Another user's terminal cannot be reopened: then a write may wait. */
		if (output->own_fd >= 0)
			output->fd = output->own_fd;
	}
	/* A pipe cannot be reopened when its reader has left, and that is to be seen. */
	output->is_pollable =
		output->is_socket || output->own_fd >= 0 || S_ISFIFO(st.st_mode);
	return join_poll(output);
}

/* Asks to be woken when the reader takes bytes again, or no more. */
static int set_waiting(struct iw_output *output, bool is_waiting)
{
	struct epoll_event event = {.events = is_waiting ? EPOLLOUT : 0};

	if (!output->is_pollable || output->is_waiting == is_waiting)
		return 0;
	if (output->is_polled &&
	    epoll_ctl(output->poll_fd, EPOLL_CTL_MOD, output->fd, &event) < 0)
		return -errno;
	output->is_waiting = is_waiting;
	return 0;
}

int iw_output_new(int fd, size_t limit_len, struct iw_output **ret_output)
{
	struct iw_output *output = calloc(1, sizeof(*output));

	if (!output)
		return -ENOMEM;
	output->own_fd = output->poll_fd = -1;
	output->limit_len = limit_len;
	int r = attach(output, fd);
	if (r < 0) {
		iw_output_free(output);
		return r;
	}
	*ret_output = output;
	return 0;
}

void iw_output_free(struct iw_output *output)
{
	if (!output)
		return;
	detach(output);
	if (output->poll_fd >= 0)
		close(output->poll_fd);
	iw_buffer_done(&output->buffer);
	free(output);
}

int iw_output_reopen(struct iw_output *output, int fd)
{
	return attach(output, fd);
}

struct iw_buffer *iw_output_buffer(struct iw_output *output)
{
	return &output->buffer;
}

size_t iw_output_waiting(const struct iw_output *output)
{
	return output->buffer.len - output->written;
}

bool iw_output_is_full(const struct iw_output *output)
{
	return iw_output_waiting(output) >= output->limit_len;
}

int iw_output_fd(struct iw_output *output)
{
	if (output->poll_fd >= 0)
		return output->poll_fd;
	output->poll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (output->poll_fd < 0)
		return -errno;
	int r = join_poll(output);
	return r < 0 ? r : output->poll_fd;
}

int iw_output_check(const struct iw_output *output)
{
	struct epoll_event event;

	if (!output->is_polled || epoll_wait(output->poll_fd, &event, 1, 0) <= 0)
		return 0;
	return event.events & (EPOLLERR | EPOLLHUP) ? -EPIPE : 0;
}

static ssize_t write_some(const struct iw_output *output)
{
	const char *bytes = output->buffer.data + output->written;
	const size_t len = iw_output_waiting(output);

	if (output->is_socket)
		return send(output->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	return write(output->fd, bytes, len);
}

/* Moves what waits to the front once more than half of the memory is behind it. */
static void compact(struct iw_output *output)
{
	struct iw_buffer *buffer = &output->buffer;

	if (output->written < buffer->cap / 2)
		return;
	buffer->len -= output->written;
	memmove(buffer->data, buffer->data + output->written, buffer->len);
	output->written = 0;
}

int iw_output_flush(struct iw_output *output)
{
	while (iw_output_waiting(output)) {
		const ssize_t n = write_some(output);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			compact(output);
			return set_waiting(output, true);
		}
		if (n < 0)
			return -errno;
		output->written += (size_t)n;
	}
	iw_buffer_clear(&output->buffer);
	output->written = 0;
	const int r = set_waiting(output, false);
	return r < 0 ? r : 1;
}
