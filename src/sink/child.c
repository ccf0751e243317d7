/* SPDX-License-Identifier: MIT */
/*
 * fork(2) copies the tables of a process that watches 100,000 directories; this takes
 * what posix_spawn(3) takes, which cannot ask for a death signal: the child runs on a
 * stack of its own in our memory, and we stand still until it has become another program.
 */
#include "sink/child.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "core/argv.h"

enum { STACK_LEN = 64 * 1024, FIRST_OTHER_FD = 3 };

/* A sanitizer would take the other stack for an error. */
#define ON_OTHER_STACK __attribute__((no_sanitize("address", "undefined")))

struct start {
	const struct iw_child_plan *plan;
	pid_t parent;
	int open_max;
	int error; /* told by the child: 0, or a positive errno */
};

/* ---- In the child: nothing that allocates, locks, or leaves a trace in our memory ----
 */

ON_OTHER_STACK static void close_others(int open_max)
{
#ifdef SYS_close_range
	if (syscall(SYS_close_range, FIRST_OTHER_FD, ~0U, 0) == 0)
		return;
#endif
	for (int fd = FIRST_OTHER_FD; fd < open_max; fd++)
		close(fd);
}

ON_OTHER_STACK static int place_stdin(int fd)
{
	if (fd < 0)
		fd = open("/dev/null", O_RDONLY);
	return fd >= 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO ? 0 : -1;
}

/* The caller has blocked all signals; handlers must be gone before they come. */
ON_OTHER_STACK static void reset_signals(const struct iw_child_plan *plan)
{
	const struct sigaction by_default = {.sa_handler = SIG_DFL};

	for (int number = 1; number < NSIG; number++) {
		if (sigismember(plan->defaults, number) == 1)
			sigaction(number, &by_default, NULL);
	}
	sigprocmask(SIG_SETMASK, plan->mask, NULL);
}

/* Returns the errno of the best candidate. */
ON_OTHER_STACK static int become(const struct iw_child_plan *plan)
{
	static char shell[] = "/bin/sh";
	int error = ENOENT;

	for (char *const *file = plan->files; *file; file++) {
		execve(*file, plan->vector, plan->environment);
		if (errno == ENOEXEC) {
			char *const name = plan->vector[0];

			plan->vector[0] = *file;
			plan->vector[-1] = shell;
			execve(shell, plan->vector - 1, plan->environment);
			plan->vector[0] = name;
		}
		if (errno != ENOENT && errno != ENOTDIR)
			error = errno;
		/* The next folder may have one that can be run. */
		if (error != ENOENT && error != EACCES)
			break;
	}
	return error;
}

ON_OTHER_STACK static int run_child(void *context)
{
	struct start *start = context;
	const struct iw_child_plan *plan = start->plan;

	setpgid(0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 || place_stdin(plan->stdin_fd) < 0) {
		start->error = errno;
		_exit(127);
	}
	/* It may have died before it could be told to tell us. */
	if (getppid() != start->parent)
		_exit(127);
	close_others(start->open_max);
	reset_signals(plan);
	start->error = become(plan);
	_exit(127);
}

/* ---- In the parent ---- */

static int descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur > 1 << 20)
		return 1 << 20;
	return (int)limit.rlim_cur;
}

int iw_child_start(const struct iw_child_plan *plan, pid_t *ret_pid)
{
	struct start start = {
		.plan = plan, .parent = getpid(), .open_max = descriptor_limit()};
	sigset_t all;
	sigset_t before;

	char *stack = mmap(NULL, STACK_LEN, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack == MAP_FAILED)
		return -errno;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	const pid_t pid = clone(run_child, stack + STACK_LEN,
				CLONE_VM | CLONE_VFORK | SIGCHLD, &start);
	const int error = pid < 0 ? errno : start.error;
	sigprocmask(SIG_SETMASK, &before, NULL);
	munmap(stack, STACK_LEN);
	if (error != 0) {
		if (pid > 0)
			while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
				;
		return -error;
	}
	*ret_pid = pid;
	return 0;
}

/* ---- Looking a command up ---- */

void iw_child_places_done(struct iw_child_places *places)
{
	for (char **file = places->files; file && *file; file++)
		free(*file);
	free(places->files);
	places->files = NULL;
}

static int add_place(struct iw_child_places *places, size_t *count, const char *folder,
		     int folder_len, const char *name)
{
	char **files = reallocarray(places->files, *count + 2, sizeof(*files));

	if (!files)
		return -ENOMEM;
	places->files = files;
	files[*count] = NULL;
	files[*count + 1] = NULL;
	/* An empty folder of $PATH is the working directory. */
	if (asprintf(&files[*count], "%.*s%s%s", folder_len, folder,
		     folder_len ? "/" : "", name) < 0) {
		files[*count] = NULL;
		return -ENOMEM;
	}
	(*count)++;
	return 0;
}

/* 0: one of them can be run. */
static int look(const struct iw_child_places *places)
{
	int r = -ENOENT;

	for (char **file = places->files; *file; file++) {
		struct stat status;

		if (stat(*file, &status) < 0)
			continue;
		if (S_ISREG(status.st_mode) && access(*file, X_OK) == 0)
			return 0;
		r = -EACCES;
	}
	return r;
}

int iw_child_find(const char *name, struct iw_child_places *ret_places)
{
	const char *folder = getenv("PATH");
	struct iw_child_places places = {0};
	size_t count = 0;
	int r = 0;

	if (strchr(name, '/')) {
		r = add_place(&places, &count, "", 0, name);
	} else {
		if (!folder)
			folder = "/usr/local/bin:/usr/bin:/bin";
		for (;; folder++) {
			const size_t len = strcspn(folder, ":");

			r = add_place(&places, &count, folder, (int)len, name);
			folder += len;
			if (r < 0 || !*folder)
				break;
		}
	}
	if (r < 0) {
		iw_child_places_done(&places);
		return r;
	}
	*ret_places = places;
	return look(ret_places);
}
