/* SPDX-License-Identifier: MIT */
/*
 * Tells whether runs of a command cause one another: many in a row, each for what changed
 * during the one before, and nothing ever changes while none runs.
 * The chain is a plain value of its owner's.
 * It never reads a clock, and never forbids a run for longer than a moment: to see
 * whether somebody else writes, too, it has one wait.
 */
#ifndef IW_CORE_CHAIN_H
#define IW_CORE_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

/* So many runs are not there by chance. */
enum { IW_CHAIN_LEN = 10 };

struct iw_chain {
	uint64_t len;     /* runs in a row */
	int64_t begun_ns; /* of the last link */
	int64_t until_ns; /* the next run is to wait so long; 0: it need not */
	int64_t said_ns;  /* when it was suspected last */
	bool is_said;
};

/* Something has changed. While a command runs, it may be what has changed it. */
static inline void iw_chain_see(struct iw_chain *chain, bool is_busy)
{
	if (is_busy)
		return;
	chain->len = 0;
	chain->until_ns = 0;
}

/* A run begins, of whose changes the last was seen at seen_ns; -1: it has none. */
void iw_chain_start(struct iw_chain *chain, int64_t seen_ns, int64_t now_ns);

/*
 * To be asked before a run begins. Returns whether it is to wait: until_ns. Sets
 * ret_is_loop if it is time to say that this is a loop; that is once in a minute.
 */
bool iw_chain_holds(struct iw_chain *chain, int64_t now_ns, bool *ret_is_loop);

#endif
