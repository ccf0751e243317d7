/* SPDX-License-Identifier: MIT */
/*
 * What one event of the kernel means for the tree and for the readers of the stream.
 * Events tell of the moment when they were queued; the tree holds that same moment.
 */
#include <errno.h>
#include <string.h>
#include <sys/inotify.h>

#include "source/moves-private.h"
#include "source/watcher-private.h"

/* Events that are queued while the directory is locked, one after the other. */
static const uint32_t LOCKED_EVENTS = IN_CREATE | IN_DELETE | IN_MOVE;
static const uint32_t READ_EVENTS = IN_OPEN | IN_ACCESS | IN_CLOSE_NOWRITE;

/* Our own listing of a subdirectory, seen through its parent's watch. */
static bool is_own_noise(const struct iw_window *window, const struct iw_raw_event *raw)
{
	return window && (raw->mask & IN_ISDIR) && (raw->mask & READ_EVENTS) &&
	       iw_nameset_has(&window->noise, raw->name, raw->name_len);
}

static int apply_create(struct iw_watcher *watcher, uint32_t dir,
			const struct iw_raw_event *raw, bool is_known)
{
	int r = 0;

	if (!is_known)
		r = iw_emit_event(watcher, dir, raw);
	if (r < 0)
		return r;
	if (!(raw->mask & IN_ISDIR))
		return iw_moves_vacate(watcher, IW_NO_NODE, dir, raw->name,
				       raw->name_len);
	return iw_list_directory(watcher, dir, raw->name, raw->name_len);
}

static int apply_delete(struct iw_watcher *watcher, uint32_t dir,
			const struct iw_raw_event *raw)
{
	int r = iw_emit_event(watcher, dir, raw);
	if (r < 0 || !(raw->mask & IN_ISDIR))
		return r;
	const uint32_t child =
		iw_tree_find_child(watcher->tree, dir, raw->name, raw->name_len);
	return child ? iw_watcher_drop(watcher, child) : 0;
}

/* The name stands for a directory that came later than this event. */
static bool is_old(const struct iw_watcher *watcher, uint32_t dir,
		   const struct iw_raw_event *raw)
{
	if (!iw_windows_any(&watcher->windows))
		return false;
	const uint32_t child =
		iw_tree_find_child(watcher->tree, dir, raw->name, raw->name_len);
	const struct iw_window *window =
		child ? iw_windows_find(&watcher->windows, child) : NULL;

	return window && watcher->position < window->born &&
	       iw_tree_node(watcher->tree, child)->wd;
}

/* Whatever it says of this name is outdated; only the other end of a move matters. */
static int apply_old(struct iw_watcher *watcher, uint32_t dir,
		     const struct iw_raw_event *raw)
{
	if (raw->mask & IN_MOVED_FROM)
		return iw_moves_from_old(watcher, dir, raw);
	return raw->mask & IN_MOVED_TO ? iw_moves_to_nowhere(watcher, raw) : 0;
}

bool iw_apply_is_outdated(const struct iw_watcher *watcher, uint32_t dir,
			  const struct iw_raw_event *raw)
{
	const struct iw_window *window = iw_windows_find(&watcher->windows, dir);

	return is_old(watcher, dir, raw) ||
	       (window && window->has_known && watcher->position < window->listed);
}

bool iw_apply_is_known(const struct iw_watcher *watcher, uint32_t dir,
		       const struct iw_raw_event *raw)
{
	const struct iw_window *window = iw_windows_find(&watcher->windows, dir);

	if (iw_apply_is_outdated(watcher, dir, raw))
		return false;
	return !window || !window->has_known ||
	       iw_nameset_has(&window->known, raw->name, raw->name_len);
}

static int apply_locked(struct iw_watcher *watcher, uint32_t dir,
			const struct iw_raw_event *raw)
{
	int r = iw_moves_settle_dir(watcher, dir, raw);
	if (r < 0)
		return r;
	struct iw_window *window = iw_windows_find(&watcher->windows, dir);
	/* One that only awaits our own noise says nothing about names. */
	if (window && !window->has_known)
		window = NULL;
	bool is_known =
		window && iw_nameset_has(&window->known, raw->name, raw->name_len);
	if (is_old(watcher, dir, raw))
		return apply_old(watcher, dir, raw);
	if (raw->mask & (IN_CREATE | IN_MOVED_TO)) {
		if (window && !is_known) {
			r = iw_nameset_add(&window->known, raw->name, raw->name_len);
			if (r < 0)
				return r;
		}
		if (raw->mask & IN_CREATE)
			return apply_create(watcher, dir, raw, is_known);
		/* Unlike a creation, a move that came later replaces what the name was.
		 */
		is_known = is_known && watcher->position < window->listed;
		return iw_moves_to(watcher, dir, raw, is_known);
	}
	if (window)
		iw_nameset_take(&window->known, raw->name, raw->name_len);
	else
		is_known = true; /* all that is in a listed directory is known */
	if (raw->mask & IN_DELETE)
		return apply_delete(watcher, dir, raw);
	if (!watcher->config.is_paired)
		r = iw_emit_event(watcher, dir, raw);
	return r < 0 ? r : iw_moves_from(watcher, dir, raw, is_known);
}

