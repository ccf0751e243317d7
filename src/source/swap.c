/* SPDX-License-Identifier: MIT */
/*
 * renameat2(RENAME_EXCHANGE) comes as two moves of which the second goes back: a to e,
 * and e to a. So does a rename there and back; told as two moves, an exchange would lose
 * what was at e. Both directories are locked until all four events are queued, so nothing
 * but those can stand between them in these two directories, and looking ahead decides.
 */
#include <errno.h>
#include <sys/inotify.h>

#include "source/moves-private.h"
#include "source/watcher-private.h"

/* How long the second pair may take once the queue is empty. */
static const int64_t WAIT_NS = 2 * 1000 * 1000;

static const uint32_t LOCKED_EVENTS = IN_CREATE | IN_DELETE | IN_MOVE;

/* The first pair: what moved from where, and to where. */
struct pair {
	const struct iw_half *from;
	int32_t from_wd;
	const struct iw_raw_event *to;
	uint32_t to_dir;
	bool is_silent_exchange; /* if no IN_MOVE_SELF comes, it is one */
};

static bool is_name(const struct iw_raw_event *raw, int32_t wd, const char *name,
		    size_t len)
{
	return raw->wd == wd && raw->name_len == len && memcmp(raw->name, name, len) == 0;
}

/* True for an event that one of the two directories must be locked for. */
static bool is_locked(const struct pair *pair, const struct iw_raw_event *raw)
{
	return (raw->mask & LOCKED_EVENTS) &&
	       (raw->wd == pair->from_wd || raw->wd == pair->to->wd);
}

/* The next event that one of the two directories must be locked for. */
static bool next_locked(struct iw_lookahead *look, const struct pair *pair,
			struct iw_raw_event *ret_raw)
{
	while (iw_input_look_next(look, ret_raw)) {
		if (ret_raw->mask & IN_Q_OVERFLOW)
			return true; /* nobody knows what came */
		if (is_locked(pair, ret_raw))
			return true;
	}
	return false;
}

/* Looks for the way back. Returns 1 and its second half, 0 if there is none, -EAGAIN. */
static int find_back(struct iw_lookahead *look, const struct pair *pair,
		     struct iw_raw_event *ret_back)
{
	struct iw_raw_event raw;

	if (!next_locked(look, pair, &raw))
		return -EAGAIN;
	if (!(raw.mask & IN_MOVED_FROM) || raw.cookie == pair->to->cookie ||
	    !is_name(&raw, pair->to->wd, pair->to->name, pair->to->name_len))
		return 0;
	if (!next_locked(look, pair, ret_back))
		return -EAGAIN;
	return (ret_back->mask & IN_MOVED_TO) && ret_back->cookie == raw.cookie &&
	       is_name(ret_back, pair->from_wd, pair->from->name, pair->from->name_len);
}

/*
 * Whose IN_MOVE_SELF comes behind the way back? It is queued before the directories are
 * unlocked. Returns 1 if other's (an exchange), 0 if node's, -EAGAIN if it is to come;
 * what is not watched has none, so that one of the two is enough.
 */
static int who_moved_back(struct iw_lookahead *look, const struct pair *pair,
			  int32_t node_wd, int32_t other_wd)
{
	struct iw_raw_event raw;

	while (iw_input_look_next(look, &raw)) {
		if ((raw.mask & IN_MOVE_SELF) && raw.wd == node_wd)
			return 0;
		if ((raw.mask & IN_MOVE_SELF) && raw.wd == other_wd)
			return 1;
		if ((raw.mask & IN_Q_OVERFLOW) || is_locked(pair, &raw))
			return other_wd == 0;
	}
	return -EAGAIN;
}

/* What the next event about the turning point says about it: 1 if something was there. */
static int left_by(struct iw_watcher *watcher, const struct iw_raw_event *raw)
{
	/* Something came there, over another thing or not: then nobody will miss that,
	 * but readers must not lose what is at the beginning of the way. */
	watcher->swap.is_unsure = raw->mask & IN_MOVED_TO;
	return (raw->mask & IN_CREATE) == 0;
}

