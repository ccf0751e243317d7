// SPDX-License-Identifier: MIT
// How long after a file is closed a command begins, in nanoseconds, and how long all
// took. The command is stamp; what it writes is our standard input. First the file is
// written until a command is run for that; then COUNT times, with a rest of REST_US
// before each. Prints a number a line, or "lost", and the time for all in the last line.
//
//     dispatch FILE COUNT REST_US

#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS 1000000000L
#define PROBE_MS  200
#define PROBES    100
#define LOST_MS   1000

static long now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

// Returns the moment before the file is closed.
static long close_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, "x", 1) != 1)
		err(1, "%s", path);
	long begin_ns = now_ns();
	close(fd);
	return begin_ns;
}

// The first command that began at or after that moment, within so many milliseconds:
// those before were late answers. Returns -1 if there is none.
static long wait_stamp(long begin_ns, int limit_ms)
{
	struct pollfd pollfd = {.fd = STDIN_FILENO, .events = POLLIN};
	long end_ns = now_ns() + limit_ms * (SECOND_NS / 1000);
	for (;;) {
		long left_ms = (end_ns - now_ns()) / (SECOND_NS / 1000);
		if (left_ms <= 0 || poll(&pollfd, 1, (int)left_ms) <= 0)
			return -1;
		char text[4096];
		ssize_t n = read(STDIN_FILENO, text, sizeof text - 1);
		if (n <= 0)
			errx(1, "whoever runs commands has ended");
		text[n] = '\0';
		for (char *at = text, *end; *at; at = end + (*end == '\n')) {
			long stamp_ns = strtol(at, &end, 10);
			if (stamp_ns >= begin_ns)
				return stamp_ns;
			if (end == at)
				break;
		}
	}
}

int main(int argc, char **argv)
{
	if (argc != 4)
		errx(1, "usage: dispatch FILE COUNT REST_US");
	long count = strtol(argv[2], NULL, 0);
	long rest_us = strtol(argv[3], NULL, 0);
	struct timespec rest = {rest_us / 1000000, rest_us % 1000000 * 1000};
	int probes = 0;
	while (wait_stamp(close_file(argv[1]), PROBE_MS) < 0)
		if (++probes == PROBES)
			errx(1, "no command was run");
	// Runs for earlier attempts.
	while (wait_stamp(0, PROBE_MS) >= 0)
		;
	long first_ns = now_ns();
	for (long i = 0; i < count; i++) {
		if (rest_us > 0)
			nanosleep(&rest, NULL);
		long begin_ns = close_file(argv[1]);
		long stamp_ns = wait_stamp(begin_ns, LOST_MS);
		if (stamp_ns < 0)
			puts("lost");
		else
			printf("%ld\n", stamp_ns - begin_ns);
	}
	printf("%ld\n", now_ns() - first_ns);
}
