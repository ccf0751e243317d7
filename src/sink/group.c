/* SPDX-License-Identifier: MIT */
#include "sink/group.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/attributes.h"

/* KILL works at once, except on what is not ours to kill or hangs in the kernel. */
static const int64_t PATIENCE_NS = 1000000000;

void iw_group_init(struct iw_group *group, pid_t id)
{
	*group = (struct iw_group){.id = id, .act_ns = -1};
}

bool iw_group_is_busy(const struct iw_group *group)
{
	return !group->is_leader_gone || (group->is_stopping && !group->is_gone);
}

void iw_group_signal(const struct iw_group *group, int number)
{
	if (group->is_gone)
		return;
	/* A command may have left its own group. */
	if (kill(-group->id, number) < 0 && !group->is_leader_gone)
		kill(group->id, number);
}

void iw_group_stop(struct iw_group *group, int number, int64_t kill_ns)
{
	iw_group_signal(group, number);
	/* What was stopped by SIGSTOP does not hear the other signal. */
	iw_group_signal(group, SIGCONT);
	/* Told twice it does not get more time. */
	if (group->is_stopping || group->is_gone)
		return;
	group->is_stopping = true;
	group->act_ns = kill_ns;
}

void iw_group_kill(struct iw_group *group, int64_t now_ns)
{
	iw_group_signal(group, SIGKILL);
	group->is_stopping = true;
	group->is_killed = true;
	group->act_ns = now_ns + PATIENCE_NS;
}

void iw_group_turn(struct iw_group *group, int64_t now_ns)
{
	if (group->is_gone || group->act_ns < 0 || now_ns < group->act_ns)
		return;
	if (!group->is_killed) {
		iw_group_kill(group, now_ns);
		return;
	}
	group->is_leader_gone = true;
	group->is_gone = true;
	group->act_ns = -1;
}

void iw_group_look(struct iw_group *group)
{
	int status;
	pid_t pid;

	if (!group->is_leader_gone) {
		pid = IW_RETRY(waitpid(group->id, &status, WNOHANG));
		if (pid == group->id) {
			group->wait_status = status;
			group->is_leader_gone = true;
		}
	}
	if (!group->is_leader_gone || group->is_gone)
		return;
	do {
		pid = IW_RETRY(waitpid(-group->id, &status, WNOHANG));
	} while (pid > 0);
	if (pid < 0) {
		group->is_gone = true;
		group->act_ns = -1;
	}
}