/*
 * For what is not watched itself: after an exchange something is at the turning point,
 * and the next event about that name, or a look, says so. Returns 1, 0, or -errno.
 */
static int is_left_behind(struct iw_watcher *watcher, struct iw_lookahead *look,
			  const struct pair *pair)
{
	const struct iw_raw_event *to = pair->to;
	struct iw_raw_event raw;
	enum iw_scan_type type;

	while (iw_input_look_next(look, &raw)) {
		if ((raw.mask & LOCKED_EVENTS) &&
		    is_name(&raw, to->wd, to->name, to->name_len))
			return left_by(watcher, &raw);
	}
	int r = iw_look(watcher, pair->to_dir, to->name, to->name_len, &type);
	return r == -ESTALE ? 0 : r;
}

/* Returns 1 for an exchange, 0 for a way back, -EAGAIN, or -errno. */
static int is_exchange(struct iw_watcher *watcher, struct iw_lookahead *look,
		       struct pair *pair, const struct iw_raw_event *back)
{
	const uint32_t there = iw_tree_find_child(watcher->tree, pair->to_dir,
						  pair->to->name, pair->to->name_len);
	const uint32_t node = pair->from->node;
	const int32_t there_wd = there ? iw_tree_node(watcher->tree, there)->wd : 0;

	/* Readers know better already. */
	if (pair->from->is_outdated ||
	    iw_apply_is_outdated(watcher, pair->to_dir, pair->to))
		return 0;
	if ((pair->to->mask ^ back->mask) & IN_ISDIR)
		return 1; /* what came back is not what went */
	const int32_t node_wd = node ? iw_tree_node(watcher->tree, node)->wd : 0;
	pair->is_silent_exchange = node_wd && !there_wd;
	if (node_wd || there_wd)
		return who_moved_back(look, pair, node_wd, there_wd);
	return is_left_behind(watcher, look, pair);
}

/* Is it worth waiting for a way back that is not queued yet? */
static int must_wait(struct iw_watcher *watcher, const struct pair *pair)
{
	const int64_t now_ns = iw_watcher_now_ns();
	enum iw_scan_type type;

	if (watcher->swap.deadline_ns)
		return now_ns < watcher->swap.deadline_ns;
	/* After a plain rename nothing has the old name, unless it was made anew. */
	if (iw_look(watcher, pair->from->dir, pair->from->name, pair->from->name_len,
		    &type) == 0)
		return 0;
	watcher->swap.deadline_ns = now_ns + WAIT_NS;
	return 1;
}

/* The directory is told as it was at some moment between its watch and now. */
static bool is_listed_meanwhile(const struct iw_watcher *watcher, uint32_t dir)
{
	const struct iw_window *window = iw_windows_find(&watcher->windows, dir);

	return window && window->has_known && watcher->position < window->end;
}

static void remember(struct iw_watcher *watcher, const struct pair *pair,
		     const struct iw_raw_event *back, bool is_swapped)
{
	struct iw_swap *swap = &watcher->swap;

	swap->verdict = is_swapped ? IW_SWAP_EXCHANGE : IW_SWAP_BACK;
	swap->is_back_dir = back->mask & IN_ISDIR;
	swap->is_there_known = iw_apply_is_known(watcher, pair->to_dir, pair->to);
	swap->is_ambiguous = is_listed_meanwhile(watcher, pair->from->dir) ||
			     is_listed_meanwhile(watcher, pair->to_dir);
	swap->cookie = back->cookie;
	swap->dir = pair->to_dir;
	swap->name_len = pair->to->name_len < sizeof(swap->name) ? pair->to->name_len : 0;
	memcpy(swap->name, pair->to->name, swap->name_len);
}

