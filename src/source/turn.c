/* SPDX-License-Identifier: MIT */
/*
 * A turn: rounds of reading, applying, visiting, until there is nothing to do or it has
 * taken long enough for the others in the loop.
 */
#include <errno.h>
#include <sys/inotify.h>

#include "source/moves-private.h"
#include "source/watcher-private.h"

enum {
	ROUNDS_IN_A_TURN = 64,
	VISITS_IN_A_ROUND = 16,
};

/* How long nodes that cannot be explained by any queued event hold back "in sync". */
static const int64_t PATIENCE_NS = 100 * 1000 * 1000;

/* Applies what was read, up to an event that must wait for others. */
static int apply_input(struct iw_watcher *watcher)
{
	struct iw_raw_event raw;
	int r;

	while ((r = iw_input_take(watcher, &raw)) > 0) {
		if (raw.mask & IN_MOVED_TO) {
			r = iw_swap_judge(watcher, &raw);
			if (r <= 0) {
				iw_input_untake(watcher, &raw);
				return r;
			}
		}
		r = iw_apply(watcher, &raw);
		if (r < 0)
			return r;
		iw_input_pass(watcher, &raw);
	}
	return r;
}

/* Returns 1 if something was visited, 0 if nothing waits, or -errno. */
static int visit_some(struct iw_watcher *watcher)
{
	int visited = 0;

	for (size_t i = 0; i < VISITS_IN_A_ROUND;) {
		const uint32_t node = iw_node_stack_pop(&watcher->agenda.visits);
		if (!node)
			break;
		struct iw_node *fields = iw_tree_node(watcher->tree, node);
		if (!(fields->flags & IW_NODE_DIRTY))
			continue; /* gone meanwhile: must not stand for a visit */
		i++;
		fields->flags &= (uint16_t)~IW_NODE_DIRTY;
		int r = fields->parent ? iw_visit(watcher, node)
				       : iw_roots_visit(watcher, node);
		if (r < 0)
			return r;
		visited = 1;
	}
	return visited;
}

/* Children stand above their parents on the stack, so that they come first. */
static int upgrade_some(struct iw_watcher *watcher)
{
	int upgraded = 0;

	for (size_t i = 0; i < VISITS_IN_A_ROUND;) {
		const uint32_t node = iw_node_stack_pop(&watcher->agenda.upgrades);
		if (!node)
			break;
		struct iw_node *fields = iw_tree_node(watcher->tree, node);
		if (!(fields->flags & IW_NODE_SLOW))
			continue;
		i++;
		fields->flags &= (uint16_t)~IW_NODE_SLOW;
		int r = iw_visit_upgrade(watcher, node);
		if (r < 0)
			return r;
		upgraded = 1;
	}
	return upgraded;
}

static bool is_held_back(const struct iw_watcher *watcher, int64_t now_ns)
{
	const struct iw_agenda *agenda = &watcher->agenda;

	if (agenda->visits.len || agenda->upgrades.len || watcher->halves_len)
		return true;
	if (watcher->position < watcher->listing_end)
		return true;
	return agenda->waiting_len &&
	       (watcher->patience_ns == 0 || now_ns < watcher->patience_ns);
}

/* Tells ready and synced once the stream has caught up with the last listing. */
static int tell_in_sync(struct iw_watcher *watcher, int64_t now_ns)
{
	int r = 0;

	if ((watcher->is_ready && !watcher->is_resyncing) ||
	    is_held_back(watcher, now_ns))
		return 0;
	/* Whoever is told goes on at once, and what we hold open would not go quietly. */
	iw_walk_clear(&watcher->walk);
	if (watcher->is_resyncing) {
		r = iw_resync_sweep(watcher);
		if (r == 0 && watcher->is_ready)
			r = iw_emit_control(watcher, IW_SYNCED, IW_NO_NODE, 0);
		watcher->is_resyncing = false;
	}
	if (r == 0 && !watcher->is_ready) {
		watcher->is_ready = true;
		r = iw_emit_control(watcher, IW_READY, IW_NO_NODE, 0);
	}
	return r;
}

/* Each node that waits is woken once, however often its number stands in the agenda. */
static bool is_to_be_woken(void *context, uint32_t node)
{
	const struct iw_watcher *watcher = context;
	struct iw_node *fields = iw_tree_node(watcher->tree, node);
	const bool is_news =
		(fields->flags & (IW_NODE_WAITING | IW_NODE_DIRTY)) == IW_NODE_WAITING;

	fields->flags &= (uint16_t)~IW_NODE_WAITING;
	if (is_news)
		fields->flags |= IW_NODE_DIRTY;
	return is_news;
}

