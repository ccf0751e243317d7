/* SPDX-License-Identifier: MIT */
/*
 * The watcher's agenda: which nodes of the tree have work waiting, and since when.
 * The agenda owns its lists of node numbers; the nodes are the tree's, and a number may
 * have been given to another node meanwhile: whoever takes it looks at the node's flags.
 * It never visits anything itself.
 */
#ifndef IW_SOURCE_AGENDA_H
#define IW_SOURCE_AGENDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

struct iw_node_stack {
	uint32_t *nodes;
	size_t len;
	size_t cap;
};

void iw_node_stack_done(struct iw_node_stack *stack);
IW_MUST_CHECK int iw_node_stack_push(struct iw_node_stack *stack, uint32_t node);

/* The node pushed last, or 0 if the stack is empty. */
uint32_t iw_node_stack_pop(struct iw_node_stack *stack);

/* A node that could not be visited, because events that explain it are still queued. */
struct iw_waiting {
	uint32_t node;
	uint64_t position; /* of the stream; to be tried again when it is reached */
};

struct iw_agenda {
	struct iw_node_stack visits; /* to be visited now, the last first */
	struct iw_node_stack
		upgrades;           /* to be asked for OPEN, ACCESS, CLOSE_NOWRITE too */
	struct iw_waiting *waiting; /* in the order of their positions */
	size_t waiting_len;
	size_t waiting_cap;
};

void iw_agenda_done(struct iw_agenda *agenda);

/* Puts node aside until the stream has reached position. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_agenda_wait(struct iw_agenda *agenda, uint32_t node,
				 uint64_t position);

/*
 * Moves to visits all that waited for a position up to this, but for those of which
 * is_wanted(context, node) says no: a number may stand here for a node that is gone, or
 * twice. A NULL function wants all. Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_agenda_wake(struct iw_agenda *agenda, uint64_t position,
				 bool (*is_wanted)(void *context, uint32_t node),
				 void *context);

/* Forgets everything. */
void iw_agenda_clear(struct iw_agenda *agenda);

#endif
