// SPDX-License-Identifier: MIT
// The least that a recursive set-up has to do: watch each directory, then list it for
// more. Nothing is remembered. Names are relative to the working directory, which is the
// directory being listed. With "links" a directory whose link count says that it has no
// subdirectories is watched without being listed; that is so on ext4, xfs and tmpfs, and
// holds because the count is asked for after the watch was set. With "threads" the same
// is done by two threads, each with a working directory of its own, which share what is
// directly in ROOT.
//
//     setup ROOT MASK READY_FD relative|links|threads

#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define LISTING_SIZE (1 << 15)

struct setup {
	int inotify_fd;
	unsigned mask;
	int has_link_counts;
	int has_two_threads;
};

// Names that follow one another, each with its NUL.
struct names {
	char *text;
	size_t len;
	size_t size;
};

static void add_name(struct names *names, const char *name)
{
	size_t len = strlen(name) + 1;
	if (!names->text || names->len + len > names->size) {
		names->size = 2 * names->size + len;
		names->text = realloc(names->text, names->size);
		if (!names->text)
			err(1, "realloc");
	}
	memcpy(names->text + names->len, name, len);
	names->len += len;
}

static int is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static void list_directories(int fd, struct names *names)
{
	_Alignas(struct dirent64) char listing[LISTING_SIZE];
	ssize_t len;
	while ((len = getdents64(fd, listing, sizeof listing)) > 0)
		for (ssize_t at = 0; at < len;) {
			const struct dirent64 *entry = (const void *)(listing + at);
			if (entry->d_type == DT_UNKNOWN)
				errx(1, "this file system does not tell types");
			if (entry->d_type == DT_DIR && !is_dots(entry->d_name))
				add_name(names, entry->d_name);
			at += entry->d_reclen;
		}
	if (len < 0)
		err(1, "getdents64");
}

static int has_subdirectories(const struct setup *setup, const char *name)
{
	struct stat st;
	if (!setup->has_link_counts)
		return 1;
	if (fstatat(AT_FDCWD, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		err(1, "%s", name);
	return st.st_nlink != 2;
}

static void watch(const struct setup *setup, const char *name)
{
	if (inotify_add_watch(setup->inotify_fd, name, setup->mask) < 0)
		err(1, "%s", name);
}

static void visit(const struct setup *setup, int fd);

static void visit_name(const struct setup *setup, int fd, const char *name)
{
	int child = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (child < 0)
		err(1, "%s", name);
	visit(setup, child);
}

// Every second of the directories that were listed in ROOT.
struct half {
	const struct setup *setup;
	const struct names *listed;
	int fd;
	int first;
};

static void *visit_half(void *context)
{
	const struct half *half = context;
	int number = half->first;
	if (unshare(CLONE_FS) < 0)
		err(1, "unshare");
	for (size_t at = 0; at < half->listed->len;
	     at += strlen(half->listed->text + at) + 1)
		if (number++ % 2 == 0)
			visit_name(half->setup, half->fd, half->listed->text + at);
	return NULL;
}

static void visit_halves(const struct setup *setup, int fd, const struct names *listed)
{
	struct setup alone = *setup;
	pthread_t thread;
	alone.has_two_threads = 0;
	struct half halves[] = {{&alone, listed, fd, 0}, {&alone, listed, fd, 1}};
	if (pthread_create(&thread, NULL, visit_half, &halves[1]) != 0)
		errx(1, "pthread_create");
	visit_half(&halves[0]);
	pthread_join(thread, NULL);
}

// Watches all below the directory fd, which is watched already. Two passes, so that the
// working directory is changed once for each listed directory. Closes fd.
static void visit(const struct setup *setup, int fd)
{
	struct names names = {0};
	struct names listed = {0};
	list_directories(fd, &names);
	if (names.len > 0 && fchdir(fd) < 0)
		err(1, "fchdir");
	for (size_t at = 0; at < names.len; at += strlen(names.text + at) + 1) {
		const char *name = names.text + at;
		watch(setup, name);
		if (has_subdirectories(setup, name))
			add_name(&listed, name);
	}
	free(names.text);
	if (setup->has_two_threads)
		visit_halves(setup, fd, &listed);
	else
		for (size_t at = 0; at < listed.len; at += strlen(listed.text + at) + 1)
			visit_name(setup, fd, listed.text + at);
	free(listed.text);
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc != 5)
		errx(1, "usage: setup ROOT MASK READY_FD relative|links|threads");
	struct setup setup = {
		.inotify_fd = inotify_init1(IN_CLOEXEC),
		.mask = (unsigned)strtoul(argv[2], NULL, 0) | IN_ONLYDIR | IN_DONT_FOLLOW,
		.has_link_counts = strcmp(argv[4], "relative") != 0,
		.has_two_threads = strcmp(argv[4], "threads") == 0,
	};
	if (setup.inotify_fd < 0)
		err(1, "inotify_init1");
	watch(&setup, argv[1]);
	int root = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		err(1, "%s", argv[1]);
	visit(&setup, root);
	if (write((int)strtol(argv[3], NULL, 0), "\n", 1) != 1)
		err(1, "write");
	pause();
}
