/* SPDX-License-Identifier: MIT */
/*
 * Listing a directory that is watched already: its subdirectories go on the agenda, and
 * readers are told what is there, if they do not know it.
 */
#include <errno.h>

#include "source/watcher-private.h"

int iw_list_wants(struct iw_watcher *watcher, uint32_t parent, const char *name,
		  size_t name_len, bool *ret_is_wanted)
{
	const struct iw_watcher_config *config = &watcher->config;
	struct iw_path path;
	size_t depth;

	*ret_is_wanted = false;
	if (!config->is_recursive)
		return 0;
	if (config->max_depth) {
		iw_tree_root_of(watcher->tree, parent, &depth);
		if (depth + 1 >= config->max_depth)
			return 0;
	}
	*ret_is_wanted = !iw_filter_has_ignores(config->filter);
	if (*ret_is_wanted)
		return 0;
	int r = iw_emit_path(watcher, parent, name, name_len, &path);
	if (r == 0)
		*ret_is_wanted = !iw_filter_prunes(config->filter, &path, true);
	return r;
}

struct listing {
	struct iw_watcher *watcher;
	struct iw_window *window; /* NULL: nothing is told */
	uint32_t node;
	bool are_siblings; /* subdirectories are watched together */
	bool is_failed;    /* by us, and not by the directory */
};

int iw_list_directory(struct iw_watcher *watcher, uint32_t node, const char *name,
		      size_t name_len)
{
	uint32_t child = iw_tree_find_child(watcher->tree, node, name, name_len);
	bool is_wanted;
	int r = 0;

	if (!child) {
		r = iw_list_wants(watcher, node, name, name_len, &is_wanted);
		if (r < 0 || !is_wanted)
			return r;
		r = iw_tree_add(watcher->tree, node, name, name_len, &child);
		if (r < 0)
			return r;
	}
	if (iw_tree_node(watcher->tree, child)->flags & IW_NODE_LISTED)
		return 0;
	return iw_watcher_mark_dirty(watcher, child);
}

static int tell_and_enter(struct listing *listing, const struct iw_scan_entry *entry)
{
	if (listing->window &&
	    !iw_nameset_has(&listing->window->known, entry->name, entry->name_len)) {
		int r = iw_emit_found(listing->watcher, listing->node, entry);
		if (r == 0)
			r = iw_nameset_add(&listing->window->known, entry->name,
					   entry->name_len);
		if (r < 0)
			return r;
	}
	if (entry->type != IW_SCAN_DIR)
		return 0;
	return listing->are_siblings
		       ? iw_siblings_note(listing->watcher, listing->node, entry)
		       : iw_list_directory(listing->watcher, listing->node, entry->name,
					   entry->name_len);
}

static int list_entry(void *context, const struct iw_scan_entry *entry)
{
	struct listing *listing = context;
	int r = tell_and_enter(listing, entry);

	listing->is_failed = r < 0;
	return r;
}

/*
 * Half a listing must not pass for a whole one: what is told of a directory, readers take
 * for the end of its loss.
 */
static int abandon(struct iw_watcher *watcher, uint32_t node, int error)
{
	iw_windows_close(&watcher->windows, node);
	iw_tree_node(watcher->tree, node)->flags &= (uint16_t)~IW_NODE_LISTED;
	int r = iw_watcher_unwatch(watcher, node);
	if (r == 0)
		r = iw_watcher_drop_children(watcher, node);
	return r < 0 ? r : iw_visit_lost(watcher, node, error);
}

int iw_list(struct iw_watcher *watcher, uint32_t node, int fd)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);
	struct listing listing = {
		.watcher = watcher,
		.node = node,
		.are_siblings = iw_siblings_are_wanted(watcher, node),
	};
	const bool is_told = iw_watcher_is_telling(watcher);
	int r = 0;

	if (!is_told && !watcher->config.is_recursive)
		return 0;
	watcher->listing_time_ns = iw_watcher_realtime_ns();
	if (is_told) {
		r = iw_windows_open(&watcher->windows, node, &listing.window);
		if (r < 0)
			return r;
		listing.window->has_known = true;
		listing.window->listed = iw_input_end(watcher);
	}
	fields->flags = (uint16_t)((fields->flags & ~IW_NODE_STALE) | IW_NODE_LISTED);
	r = iw_scan(fd, list_entry, &listing);
	if (watcher->siblings.count == 0) {
		watcher->listing_end = iw_input_end(watcher);
	} else {
		int watched = iw_siblings_watch(watcher, node, fd);

		listing.is_failed = listing.is_failed || watched < 0;
		r = watched < 0 ? watched : r;
	}
	if (listing.window)
		listing.window->end = watcher->listing_end;
	/* Removed while it was listed: the parent's events tell. */
	if (r == -ENOENT && !listing.is_failed)
		return 0;
	if (r == 0 || listing.is_failed)
		return r;
	return abandon(watcher, node, -r);
}
