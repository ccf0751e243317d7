/* SPDX-License-Identifier: MIT */
/*
 * kill_at N COMMAND…: runs the command and kills it with SIGKILL before its N-th system
 * call, counted over all of its threads from the first that makes a directory on.
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

/* The number of the system call that a thread is about to make. */
static bool is_entry(pid_t thread, uint64_t *ret_number)
{
	struct __ptrace_syscall_info info = {0};

	if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, as_pointer(sizeof(info)), &info) <
		    0 ||
	    info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return false;
	*ret_number = info.entry.nr;
	return true;
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

static int run(pid_t child, long wanted)
{
	long count = -1; /* not counting yet */

	for (;;) {
		uint64_t number;
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
			if (is_entry(thread, &number) && (count >= 0 || is_mkdir(number)))
				count++;
			if (count + 1 == wanted)
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
	const pid_t child = wanted > 0 ? start(argv + 2) : -1;

	if (child < 0) {
		fprintf(stderr, "kill_at: cannot trace a child\n");
		return 2;
	}
	return run(child, wanted);
}
