/* SPDX-License-Identifier: MIT */
/*
 * What the parts of the preloaded library share: calls that fail (preload.c), events that
 * the kernel never queued (forge.c), threads that wait (gate.c), as the environment asks.
 * forge.c owns what it holds back of the queue; nothing else has state.
 * Nothing here is linked into inowatch.
 */
#ifndef INOWATCH_FAULT_PRELOAD_H
#define INOWATCH_FAULT_PRELOAD_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Stands between the kernel's queue and the program. got is what read(2) returned for
 * bytes. Returns what it shall return instead; errno is set with -1.
 */
ssize_t forge_read(char *bytes, size_t cap, ssize_t got);

/* True if something is to be told before the kernel is asked, with what and how long. */
int forge_is_holding(void);
ssize_t forge_take_held(char *bytes, size_t cap);
size_t forge_held_len(void);

/* True while the kernel's queue shall look empty. */
int gate_is_queue_late(void);

/* Leaves a sign that the fault was met. */
void fault_note(void);

#endif
