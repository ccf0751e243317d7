/* SPDX-License-Identifier: MIT */
#include "core/chain.h"

/*
 * Whoever wrote during each run of this length writes during twice of it again, unless
 * others have the processor: that takes some turns of a scheduler.
 */
static const int64_t SHORTEST_NS = INT64_C(100) * 1000 * 1000;
static const int64_t LONGEST_NS = INT64_C(2000) * 1000 * 1000;
static const int64_t SILENCE_NS = INT64_C(60) * 1000 * 1000 * 1000;

void iw_chain_start(struct iw_chain *chain, int64_t seen_ns, int64_t now_ns)
{
	if (seen_ns < 0)
		chain->len = 0;
	else if (chain->len == 0 || seen_ns > chain->begun_ns)
		chain->len++;
	else
		return; /* another of this link: its change is as old */
	chain->begun_ns = now_ns;
}

static int64_t choose_wait_ns(const struct iw_chain *chain, int64_t now_ns)
{
	const int64_t wait_ns = (now_ns - chain->begun_ns) * 2;

	if (wait_ns < SHORTEST_NS)
		return SHORTEST_NS;
	return wait_ns < LONGEST_NS ? wait_ns : LONGEST_NS;
}

bool iw_chain_holds(struct iw_chain *chain, int64_t now_ns, bool *ret_is_loop)
{
	const bool is_silent = chain->is_said && now_ns < chain->said_ns + SILENCE_NS;

	*ret_is_loop = false;
	if (chain->len < IW_CHAIN_LEN || is_silent)
		return false;
	if (chain->until_ns == 0)
		chain->until_ns = now_ns + choose_wait_ns(chain, now_ns);
	if (now_ns < chain->until_ns)
		return true;
	chain->until_ns = 0;
	chain->said_ns = now_ns;
	chain->is_said = true;
	*ret_is_loop = true;
	return false;
}