/* Returns 1 if decided, 0 if more must be read, or -errno. */
static int judge_pair(struct iw_watcher *watcher, struct pair *pair)
{
	for (bool is_drained = false;; is_drained = true) {
		struct iw_lookahead look;
		struct iw_raw_event back;

		iw_input_look(watcher, &look);
		const int found = find_back(&look, pair, &back);
		int r = found > 0 ? is_exchange(watcher, &look, pair, &back) : found;
		if (r == -EAGAIN && !is_drained) {
			r = iw_input_drain(watcher);
			if (r < 0)
				return r;
			continue;
		}
		if (r == -EAGAIN && must_wait(watcher, pair))
			return 0;
		if (r < 0 && r != -EAGAIN)
			return r;
		if (found > 0)
			remember(watcher, pair, &back,
				 r > 0 || (r == -EAGAIN && pair->is_silent_exchange));
		return 1;
	}
}

static bool is_stale(const struct iw_watcher *watcher, uint32_t node)
{
	return iw_tree_node(watcher->tree, node)->flags & IW_NODE_STALE;
}

int iw_swap_judge(struct iw_watcher *watcher, const struct iw_raw_event *raw)
{
	const struct iw_half *half = iw_moves_find(watcher, raw->cookie);
	const uint32_t dir = iw_tree_find_wd(watcher->tree, raw->wd);

	if (watcher->swap.cookie == raw->cookie)
		return 1; /* the second pair itself */
	watcher->swap.verdict = IW_SWAP_NONE;
	watcher->swap.is_unsure = false;
	if (!half || !half->dir || dir == IW_NO_NODE || is_stale(watcher, half->dir) ||
	    is_stale(watcher, dir))
		return 1;
	struct pair pair = {
		.from = half,
		.from_wd = iw_tree_node(watcher->tree, half->dir)->wd,
		.to = raw,
		.to_dir = dir,
	};
	int r = judge_pair(watcher, &pair);
	if (r != 0)
		watcher->swap.deadline_ns = 0;
	return r;
}

/* What is not known by its old name is not by the new one. */
static int visit_unlisted(struct iw_watcher *watcher, uint32_t node)
{
	return iw_tree_node(watcher->tree, node)->flags & IW_NODE_LISTED
		       ? 0
		       : iw_watcher_mark_dirty(watcher, node);
}

/* Directories of the two names swap their places in the tree. */
static int swap_nodes(struct iw_watcher *watcher, const struct iw_half *half,
		      uint32_t dir, const struct iw_raw_event *raw)
{
	const uint32_t there =
		iw_tree_find_child(watcher->tree, dir, raw->name, raw->name_len);
	const bool is_back_dir = watcher->swap.is_back_dir;
	int r = 0;

	if (half->node && there && !iw_moves_is_judged_anew(watcher)) {
		iw_tree_swap(watcher->tree, half->node, there);
		r = visit_unlisted(watcher, half->node);
		return r < 0 ? r : visit_unlisted(watcher, there);
	}
	if (half->node && there) {
		r = iw_watcher_drop(watcher, half->node);
		if (r == 0)
			r = iw_moves_place(watcher, there, half->dir, half->name,
					   half->name_len);
		return r < 0 ? r
			     : iw_moves_place(watcher, IW_NO_NODE, dir, raw->name,
					      raw->name_len);
	}
	if (there)
		r = iw_moves_place(watcher, there, half->dir, half->name, half->name_len);
	if (r == 0 && (raw->mask & IN_ISDIR))
		r = iw_moves_place(watcher, half->node, dir, raw->name, raw->name_len);
	/* Nobody knew of it there; its place is free only now. */
	if (r == 0 && !there && is_back_dir)
		r = iw_moves_place(watcher, IW_NO_NODE, half->dir, half->name,
				   half->name_len);
	return r;
}

