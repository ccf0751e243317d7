/* SPDX-License-Identifier: MIT */
/*
 * kill_at N COMMAND…: runs the command and kills it with SIGKILL before its N-th system
 * call, counted over all of its threads from the first that makes a directory on; with
 * -N right after the N-th time that it told of something stored or deleted.
 * It owns its child, which dies with it.
 * It never says more than its status: 0 the command lived to its end, with status 0;
 * 1 it was killed; 2 it ended otherwise, or could not be traced.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* ptrace(2) takes numbers as pointers. */
static void *as_pointer(intptr_t number)
{
	return (void *)number; /* NOLINT(performance-no-int-to-ptr) */
}

static bool is_mkdir(uint64_t number)
{
#ifdef SYS_mkdir
	if (number == SYS_mkdir)
		return true;
#endif
	return number == SYS_mkdirat;
}

/* The system call that a thread is about to make. */
static bool is_entry(pid_t thread, struct __ptrace_syscall_info *info)
{
	return ptrace(PTRACE_GET_SYSCALL_INFO, thread, as_pointer(sizeof(*info)), info) >
		       0 &&
	       info->op == PTRACE_SYSCALL_INFO_ENTRY;
}

/* Whether it is to write a line that says that something is safe. */
static bool is_saying(pid_t thread, const struct __ptrace_syscall_info *info)
{
	if (info->entry.nr != SYS_write)
		return false;
	errno = 0;
	const long word = ptrace(PTRACE_PEEKDATA, thread,
				 as_pointer((intptr_t)info->entry.args[1]), NULL);
	return errno == 0 &&
	       (memcmp(&word, "stor", 4) == 0 || memcmp(&word, "dele", 4) == 0);
}

/* Counts the calls that are begun, or with said those that say something. */
static bool is_counted(pid_t thread, bool said, bool has_begun)
{
	struct __ptrace_syscall_info info = {0};

	if (!is_entry(thread, &info))
		return false;
	return said ? is_saying(thread, &info) : has_begun || is_mkdir(info.entry.nr);
}

static pid_t start(char **command)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE |
			     PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	const pid_t child = fork();
	int status;

	if (child == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 && raise(SIGSTOP) == 0)
			execvp(command[0], command);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, child, NULL, as_pointer(options)) < 0 ||
	    ptrace(PTRACE_SYSCALL, child, NULL, NULL) < 0)
		return -1;
	return child;
}

/* Waits for what is left of a process that was killed. */
static int bury(pid_t child)
{
	kill(child, SIGKILL);
	while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR)
		;
	return 1;
}

static int run(pid_t child, long wanted, bool said)
{
	long count = said ? 0 : -1; /* not counting yet */
	pid_t sayer = 0;

	for (;;) {
		int deliver = 0;
		int status;
		const pid_t thread = waitpid(-1, &status, __WALL);

		if (thread < 0)
			return errno == ECHILD ? 2 : 0;
		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			if (thread == child)
				return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0
										     : 2;
			continue;
		}
		if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
			/* What it is to say is said when the call is over. */
			if (thread == sayer)
				return bury(child);
			if (is_counted(thread, said, count >= 0))
				count++;
			if (said && count == wanted)
				sayer = thread;
			else if (!said && count + 1 == wanted)
				return bury(child);
		} else if (WSTOPSIG(status) != SIGSTOP && WSTOPSIG(status) != SIGTRAP) {
			deliver = WSTOPSIG(status);
		}
		ptrace(PTRACE_SYSCALL, thread, NULL, as_pointer(deliver));
	}
}

int main(int argc, char **argv)
{
	const long wanted = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	const pid_t child = wanted != 0 ? start(argv + 2) : -1;

	if (child < 0) {
		fprintf(stderr, "kill_at: cannot trace a child\n");
		return 2;
	}
	return run(child, labs(wanted), wanted < 0);
}
