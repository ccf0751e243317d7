/* SPDX-License-Identifier: MIT */
#include "core/pace.h"

int64_t iw_pace_wait_ns(struct iw_pace *pace, int64_t began_ns, int64_t now_ns,
			uint64_t events)
{
	const uint64_t found = events - pace->events;
	/* On a busy machine a wait takes longer than it was to. */
	const bool is_rested =
		!pace->has_waited &&
		(pace->ready_ns == 0 || began_ns - pace->ready_ns > pace->bound_ns);

	pace->has_waited = false;
	if (found == 0 || pace->bound_ns == 0)
		return 0;
	pace->events = events;
	int64_t wait_ns = is_rested ? 0 : pace->bound_ns;
	/* As many as came now will come again, in a wait as long as the last. */
	if (pace->room && found > pace->room)
		wait_ns = (int64_t)((double)wait_ns * (double)pace->room / (double)found);
	pace->ready_ns = now_ns + wait_ns;
	pace->has_waited = wait_ns > 0;
	return wait_ns;
}
