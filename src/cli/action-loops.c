/* SPDX-License-Identifier: MIT */
#include "cli/action-loops.h"

#include <inttypes.h>

void iw_say_loop(struct iw_messages *messages, const struct iw_options *options,
		 const char *path, uint64_t len)
{
	iw_say(messages, IW_WARNING,
	       "%" PRIu64 " runs in a row were started by what changed during the one "
	       "before, now by %s; if the command changes it, this is a loop, and "
	       "%s--ignore GLOB or --on-busy=ignore ends it",
	       len, path, options->action.is_compared ? "" : "--changed-only, ");
}
