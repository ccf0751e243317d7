/* SPDX-License-Identifier: MIT */
#include "core/chain.h"

static const int64_t WAIT_NS = INT64_C(1000) * 1000 * 1000;
static const int64_t SILENCE_NS = INT64_C(60) * 1000 * 1000 * 1000;

void iw_chain_start(struct iw_chain *chain, int64_t seen_ns, int64_t now_ns)
{
	if (seen_ns < 0)
		chain->len = 0;
	else if (chain->len == 0 || seen_ns > chain->begun_ns)
		chain->len++;
	else
		return; /* beside the others of this link: its change is as old as theirs */
	chain->begun_ns = now_ns;
}

bool iw_chain_holds(struct iw_chain *chain, int64_t now_ns, bool *ret_is_loop)
{
	const bool is_silent = chain->is_said && now_ns < chain->said_ns + SILENCE_NS;

	*ret_is_loop = false;
	if (chain->len < IW_CHAIN_LEN || is_silent)
		return false;
	if (chain->until_ns == 0)
		chain->until_ns = now_ns + WAIT_NS;
	if (now_ns < chain->until_ns)
		return true;
	chain->until_ns = 0;
	chain->said_ns = now_ns;
	chain->is_said = true;
	*ret_is_loop = true;
	return false;
}
