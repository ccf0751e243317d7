/* SPDX-License-Identifier: MIT */
/*
 * A rename comes as two events with one cookie, not always side by side, and one of them
 * never comes if the other place is not watched. The first waits here for the second.
 */
#include <errno.h>
#include <sys/inotify.h>

#include "source/moves-private.h"
#include "source/watcher-private.h"

/* How long the second half may take once the queue is empty: both are queued by one
 * system call, so only a writer that is preempted between them takes that long. */
static const int64_t WAIT_NS = 2 * 1000 * 1000;

/* How often a name is looked for whose directory cannot be reached. */
enum { MAX_LOOKS = 50 };

void iw_moves_done(struct iw_watcher *watcher)
{
	for (size_t i = 0; i < watcher->halves_len; i++)
		free(watcher->halves[i].name);
	free(watcher->halves);
	watcher->halves = NULL;
	watcher->halves_len = watcher->halves_cap = 0;
}

void iw_moves_forget(struct iw_watcher *watcher, uint32_t node)
{
	if (watcher->swap.dir == node && watcher->swap.verdict == IW_SWAP_BACK)
		watcher->swap = (struct iw_swap){0};
	for (size_t i = 0; i < watcher->halves_len; i++) {
		struct iw_half *half = &watcher->halves[i];

		if (half->node == node)
			half->node = IW_NO_NODE;
		if (half->dir == node)
			half->dir = IW_NO_NODE;
	}
}

/* Takes a half out of the table; its name is the caller's to free. */
static struct iw_half take(struct iw_watcher *watcher, size_t index)
{
	const struct iw_half half = watcher->halves[index];

	watcher->halves_len--;
	memmove(&watcher->halves[index], &watcher->halves[index + 1],
		(watcher->halves_len - index) * sizeof(half));
	return half;
}

/* What was exchanged with something outside is there still: it is looked for. Returns 1
 * if that is to be done later, 0, or -errno. */
static int look(struct iw_watcher *watcher, struct iw_half *half,
		const struct iw_raw_event *next)
{
	if (!half->dir || !half->is_known)
		return 0;
	int r = iw_look_and_tell(watcher, half->dir, half->name, half->name_len, next);
	if (r <= 0)
		return r;
	if (++half->looks <= MAX_LOOKS)
		return 1;
	/* Something else than the stream keeps us from it: visiting it will tell. */
	iw_tree_node(watcher->tree, half->dir)->flags &= (uint16_t)~IW_NODE_LISTED;
	return iw_watcher_mark_dirty(watcher, half->dir);
}

/*
 * The half has no other: what it names has left. next is the event that proves it, or
 * NULL. Returns 1 if the half stays because its name is to be looked for again, 0 if it
 * was taken, or -errno.
 */
static int settle(struct iw_watcher *watcher, size_t index,
		  const struct iw_raw_event *next)
{
	struct iw_half *half = &watcher->halves[index];
	int r = 0;

	if (!half->looks && watcher->config.is_paired)
		r = iw_emit_half(watcher, half);
	if (r == 0 && half->node)
		r = iw_watcher_drop(watcher, half->node);
	if (r == 0)
		r = look(watcher, half, next);
	if (r > 0)
		half->deadline_ns = iw_watcher_now_ns() + WAIT_NS;
	if (r == 0)
		free(take(watcher, index).name);
	return r;
}

static bool is_about(const struct iw_half *half, const struct iw_raw_event *raw)
{
	return raw->name_len == half->name_len &&
	       memcmp(raw->name, half->name, half->name_len) == 0;
}

int iw_moves_settle_dir(struct iw_watcher *watcher, uint32_t dir,
			const struct iw_raw_event *next)
{
	for (size_t i = 0; i < watcher->halves_len;) {
		const struct iw_half *half = &watcher->halves[i];

		if (half->dir != dir || half->cookie == next->cookie ||
		    (half->looks && !is_about(half, next))) {
			i++;
			continue;
		}
		int r = settle(watcher, i, next);
		if (r < 0)
			return r;
		i += (size_t)r;
	}
	return 0;
}

int iw_moves_settle_node(struct iw_watcher *watcher, uint32_t node)
{
	for (size_t i = 0; i < watcher->halves_len; i++) {
		if (watcher->halves[i].node == node) {
			int r = settle(watcher, i, NULL);

			return r < 0 ? r : 0;
		}
	}
	return 0;
}