/* The next read asks the kernel: a good moment to write. */
static void say_told(struct iw_watcher *watcher)
{
	if (watcher->told == watcher->state.records || !watcher->config.told ||
	    watcher->backlog.len)
		return;
	watcher->told = watcher->state.records;
	watcher->config.told(watcher->config.context);
}

/* One round. Returns 1 if something was done, 0 if there is nothing to do, or -errno. */
static int do_round(struct iw_watcher *watcher, bool is_first)
{
	say_told(watcher);
	/* Nothing is queued before something is watched. */
	const int got = is_first ? 0 : iw_input_read(watcher);
	if (got < 0)
		return got;
	int r = apply_input(watcher);
	if (r < 0)
		return r;
	if (got > 0)
		watcher->patience_ns = 0;
	iw_windows_expire(&watcher->windows, watcher->position);
	r = iw_agenda_wake(&watcher->agenda, watcher->position, is_to_be_woken, watcher);
	if (r < 0)
		return r;
	r = visit_some(watcher);
	if (r == 0)
		r = upgrade_some(watcher);
	return r < 0 ? r : (r || got > 0);
}

static int settle(struct iw_watcher *watcher, bool is_idle)
{
	const int64_t now_ns = iw_watcher_now_ns();

	if (is_idle && watcher->swap.deadline_ns == 0) {
		int r = iw_moves_expire(watcher, now_ns);
		if (r < 0)
			return r;
		if (watcher->agenda.waiting_len && watcher->patience_ns == 0)
			watcher->patience_ns = now_ns + PATIENCE_NS;
	}
	return tell_in_sync(watcher, now_ns);
}

/* Giving up on a half looks at names: that reads the queue, and finds directories. */
static bool has_work(const struct iw_watcher *watcher)
{
	const bool is_held = watcher->swap.deadline_ns != 0;

	return watcher->agenda.visits.len || watcher->agenda.upgrades.len ||
	       (watcher->backlog.len && !is_held);
}

/*
 * The queue was read to its end, and nothing waits for what comes next. Reading on would
 * chase whoever writes just now, an event or two at a time: that they come is seen by
 * whoever waits, who may let them gather.
 */
static bool is_at_rest(const struct iw_watcher *watcher)
{
	const struct iw_agenda *agenda = &watcher->agenda;

	return iw_input_is_tail(watcher) && watcher->is_ready && !watcher->is_resyncing &&
	       !watcher->halves_len && !agenda->waiting_len && !has_work(watcher) &&
	       watcher->decoder.next == watcher->decoder.end;
}

int iw_watcher_turn(struct iw_watcher *watcher)
{
	bool is_first = !watcher->has_begun;
	int r = 1;

	if (is_first && watcher->config.is_listed)
		r = iw_resync_begin(watcher);
	watcher->has_begun = true;
	if (r == 0)
		r = 1;
	for (size_t i = 0; i < ROUNDS_IN_A_TURN && r > 0; i++) {
		r = do_round(watcher, is_first);
		is_first = false;
		if (r >= 0 && (r == 0 || !watcher->is_ready || watcher->is_resyncing)) {
			const int settled = settle(watcher, r == 0);
			if (settled < 0)
				r = settled;
			else if (r == 0 && has_work(watcher))
				r = 1;
		}
		if (r > 0 && is_at_rest(watcher))
			r = 0;
	}
	say_told(watcher);
	/* A descriptor into a tree keeps it from being unmounted. */
	iw_walk_clear(&watcher->walk);
	iw_siblings_end(watcher);
	if (r < 0)
		return r;
	const int looked = iw_mounts_look(watcher);
	return looked ? looked : r;
}

int64_t iw_watcher_deadline_ns(const struct iw_watcher *watcher)
{
	int64_t deadline_ns = watcher->swap.deadline_ns ? watcher->swap.deadline_ns : -1;

	if (watcher->agenda.waiting_len && watcher->patience_ns > iw_watcher_now_ns())
		deadline_ns = watcher->patience_ns;
	for (size_t i = 0; i < watcher->halves_len; i++) {
		const int64_t half_ns = watcher->halves[i].deadline_ns;

		if (half_ns && (deadline_ns < 0 || half_ns < deadline_ns))
			deadline_ns = half_ns;
	}
	return deadline_ns;
}
