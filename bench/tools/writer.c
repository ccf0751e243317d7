// SPDX-License-Identifier: MIT
// The work that is watched: each file is created, closed and deleted, in the directories
// d00, d01 … in turn, which makes three events that the kernel cannot merge. A RATE
// spaces the events evenly; it waits by looking at the clock, because a sleep is too
// inexact.
//
//     writer ROOT DIRECTORIES FIRST FILES RATE

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MAX_DIRECTORIES 100

struct pace {
	long next_ns;
	long step_ns; // 0: as fast as possible
};

static long now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000 + now.tv_nsec;
}

static void keep(struct pace *pace)
{
	if (pace->step_ns == 0)
		return;
	while (now_ns() < pace->next_ns)
		;
	pace->next_ns += pace->step_ns;
}

static int open_directory(const char *root, long number)
{
	char path[4096];
	if (snprintf(path, sizeof path, "%s/d%02ld", root, number) >= (int)sizeof path)
		errx(1, "%s: too long", root);
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

static void write_file(int directory, long number, struct pace *pace)
{
	char name[32];
	snprintf(name, sizeof name, "f%07ld", number);
	keep(pace);
	int fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		err(1, "%s", name);
	keep(pace);
	close(fd);
	keep(pace);
	if (unlinkat(directory, name, 0) < 0)
		err(1, "%s", name);
}

int main(int argc, char **argv)
{
	int directories[MAX_DIRECTORIES];
	if (argc != 6)
		errx(1, "usage: writer ROOT DIRECTORIES FIRST FILES RATE");
	long count = strtol(argv[2], NULL, 0);
	long first = strtol(argv[3], NULL, 0);
	long files = strtol(argv[4], NULL, 0);
	long rate = strtol(argv[5], NULL, 0);
	if (count < 1 || count > MAX_DIRECTORIES)
		errx(1, "1 to %d directories", MAX_DIRECTORIES);
	for (long i = 0; i < count; i++)
		directories[i] = open_directory(argv[1], i);
	struct pace pace = {now_ns(), rate > 0 ? 1000000000 / rate : 0};
	for (long i = first; i < first + files; i++)
		write_file(directories[i % count], i, &pace);
}
