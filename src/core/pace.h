/* SPDX-License-Identifier: MIT */
/*
 * How long to let events gather: while each look at the queue finds some, looking at once
 * again costs a wake-up for every event, and waiting a moment one for many.
 * The caller owns the structure, reads the clock and waits; nothing here asks the kernel.
 * It never delays what comes after a rest.
 */
#ifndef IW_CORE_PACE_H
#define IW_CORE_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct iw_pace {
	int64_t bound_ns; /* the longest wait; 0: never wait */
	uint64_t room;    /* how many events may gather; 0: any number */
	int64_t ready_ns; /* when the last wait ended, or the last look that found any */
	uint64_t events;  /* as of that look */
	bool has_waited;  /* the next look comes after a wait, however long that took */
};

/*
 * To be called after a look that emptied the queue: when it began and ended
 * (CLOCK_MONOTONIC), and how many events were read so far in all. Returns how long to
 * wait before looking again (ns); 0 if events do not keep coming, so that it is time to
 * wait for the next of them.
 */
int64_t iw_pace_wait_ns(struct iw_pace *pace, int64_t began_ns, int64_t now_ns,
			uint64_t events);

#endif