int iw_moves_expire(struct iw_watcher *watcher, int64_t now_ns)
{
	for (size_t i = 0; i < watcher->halves_len;) {
		struct iw_half *half = &watcher->halves[i];

		if (half->deadline_ns == 0)
			half->deadline_ns = now_ns + WAIT_NS;
		if (now_ns < half->deadline_ns) {
			i++;
			continue;
		}
		int r = settle(watcher, i, NULL);
		if (r < 0)
			return r;
		i += (size_t)r;
	}
	return 0;
}

static int add_half(struct iw_watcher *watcher, const struct iw_raw_event *raw,
		    struct iw_half half)
{
	if (watcher->halves_len == watcher->halves_cap) {
		const size_t cap = watcher->halves_cap ? watcher->halves_cap * 2 : 8;
		struct iw_half *halves =
			reallocarray(watcher->halves, cap, sizeof(*halves));

		if (!halves)
			return -ENOMEM;
		watcher->halves = halves;
		watcher->halves_cap = cap;
	}
	half.cookie = raw->cookie;
	half.is_outdated = half.dir && iw_apply_is_outdated(watcher, half.dir, raw);
	half.wd = raw->wd;
	half.is_dir = raw->mask & IN_ISDIR;
	half.time_ns = watcher->input_time_ns;
	half.name_len = raw->name_len;
	half.name = malloc(half.name_len + 1);
	if (!half.name)
		return -ENOMEM;
	memcpy(half.name, raw->name, half.name_len);
	watcher->halves[watcher->halves_len++] = half;
	return 0;
}

int iw_moves_from(struct iw_watcher *watcher, uint32_t dir,
		  const struct iw_raw_event *raw, bool is_known)
{
	struct iw_half half = {.dir = dir, .is_known = is_known};

	if (raw->mask & IN_ISDIR)
		half.node =
			iw_tree_find_child(watcher->tree, dir, raw->name, raw->name_len);
	else if (!watcher->config.is_paired)
		return 0; /* told already, and nothing depends on it */
	return add_half(watcher, raw, half);
}

int iw_moves_from_old(struct iw_watcher *watcher, uint32_t dir,
		      const struct iw_raw_event *raw)
{
	return add_half(watcher, raw, (struct iw_half){.dir = dir});
}

int iw_moves_look_later(struct iw_watcher *watcher, uint32_t dir, const char *name,
			size_t name_len)
{
	const struct iw_raw_event nothing = {.name = name, .name_len = name_len};

	return add_half(watcher, &nothing,
			(struct iw_half){.dir = dir, .is_known = true, .looks = 1});
}

bool iw_moves_is_judged_anew(const struct iw_watcher *watcher)
{
	return watcher->config.max_depth || iw_filter_has_ignores(watcher->config.filter);
}

int iw_moves_vacate(struct iw_watcher *watcher, uint32_t node, uint32_t dir,
		    const char *name, size_t name_len)
{
	const uint32_t there = iw_tree_find_child(watcher->tree, dir, name, name_len);

	return there && there != node ? iw_watcher_drop(watcher, there) : 0;
}

int iw_moves_place(struct iw_watcher *watcher, uint32_t node, uint32_t dir,
		   const char *name, size_t name_len)
{
	bool is_wanted;

	int r = iw_list_wants(watcher, dir, name, name_len, &is_wanted);
	if (r < 0)
		return r;
	/* Where depth or patterns decide, what is below must be asked for anew. */
	if (node && (!is_wanted || iw_moves_is_judged_anew(watcher))) {
		r = iw_watcher_drop(watcher, node);
		node = IW_NO_NODE;
	}
	if (r < 0 || !is_wanted)
		return r;
	r = iw_moves_vacate(watcher, node, dir, name, name_len);
	if (r < 0)
		return r;
	if (node)
		r = iw_tree_move(watcher->tree, node, dir, name, name_len);
	else
		r = iw_tree_add(watcher->tree, dir, name, name_len, &node);
	if (r < 0 || iw_tree_node(watcher->tree, node)->flags & IW_NODE_LISTED)
		return r;
	return iw_watcher_mark_dirty(watcher, node);
}

