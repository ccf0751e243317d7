/* SPDX-License-Identifier: MIT */
#include "source/watcher.h"

#include <errno.h>
#include <sys/inotify.h>
#include <time.h>

#include "source/inotify.h"
#include "source/watcher-private.h"

enum {
	READ_LEN = 64 * 1024,
	ROUNDS_IN_A_TURN = 64,
	VISITS_IN_A_ROUND = 16,
	REMOVALS_BETWEEN_DRAINS = 1024,
};

/* How long nodes that cannot be explained by any queued event hold back "in sync". */
static const int64_t PATIENCE_NS = 100 * 1000 * 1000;

static const uint32_t READ_EVENTS = IN_OPEN | IN_ACCESS | IN_CLOSE_NOWRITE;

/* What the tree must see to follow directories, whatever was asked for. */
static const uint32_t TREE_EVENTS =
	IN_CREATE | IN_DELETE | IN_MOVE | IN_DELETE_SELF | IN_MOVE_SELF;

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t iw_watcher_now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

int64_t iw_watcher_realtime_ns(void)
{
	return clock_ns(CLOCK_REALTIME);
}

static void set_masks(struct iw_watcher *watcher)
{
	const uint32_t asked = watcher->config.mask & IN_ALL_EVENTS;

	watcher->read_mask = asked & READ_EVENTS;
	watcher->dir_mask = (asked & ~READ_EVENTS) | IN_DELETE_SELF | IN_MOVE_SELF;
	if (watcher->config.is_recursive)
		watcher->dir_mask |= TREE_EVENTS;
	else if (asked & IN_MOVE)
		watcher->dir_mask |= IN_MOVE; /* one half alone could not be told right */
	watcher->file_mask = asked | IN_DELETE_SELF | IN_MOVE_SELF;
}

int iw_watcher_new(const struct iw_watcher_config *config,
		   struct iw_watcher **ret_watcher)
{
	struct iw_watcher *watcher = calloc(1, sizeof(*watcher));

	if (!watcher)
		return -ENOMEM;
	watcher->config = *config;
	watcher->fd = -1;
	set_masks(watcher);
	iw_walk_init(&watcher->walk, !config->is_link_watched);
	int r = iw_tree_new(&watcher->tree);
	if (r == 0)
		r = watcher->fd = iw_inotify_open();
	if (r < 0) {
		iw_watcher_free(watcher);
		return r;
	}
	*ret_watcher = watcher;
	return 0;
}

void iw_watcher_free(struct iw_watcher *watcher)
{
	if (!watcher)
		return;
	iw_walk_clear(&watcher->walk);
	if (watcher->fd >= 0)
		close(watcher->fd);
	iw_tree_free(watcher->tree);
	iw_agenda_done(&watcher->agenda);
	iw_windows_done(&watcher->windows);
	iw_moves_done(watcher);
	iw_buffer_done(&watcher->input);
	iw_buffer_done(&watcher->backlog);
	iw_buffer_done(&watcher->dir_path);
	iw_buffer_done(&watcher->path);
	iw_buffer_done(&watcher->from);
	free(watcher->own_file.name);
	free(watcher);
}

int iw_watcher_add(struct iw_watcher *watcher, const char *path, size_t len)
{
	struct iw_node_stack *visits = &watcher->agenda.visits;
	uint32_t root;

	if (len == 0 || memchr(path, '\0', len))
		return -EINVAL;
	int r = iw_tree_add(watcher->tree, IW_NO_NODE, path, len, &root);
	if (r == 0)
		r = iw_watcher_mark_dirty(watcher, root);
	if (r < 0)
		return r;
	/* Below all others: the PATH given first is visited first, with all its tree. */
	memmove(visits->nodes + 1, visits->nodes,
		(visits->len - 1) * sizeof(*visits->nodes));
	visits->nodes[0] = root;
	return 0;
}

int iw_watcher_fd(const struct iw_watcher *watcher)
{
	return watcher->fd;
}

int iw_watcher_mark_dirty(struct iw_watcher *watcher, uint32_t node)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);

	if (fields->flags & IW_NODE_DIRTY)
		return 0;
	fields->flags |= IW_NODE_DIRTY;
	return iw_node_stack_push(&watcher->agenda.visits, node);
}

bool iw_watcher_is_telling(const struct iw_watcher *watcher)
{
	return watcher->is_ready || watcher->config.is_listed;
}

uint64_t iw_watcher_queue_end(const struct iw_watcher *watcher)
{
	return watcher->position + (watcher->input.len - watcher->input_done) +
	       watcher->backlog.len + iw_inotify_queued(watcher->fd);
}

void iw_watcher_unwatch(struct iw_watcher *watcher, uint32_t node)
{
	const int32_t wd = iw_tree_node(watcher->tree, node)->wd;

	if (wd == 0)
		return;
	iw_inotify_remove(watcher->fd, wd); /* -EINVAL: the kernel was faster */
	iw_tree_unbind(watcher->tree, node);
	watcher->state.watched--;
}

static void release(struct iw_watcher *watcher, uint32_t node)
{
	if (iw_tree_node(watcher->tree, node)->flags & IW_NODE_LOST)
		watcher->state.lost--;
	iw_watcher_unwatch(watcher, node);
	iw_windows_close(&watcher->windows, node);
	iw_moves_forget(watcher, node);
}

