/* SPDX-License-Identifier: MIT */
#include "cli/uvloop.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	/* What libuv opens for a loop and for signals: where it cannot, it aborts. */
	NEEDED = 10,

	/* With such a limit they are there, unless somebody has left all open to us. */
	PLENTY = 64,
};

/* Tries it where descriptors are few. */
static bool has_descriptors(void)
{
	struct rlimit limit;
	int fds[NEEDED];
	size_t len = 0;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= PLENTY)
		return true;
	while (len < NEEDED &&
	       (fds[len] = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)) >= 0)
		len++;
	const bool has_all = len == NEEDED;
	while (len > 0)
		close(fds[--len]);
	return has_all;
}

int iw_uvloop_init(uv_loop_t *loop)
{
	const int r = has_descriptors() ? uv_loop_init(loop) : UV_EMFILE;

	loop->data = r == 0 ? loop : NULL;
	return r;
}

static void close_handle(uv_handle_t *handle, void *context IW_UNUSED)
{
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

void iw_uvloop_done(uv_loop_t *loop)
{
	if (!loop->data)
		return;
	uv_walk(loop, close_handle, NULL);
	uv_run(loop, UV_RUN_DEFAULT);
	uv_loop_close(loop);
}

void iw_uvloop_say_error(struct iw_messages *messages, int error)
{
	struct rlimit limit;

	if (error == UV_EMFILE && getrlimit(RLIMIT_NOFILE, &limit) == 0)
		iw_say(messages, IW_ERROR,
		       "cannot start: %s; raise the limit (ulimit -n, now %ju)",
		       uv_strerror(error), (uintmax_t)limit.rlim_cur);
	else
		iw_say(messages, IW_ERROR, "cannot start: %s", uv_strerror(error));
}