/* Moves the directory in the tree; is_told_already: a listing has shown it in place. */
static int move_node(struct iw_watcher *watcher, uint32_t node, uint32_t dir,
		     const struct iw_raw_event *raw, bool is_told_already)
{
	const uint32_t there =
		iw_tree_find_child(watcher->tree, dir, raw->name, raw->name_len);
	int r = 0;

	if (there && there == node)
		return 0;
	if (there && is_told_already && iw_tree_node(watcher->tree, there)->wd)
		return node ? iw_watcher_drop(watcher, node) : 0;
	if (node && iw_tree_is_below(watcher->tree, dir, node)) {
		r = iw_watcher_drop(watcher, node); /* impossible but after a loss */
		return r;
	}
	if (there) {
		r = iw_watcher_drop(watcher,
				    there); /* replaced, or a place held for it */
		if (r < 0)
			return r;
		if (node && !iw_tree_node(watcher->tree, node)->wd)
			iw_tree_node(watcher->tree, node)->flags &=
				(uint16_t)~IW_NODE_LISTED;
	}
	return iw_moves_place(watcher, node, dir, raw->name, raw->name_len);
}

struct iw_half *iw_moves_find(struct iw_watcher *watcher, uint32_t cookie)
{
	for (size_t i = 0; i < watcher->halves_len; i++) {
		if (watcher->halves[i].cookie == cookie && !watcher->halves[i].looks)
			return &watcher->halves[i];
	}
	return NULL;
}

struct iw_half iw_moves_take(struct iw_watcher *watcher, uint32_t cookie)
{
	const struct iw_half *half = iw_moves_find(watcher, cookie);

	if (!half)
		return (struct iw_half){.cookie = cookie};
	return take(watcher, (size_t)(half - watcher->halves));
}

int iw_moves_to_nowhere(struct iw_watcher *watcher, const struct iw_raw_event *raw)
{
	struct iw_half half = iw_moves_take(watcher, raw->cookie);
	IW_AUTO_FREE char *name = half.name;
	int r = 0;

	if (watcher->config.is_paired)
		r = iw_emit_half(watcher, &half);
	return r == 0 && half.node ? iw_watcher_drop(watcher, half.node) : r;
}

/*
 * What readers know below a directory that has no watch here was told by another PATH,
 * which does not follow it: they forget it, and it is found again.
 */
int iw_moves_clear(struct iw_watcher *watcher, uint32_t dir, const char *name,
		   size_t name_len)
{
	const uint32_t node = iw_tree_find_child(watcher->tree, dir, name, name_len);
	const uint32_t first_root = iw_tree_first_root(watcher->tree);

	if (!node || iw_tree_node(watcher->tree, node)->wd ||
	    !iw_tree_node(watcher->tree, first_root)->next ||
	    !iw_watcher_is_telling(watcher))
		return 0;
	watcher->is_resyncing = true;
	int r = iw_watcher_drop_children(watcher, node);
	return r < 0 ? r : iw_emit_control(watcher, IW_RESYNC, node, 0);
}

int iw_moves_to(struct iw_watcher *watcher, uint32_t dir, const struct iw_raw_event *raw,
		bool is_known)
{
	struct iw_half half = iw_moves_take(watcher, raw->cookie);
	IW_AUTO_FREE char *name = half.name;
	const bool is_told_already = is_known && !half.is_known;
	const uint32_t replaced =
		iw_tree_find_child(watcher->tree, dir, raw->name, raw->name_len);
	int r = 0;

	/* It was empty, so all that moved out of it is gone from there for good. */
	if (replaced)
		r = iw_moves_settle_dir(watcher, replaced, raw);
	if (r < 0)
		return r;
	if (!is_told_already) {
		r = watcher->config.is_paired ? iw_emit_move(watcher, &half, dir, raw)
					      : iw_emit_event(watcher, dir, raw);
		if (r < 0)
			return r;
	}
	if (!(raw->mask & IN_ISDIR))
		return iw_moves_vacate(watcher, IW_NO_NODE, dir, raw->name,
				       raw->name_len);
	if (!watcher->config.is_recursive)
		return 0;
	r = move_node(watcher, half.node, dir, raw, is_told_already);
	if (r < 0 || !half.node)
		return r;
	return iw_moves_clear(watcher, dir, raw->name, raw->name_len);
}