static int apply_named(struct iw_watcher *watcher, uint32_t dir,
		       const struct iw_raw_event *raw)
{
	const struct iw_node *fields = iw_tree_node(watcher->tree, dir);
	const struct iw_window *window = iw_windows_find(&watcher->windows, dir);

	if (iw_swap_is_told(watcher, raw))
		return watcher->config.is_paired ? 0 : iw_emit_event(watcher, dir, raw);
	if ((raw->mask & IN_MOVED_TO) && watcher->swap.verdict == IW_SWAP_EXCHANGE)
		return iw_swap_apply(watcher, dir, raw);

	if (fields->flags & IW_NODE_GONE)
		return 0;
	if (fields->flags & IW_NODE_STALE)
		/* Readers forgot it: the listing to come tells the outcome. */
		return raw->mask & IN_MOVED_TO ? iw_moves_to(watcher, dir, raw, false)
					       : 0;
	if (raw->mask & LOCKED_EVENTS) {
		int r = apply_locked(watcher, dir, raw);

		return r < 0 ? r : iw_swap_check_back(watcher, raw);
	}
	if (is_own_noise(window, raw))
		return 0;
	if ((raw->mask & (IN_ATTRIB | IN_ISDIR)) == (IN_ATTRIB | IN_ISDIR)) {
		const uint32_t child =
			iw_tree_find_child(watcher->tree, dir, raw->name, raw->name_len);

		/* A new mode may let us in. */
		if (child && iw_tree_node(watcher->tree, child)->flags & IW_NODE_LOST) {
			int r = iw_watcher_mark_dirty(watcher, child);
			if (r < 0)
				return r;
		}
	}
	return iw_emit_event(watcher, dir, raw);
}

/* The kernel has removed the watch. Returns 0 or -errno. */
static int apply_ignored(struct iw_watcher *watcher, uint32_t node)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);
	const bool is_deleted = fields->flags & IW_NODE_DELETED;

	iw_tree_unbind(watcher->tree, node);
	watcher->state.watched--;
	fields->flags &= (uint16_t) ~(IW_NODE_LISTED | IW_NODE_DELETED);
	/* Of a deletion its parent tells; all else leaves a directory without a watch. */
	return is_deleted ? 0 : iw_watcher_mark_dirty(watcher, node);
}

/* Whether a PATH is another name of the file. */
static bool is_other_name(const struct iw_node *alias, const struct iw_node *file)
{
	return (alias->flags & IW_NODE_ALIAS) && (alias->flags & IW_NODE_FILE) &&
	       !(alias->flags & IW_NODE_GONE) && alias->inode == file->inode &&
	       alias->device == file->device &&
	       (alias->name_len != file->name_len ||
		memcmp(iw_node_name(alias), iw_node_name(file), file->name_len) != 0);
}

/*
 * The kernel has one watch for all names of a file. What happens to its content, or to
 * its metadata, happens under each.
 */
static int tell_other_names(struct iw_watcher *watcher, uint32_t node,
			    const struct iw_raw_event *raw)
{
	const uint32_t of_name = IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT;
	int r = 0;

	if (raw->mask & of_name)
		return 0;
	for (size_t i = 0; i < watcher->aliases.len && r == 0; i++) {
		const uint32_t alias = watcher->aliases.nodes[i];

		if (is_other_name(iw_tree_node(watcher->tree, alias),
				  iw_tree_node(watcher->tree, node)))
			r = iw_emit_event(watcher, alias, raw);
	}
	return r;
}

/* An event of the watched inode itself, without a name. */
static int apply_self(struct iw_watcher *watcher, uint32_t node,
		      const struct iw_raw_event *raw)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);
	const bool is_hushed = (fields->flags & IW_NODE_STALE) ||
			       ((fields->flags & IW_NODE_GONE) &&
				!(raw->mask & (IN_DELETE_SELF | IN_MOVE_SELF)));
	int r = 0;

	if (!is_hushed)
		r = iw_emit_event(watcher, node, raw);
	if (r == 0 && !is_hushed && (fields->flags & IW_NODE_FILE))
		r = tell_other_names(watcher, node, raw);
	if (r < 0)
		return r;
	if (raw->mask & IN_DELETE_SELF)
		fields->flags |= IW_NODE_DELETED;
	if (raw->mask & IN_IGNORED)
		r = apply_ignored(watcher, node);
	if (r < 0)
		return r;
	if (!fields->parent && raw->mask & (IN_IGNORED | IN_MOVE_SELF | IN_DELETE_SELF))
		return iw_watcher_mark_dirty(watcher, node);
	return raw->mask & IN_MOVE_SELF ? iw_moves_settle_node(watcher, node) : 0;
}

int iw_apply(struct iw_watcher *watcher, const struct iw_raw_event *raw)
{
	if (raw->mask & IN_Q_OVERFLOW)
		return iw_resync_overflow(watcher);
	if (watcher->removed.count &&
	    iw_intmap_get(&watcher->removed, (uint32_t)raw->wd)) {
		/* Of a watch that was given up; the same number may be another's by now.
		 */
		if (raw->mask & IN_IGNORED)
			iw_intmap_take(&watcher->removed, (uint32_t)raw->wd);
		return 0;
	}
	int r = raw->mask & IN_UNMOUNT ? iw_mounts_apply(watcher, raw) : 0;
	if (r == 0)
		r = iw_roots_apply(watcher, raw);
	if (r < 0)
		return r;
	const uint32_t node = iw_tree_find_wd(watcher->tree, raw->wd);
	if (node == IW_NO_NODE)
		return 0; /* a late event of a watch that was removed */
	return raw->name_len ? apply_named(watcher, node, raw)
			     : apply_self(watcher, node, raw);
}
