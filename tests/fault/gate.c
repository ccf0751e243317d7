/* SPDX-License-Identifier: MIT */
/*
 * Threads that wait, and a queue that is late, for as long as a test wants:
 *   GATE_SYNC    a FIFO: while it is there, whoever syncs anything waits for its
 *                writer; a file of that name and ".met" is made before
 *   GATE_QUEUE   a file: while it is there, the kernel's queue looks empty
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "preload.h"

int gate_is_queue_late(void)
{
	const char *path = getenv("GATE_QUEUE");

	return path && access(path, F_OK) == 0;
}

static void wait_at_gate(void)
{
	const char *path = getenv("GATE_SYNC");
	char met[4096];

	if (path && access(path, F_OK) == 0) {
		snprintf(met, sizeof(met), "%s.met", path);
		mknod(met, S_IFREG | 0600, 0);
		close(open(path, O_RDONLY | O_CLOEXEC));
	}
}

int fsync(int fd)
{
	wait_at_gate();
	return ((__typeof__(&fsync))dlsym(RTLD_NEXT, "fsync"))(fd);
}

int syncfs(int fd)
{
	wait_at_gate();
	return ((__typeof__(&syncfs))dlsym(RTLD_NEXT, "syncfs"))(fd);
}