/* Where the way began, something is in any case; readers may have lost it. */
static int tell_beginning(struct iw_watcher *watcher, const struct iw_half *half)
{
	const struct iw_scan_entry entry = {
		.name = half->name,
		.name_len = half->name_len,
		.type = half->is_dir ? IW_SCAN_DIR : IW_SCAN_REGULAR,
	};

	watcher->listing_time_ns = watcher->input_time_ns;
	return iw_emit_found(watcher, half->dir, &entry);
}

/* Readers know a name now, whatever the listing had, or the first half took away. */
static int keep_known(struct iw_watcher *watcher, uint32_t dir, const char *name,
		      size_t name_len)
{
	struct iw_window *window = iw_windows_find(&watcher->windows, dir);

	return window && window->has_known
		       ? iw_nameset_add(&window->known, name, name_len)
		       : 0;
}

/* Readers know nothing below a name that was told apart: its directory is found anew. */
static int renew(struct iw_watcher *watcher, uint32_t dir, const char *name,
		 size_t name_len, bool is_dir)
{
	int r = iw_moves_vacate(watcher, IW_NO_NODE, dir, name, name_len);

	return r < 0 || !is_dir ? r : iw_list_directory(watcher, dir, name, name_len);
}

/* What the exchange does to the tree; is_apart: readers were told of two other things. */
static int apply_to_tree(struct iw_watcher *watcher, const struct iw_half *half,
			 uint32_t dir, const struct iw_raw_event *raw, bool is_apart)
{
	int r;

	if (is_apart) {
		r = renew(watcher, half->dir, half->name, half->name_len,
			  watcher->swap.is_back_dir);
		return r < 0 ? r
			     : renew(watcher, dir, raw->name, raw->name_len,
				     raw->mask & IN_ISDIR);
	}
	r = swap_nodes(watcher, half, dir, raw);
	if (r == 0)
		r = iw_moves_clear(watcher, dir, raw->name, raw->name_len);
	if (r == 0)
		r = iw_moves_clear(watcher, half->dir, half->name, half->name_len);
	return r;
}

int iw_swap_apply(struct iw_watcher *watcher, uint32_t dir,
		  const struct iw_raw_event *raw)
{
	struct iw_half half = iw_moves_take(watcher, raw->cookie);
	IW_AUTO_FREE char *name = half.name;

	int r = iw_moves_settle_dir(watcher, dir, raw);
	if (r == 0)
		r = watcher->config.is_paired ? iw_emit_exchange(watcher, &half, dir, raw)
					      : iw_emit_event(watcher, dir, raw);
	const bool is_apart = r > 0;
	if (r >= 0)
		r = keep_known(watcher, half.dir, half.name, half.name_len);
	if (r == 0)
		r = keep_known(watcher, dir, raw->name, raw->name_len);
	if (r == 0 && watcher->swap.is_unsure && !is_apart)
		r = tell_beginning(watcher, &half);
	if (r < 0 || !watcher->config.is_recursive)
		return r;
	return apply_to_tree(watcher, &half, dir, raw, is_apart);
}

bool iw_swap_is_told(struct iw_watcher *watcher, const struct iw_raw_event *raw)
{
	struct iw_swap *swap = &watcher->swap;

	if (!swap->cookie || raw->cookie != swap->cookie ||
	    swap->verdict != IW_SWAP_EXCHANGE)
		return false;
	if (raw->mask & IN_MOVED_TO)
		*swap = (struct iw_swap){0};
	return true;
}

int iw_swap_check_back(struct iw_watcher *watcher, const struct iw_raw_event *raw)
{
	if (!(raw->mask & IN_MOVED_TO) || watcher->swap.verdict != IW_SWAP_BACK ||
	    !watcher->swap.cookie || raw->cookie != watcher->swap.cookie)
		return 0;
	const struct iw_swap swap = watcher->swap;
	watcher->swap = (struct iw_swap){0};
	int r = iw_look_and_tell(watcher, swap.dir, swap.name, swap.name_len, NULL);
	return r > 0 ? iw_moves_look_later(watcher, swap.dir, swap.name, swap.name_len)
		     : r;
}
