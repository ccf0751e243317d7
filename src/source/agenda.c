/* SPDX-License-Identifier: MIT */
#include "source/agenda.h"

#include <errno.h>
#include <string.h>

void iw_node_stack_done(struct iw_node_stack *stack)
{
	free(stack->nodes);
	*stack = (struct iw_node_stack){0};
}

int iw_node_stack_push(struct iw_node_stack *stack, uint32_t node)
{
	if (stack->len == stack->cap) {
		const size_t cap = stack->cap ? stack->cap * 2 : 64;
		uint32_t *nodes = reallocarray(stack->nodes, cap, sizeof(*nodes));

		if (!nodes)
			return -ENOMEM;
		stack->nodes = nodes;
		stack->cap = cap;
	}
	stack->nodes[stack->len++] = node;
	return 0;
}

uint32_t iw_node_stack_pop(struct iw_node_stack *stack)
{
	return stack->len ? stack->nodes[--stack->len] : 0;
}

void iw_agenda_done(struct iw_agenda *agenda)
{
	iw_node_stack_done(&agenda->visits);
	iw_node_stack_done(&agenda->upgrades);
	free(agenda->waiting);
	*agenda = (struct iw_agenda){0};
}

void iw_agenda_clear(struct iw_agenda *agenda)
{
	agenda->visits.len = 0;
	agenda->upgrades.len = 0;
	agenda->waiting_len = 0;
}

int iw_agenda_wait(struct iw_agenda *agenda, uint32_t node, uint64_t position)
{
	if (agenda->waiting_len == agenda->waiting_cap) {
		const size_t cap = agenda->waiting_cap ? agenda->waiting_cap * 2 : 16;
		struct iw_waiting *waiting =
			reallocarray(agenda->waiting, cap, sizeof(*waiting));

		if (!waiting)
			return -ENOMEM;
		agenda->waiting = waiting;
		agenda->waiting_cap = cap;
	}
	agenda->waiting[agenda->waiting_len++] = (struct iw_waiting){node, position};
	return 0;
}

int iw_agenda_wake(struct iw_agenda *agenda, uint64_t position,
		   bool (*is_wanted)(void *context, uint32_t node), void *context)
{
	size_t woken = 0;
	int r = 0;

	while (woken < agenda->waiting_len &&
	       agenda->waiting[woken].position <= position) {
		const uint32_t node = agenda->waiting[woken].node;

		if (!is_wanted || is_wanted(context, node))
			r = iw_node_stack_push(&agenda->visits, node);
		if (r < 0)
			break;
		woken++;
	}
	if (woken == 0)
		return r;
	agenda->waiting_len -= woken;
	memmove(agenda->waiting, agenda->waiting + woken,
		agenda->waiting_len * sizeof(*agenda->waiting));
	return r;
}
