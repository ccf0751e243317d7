// SPDX-License-Identifier: MIT
// The least that a monitor has to do: wait, read the queue, format each event, write. It
// watches a directory and the directories directly in it, and copes with nothing else: no
// new directories, no moves, no overflow. With a wait it reads once in that time as long
// as events keep coming.
//
//     loop ROOT MASK READY_FD WAIT_US

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#define MAX_WATCHES 4096
#define IN_SIZE     (1 << 16)
#define OUT_SIZE    (1 << 18)
#define MAX_EVENT   ((ssize_t)sizeof(struct inotify_event) + NAME_MAX + 1)
#define MAX_LINE    (PATH_MAX + NAME_MAX + 256)

struct loop {
	int inotify_fd;
	long wait_us;
	char *prefixes[MAX_WATCHES]; // by watch descriptor, "/" included
	size_t prefix_lens[MAX_WATCHES];
	char *out;
	size_t out_len;
};

static const struct {
	unsigned bit;
	const char *word;
} words[] = {
	{IN_ACCESS, "ACCESS"},
	{IN_MODIFY, "MODIFY"},
	{IN_ATTRIB, "ATTRIB"},
	{IN_CLOSE_WRITE, "CLOSE_WRITE"},
	{IN_CLOSE_NOWRITE, "CLOSE_NOWRITE"},
	{IN_CLOSE, "CLOSE"},
	{IN_OPEN, "OPEN"},
	{IN_MOVED_FROM, "MOVED_FROM"},
	{IN_MOVED_TO, "MOVED_TO"},
	{IN_MOVE_SELF, "MOVE_SELF"},
	{IN_CREATE, "CREATE"},
	{IN_DELETE, "DELETE"},
	{IN_DELETE_SELF, "DELETE_SELF"},
	{IN_Q_OVERFLOW, "Q_OVERFLOW"},
	{IN_ISDIR, "ISDIR"},
};

static void add_watch(struct loop *loop, const char *path, unsigned mask)
{
	int wd = inotify_add_watch(loop->inotify_fd, path, mask | IN_ONLYDIR);
	if (wd < 0)
		err(1, "%s", path);
	if (wd >= MAX_WATCHES)
		errx(1, "more than %d directories", MAX_WATCHES);
	if (asprintf(&loop->prefixes[wd], "%s/", path) < 0)
		err(1, "asprintf");
	loop->prefix_lens[wd] = strlen(loop->prefixes[wd]);
}

static void add_watches(struct loop *loop, const char *root, unsigned mask)
{
	add_watch(loop, root, mask);
	DIR *dir = opendir(root);
	if (!dir)
		err(1, "%s", root);
	struct dirent *entry;
	while ((entry = readdir(dir))) {
		char path[PATH_MAX];
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		if (snprintf(path, sizeof path, "%s/%s", root, entry->d_name) >=
		    (int)sizeof path)
			errx(1, "%s: too long", root);
		add_watch(loop, path, mask);
	}
	closedir(dir);
}

static void write_out(struct loop *loop)
{
	for (size_t done = 0; done < loop->out_len;) {
		ssize_t n = write(STDOUT_FILENO, loop->out + done, loop->out_len - done);
		if (n < 0)
			err(1, "write");
		done += (size_t)n;
	}
	loop->out_len = 0;
}

static char *append(char *end, const char *text, size_t len)
{
	memcpy(end, text, len);
	return end + len;
}

// "PREFIX WORD,WORD NAME\n", as inotifywait has it.
static void format(struct loop *loop, const struct inotify_event *event)
{
	char *end = loop->out + loop->out_len;
	if (event->wd > 0)
		end = append(end, loop->prefixes[event->wd],
			     loop->prefix_lens[event->wd]);
	*end++ = ' ';
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if ((event->mask & words[i].bit) != words[i].bit)
			continue;
		end = append(end, words[i].word, strlen(words[i].word));
		*end++ = ',';
	}
	end[-1] = ' ';
	if (event->len > 0)
		end = append(end, event->name, strlen(event->name));
	*end++ = '\n';
	loop->out_len = (size_t)(end - loop->out);
	if (loop->out_len > OUT_SIZE - MAX_LINE)
		write_out(loop);
}

// Reads and tells what is queued, in as many reads as that fills. Returns whether there
// was anything.
static int take(struct loop *loop)
{
	_Alignas(struct inotify_event) char in[IN_SIZE];
	int has_any = 0;
	ssize_t len;
	do {
		len = read(loop->inotify_fd, in, sizeof in);
		if (len < 0 && errno != EAGAIN)
			err(1, "read");
		for (ssize_t at = 0; at < len;) {
			const struct inotify_event *event = (const void *)(in + at);
			format(loop, event);
			at += (ssize_t)(sizeof *event + event->len);
			has_any = 1;
		}
		write_out(loop);
	} while (len > IN_SIZE - MAX_EVENT);
	return has_any;
}

static long now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void run(struct loop *loop)
{
	struct pollfd pollfd = {.fd = loop->inotify_fd, .events = POLLIN};
	const struct timespec wait = {.tv_nsec = loop->wait_us * 1000};
	long last_us = 0;
	for (;;) {
		if (poll(&pollfd, 1, -1) < 0)
			err(1, "poll");
		if (loop->wait_us == 0) {
			take(loop);
			continue;
		}
		// The first event after a rest is told at once; what follows soon begins
		// a series, which ends when a wait brought nothing.
		if (now_us() - last_us > loop->wait_us)
			take(loop);
		else
			do
				nanosleep(&wait, NULL);
			while (take(loop));
		last_us = now_us();
	}
}

int main(int argc, char **argv)
{
	static struct loop loop;
	if (argc != 5)
		errx(1, "usage: loop ROOT MASK READY_FD WAIT_US");
	loop.wait_us = strtol(argv[4], NULL, 0);
	loop.out = malloc(OUT_SIZE);
	loop.inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (!loop.out || loop.inotify_fd < 0)
		err(1, "inotify_init1");
	add_watches(&loop, argv[1], (unsigned)strtoul(argv[2], NULL, 0));
	if (write((int)strtol(argv[3], NULL, 0), "\n", 1) != 1)
		err(1, "write");
	run(&loop);
}