int iw_watcher_drop(struct iw_watcher *watcher, uint32_t top)
{
	size_t removals = 0;
	int r = 0;

	for (uint32_t node = top; node && r == 0;
	     node = iw_tree_next(watcher->tree, top, node)) {
		release(watcher, node);
		/* Each removal queues IN_IGNORED: a large tree would overflow the queue.
		 */
		if (++removals % REMOVALS_BETWEEN_DRAINS == 0)
			r = iw_watcher_drain(watcher);
	}
	iw_tree_remove(watcher->tree, top);
	return r;
}

int iw_watcher_drop_children(struct iw_watcher *watcher, uint32_t node)
{
	uint32_t child;
	int r = 0;

	while (r == 0 && (child = iw_tree_node(watcher->tree, node)->first_child))
		r = iw_watcher_drop(watcher, child);
	return r;
}

/* Appends one read of the queue to buffer. Returns the bytes read, or -errno. */
static int read_some(struct iw_watcher *watcher, struct iw_buffer *buffer)
{
	int r = iw_buffer_reserve(buffer, READ_LEN);
	if (r < 0)
		return r;
	r = iw_inotify_read(watcher->fd, buffer->data + buffer->len, READ_LEN);
	if (r > 0) {
		buffer->len += (size_t)r;
		watcher->input_time_ns = iw_watcher_realtime_ns();
	}
	return r;
}

int iw_watcher_drain(struct iw_watcher *watcher)
{
	int r;

	do {
		r = read_some(watcher, &watcher->backlog);
	} while (r > 0);
	return r;
}

/* The next input. Returns 1 if there is some, 0 if nothing is queued, or -errno. */
static int next_input(struct iw_watcher *watcher)
{
	iw_buffer_clear(&watcher->input);
	watcher->input_done = 0;
	if (watcher->backlog.len) {
		const struct iw_buffer empty = watcher->input;

		watcher->input = watcher->backlog;
		watcher->backlog = empty;
		return 1;
	}
	int r = read_some(watcher, &watcher->input);
	return r > 0 ? 1 : r;
}

static int apply_input(struct iw_watcher *watcher)
{
	struct iw_decoder decoder;
	struct iw_raw_event raw;
	int r;

	iw_decoder_init(&decoder, watcher->input.data, watcher->input.len);
	while ((r = iw_decoder_next(&decoder, &raw)) > 0) {
		const size_t event_len = sizeof(struct inotify_event) + raw.len;

		watcher->input_done += event_len;
		watcher->state.events++;
		r = iw_apply(watcher, &raw);
		if (r < 0)
			return r;
		watcher->position += event_len;
	}
	return r;
}

/* Returns 1 if something was visited, 0 if nothing waits, or -errno. */
static int visit_some(struct iw_watcher *watcher)
{
	int visited = 0;

	for (size_t i = 0; i < VISITS_IN_A_ROUND; i++) {
		const uint32_t node = iw_node_stack_pop(&watcher->agenda.visits);
		if (!node)
			break;
		struct iw_node *fields = iw_tree_node(watcher->tree, node);
		if (!(fields->flags & IW_NODE_DIRTY))
			continue;
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

	for (size_t i = 0; i < VISITS_IN_A_ROUND; i++) {
		const uint32_t node = iw_node_stack_pop(&watcher->agenda.upgrades);
		if (!node)
			break;
		struct iw_node *fields = iw_tree_node(watcher->tree, node);
		if (!(fields->flags & IW_NODE_SLOW))
			continue;
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

/* One round. Returns 1 if something was done, 0 if there is nothing to do, or -errno. */
static int do_round(struct iw_watcher *watcher)
{
	const int got = next_input(watcher);
	if (got < 0)
		return got;
	int r = apply_input(watcher);
	if (r < 0)
		return r;
	if (got > 0)
		watcher->patience_ns = 0;
	iw_windows_expire(&watcher->windows, watcher->position);
	r = iw_agenda_wake(&watcher->agenda, watcher->position);
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

	if (is_idle) {
		int r = iw_moves_expire(watcher, now_ns);
		if (r < 0)
			return r;
		if (watcher->agenda.waiting_len && watcher->patience_ns == 0)
			watcher->patience_ns = now_ns + PATIENCE_NS;
	}
	return tell_in_sync(watcher, now_ns);
}

int iw_watcher_turn(struct iw_watcher *watcher)
{
	int r = 1;

	for (size_t i = 0; i < ROUNDS_IN_A_TURN && r > 0; i++) {
		r = do_round(watcher);
		if (r >= 0 && (r == 0 || !watcher->is_ready || watcher->is_resyncing)) {
			const int settled = settle(watcher, r == 0);
			if (settled < 0)
				r = settled;
		}
	}
	iw_walk_clear(&watcher->walk);
	return r;
}

int64_t iw_watcher_deadline_ns(const struct iw_watcher *watcher)
{
	int64_t deadline_ns = -1;

	if (watcher->agenda.waiting_len && watcher->patience_ns > iw_watcher_now_ns())
		deadline_ns = watcher->patience_ns;
	for (size_t i = 0; i < watcher->halves_len; i++) {
		const int64_t half_ns = watcher->halves[i].deadline_ns;

		if (half_ns && (deadline_ns < 0 || half_ns < deadline_ns))
			deadline_ns = half_ns;
	}
	return deadline_ns;
}

void iw_watcher_get_state(const struct iw_watcher *watcher,
			  struct iw_watcher_state *ret_state)
{
	*ret_state = watcher->state;
	ret_state->waiting = watcher->agenda.visits.len + watcher->agenda.waiting_len;
	ret_state->queued_len = iw_inotify_queued(watcher->fd);
	ret_state->tree_bytes = iw_tree_bytes(watcher->tree);
	ret_state->is_ready = watcher->is_ready;
}
