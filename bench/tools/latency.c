// SPDX-License-Identifier: MIT
// How long after a file is closed a watcher's line about it can be read, in nanoseconds.
// The watcher's output is our standard input. At rest each file is closed after the
// watcher has slept for a while; with a LOAD other files are closed at so many events a
// second, and one in between is waited for. Prints a number a line, or "lost".
//
//     latency ROOT COUNT LOAD LIMIT_S

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define REST_NS    3000000L
#define BETWEEN_NS 5000000L // from one answer to the next question under load
#define LOST_NS    2000000000L
#define LOAD_NAMES 64
#define SECOND_NS  1000000000L

struct output {
	char text[1 << 17];
	size_t len;
};

static long now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

// Reads what is there, if anything. Keeps the end of what was there before, because a
// name may be cut in two.
static void take(struct output *output)
{
	const size_t keep = 64;
	if (output->len > keep) {
		memmove(output->text, output->text + output->len - keep, keep);
		output->len = keep;
	}
	ssize_t n = read(STDIN_FILENO, output->text + output->len,
			 sizeof output->text - output->len);
	if (n == 0)
		errx(1, "the watcher has ended");
	if (n < 0 && errno != EAGAIN)
		err(1, "read");
	if (n > 0)
		output->len += (size_t)n;
}

static int has(const struct output *output, const char *name)
{
	return memmem(output->text, output->len, name, strlen(name)) != NULL;
}

// Makes a file and closes it. Nothing is written, so that no event comes before the one
// that is waited for. Returns the moment before it is closed.
static long close_file(int root, const char *name)
{
	int fd = openat(root, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		err(1, "%s", name);
	long begin_ns = now_ns();
	close(fd);
	return begin_ns;
}

static void report(long begin_ns, long end_ns)
{
	if (end_ns < 0)
		puts("lost");
	else
		printf("%ld\n", end_ns - begin_ns);
}

// Returns the moment at which name could be read, or -1.
static long wait_name(struct output *output, const char *name)
{
	struct pollfd pollfd = {.fd = STDIN_FILENO, .events = POLLIN};
	const long end_ns = now_ns() + LOST_NS;
	while (now_ns() < end_ns) {
		if (poll(&pollfd, 1, (int)(LOST_NS / 1000000)) < 0)
			err(1, "poll");
		long moment_ns = now_ns();
		take(output);
		if (has(output, name))
			return moment_ns;
	}
	return -1;
}

static void at_rest(int root, long count, long limit_ns)
{
	static struct output output;
	const struct timespec rest = {.tv_nsec = REST_NS};
	for (long i = 0; i < count && now_ns() < limit_ns; i++) {
		char name[32];
		snprintf(name, sizeof name, "ping-%06ld", i);
		long begin_ns = close_file(root, name);
		report(begin_ns, wait_name(&output, name));
		unlinkat(root, name, 0);
		nanosleep(&rest, NULL);
	}
}

// One of a few files, in turn, so that the kernel merges no events.
static void load(int root, long number)
{
	char name[32];
	snprintf(name, sizeof name, "load-%02ld", number % LOAD_NAMES);
	int fd = openat(root, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		err(1, "%s", name);
	close(fd);
}

// Goes on with the load while an answer is waited for.
static void under_load(int root, long count, long rate, long limit_ns)
{
	static struct output output;
	const long step_ns = SECOND_NS / rate;
	char name[32] = "";
	long begin_ns = 0;
	long asked = 0;
	long next_ping_ns = now_ns() + BETWEEN_NS;
	long next_load_ns = now_ns();
	for (long loads = 0;;) {
		long moment_ns = now_ns();
		take(&output);
		int is_lost = *name && moment_ns - begin_ns > LOST_NS;
		if (*name && (is_lost || has(&output, name))) {
			report(begin_ns, is_lost ? -1 : now_ns());
			unlinkat(root, name, 0);
			*name = '\0';
			next_ping_ns = moment_ns + BETWEEN_NS;
		}
		if (!*name && (asked == count || moment_ns > limit_ns))
			return;
		if (moment_ns >= next_load_ns) {
			load(root, loads++);
			next_load_ns += step_ns;
		}
		if (!*name && moment_ns >= next_ping_ns) {
			snprintf(name, sizeof name, "ping-%06ld", asked++);
			begin_ns = close_file(root, name);
		}
	}
}

int main(int argc, char **argv)
{
	if (argc != 5)
		errx(1, "usage: latency ROOT COUNT LOAD LIMIT_S");
	int root = open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0 || fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK) < 0)
		err(1, "%s", argv[1]);
	long count = strtol(argv[2], NULL, 0);
	long rate = strtol(argv[3], NULL, 0);
	long limit_ns = now_ns() + strtol(argv[4], NULL, 0) * SECOND_NS;
	if (rate > 0)
		under_load(root, count, rate, limit_ns);
	else
		at_rest(root, count, limit_ns);
}
