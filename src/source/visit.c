/* SPDX-License-Identifier: MIT */
/*
 * Visiting a directory: open it by a proven path, watch it, then list it. The watch comes
 * first, so that what the listing misses is an event, and what both see is told once.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/inotify.h>

#include "source/inotify.h"
#include "source/watcher-private.h"

int iw_visit_lost(struct iw_watcher *watcher, uint32_t node, int error)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);

	if (fields->flags & IW_NODE_LOST)
		return 0;
	fields->flags |= IW_NODE_LOST;
	watcher->state.lost++;
	return iw_emit_control(watcher, IW_LOST, node, error);
}

int iw_visit_later(struct iw_watcher *watcher, uint32_t node)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);
	uint64_t position = iw_input_end(watcher);

	if (fields->flags & IW_NODE_DIRTY)
		return 0;
	fields->flags |= IW_NODE_DIRTY;
	/* With nothing queued, only a further event can change anything: no spinning. */
	if (position <= watcher->position)
		position = watcher->position + 1;
	return iw_agenda_wait(&watcher->agenda, node, position);
}

/* True for errors which say that the path has changed since the stream's last event. */
static bool is_moved_on(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ELOOP || error == ESTALE;
}

/* True for a shortage that may be over with the next event. */
static bool is_shortage(int error)
{
	return error == ENOMEM || error == EMFILE || error == ENFILE;
}

static int fail(struct iw_watcher *watcher, uint32_t node, int error)
{
	if (is_moved_on(error) || is_shortage(error))
		return iw_visit_later(watcher, node);
	return iw_visit_lost(watcher, node, error);
}

static int open_directory(int parent_fd, const struct iw_node *node)
{
	IW_AUTO_FREE char *name = strndup(iw_node_name(node), node->name_len);

	if (!name)
		return -ENOMEM;
	const int fd =
		openat(parent_fd, name,
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/*
 * We open, list and close node in view of its parent. Where the parent tells reads, they
 * are ours and nobody's news.
 */
static bool is_noisy(const struct iw_watcher *watcher, uint32_t parent)
{
	return watcher->read_mask &&
	       !(iw_tree_node(watcher->tree, parent)->flags & IW_NODE_SLOW);
}

static int expect_noise(struct iw_watcher *watcher, uint32_t parent,
			const struct iw_node *node)
{
	struct iw_window *window;

	int r = iw_windows_open(&watcher->windows, parent, &window);
	if (r == 0)
		r = iw_nameset_add(&window->noise, iw_node_name(node), node->name_len);
	return r;
}

/* The descriptor was closed: the noise is in the queue. */
static void bound_noise(struct iw_watcher *watcher, uint32_t parent)
{
	struct iw_window *window = iw_windows_find(&watcher->windows, parent);

	if (window)
		window->end = iw_input_end(watcher);
}

/* The directory has a watch already, under another name in the tree. */
static int known_elsewhere(struct iw_watcher *watcher, uint32_t node, uint32_t holder)
{
	const struct iw_node *other = iw_tree_node(watcher->tree, holder);
	struct iw_node *fields = iw_tree_node(watcher->tree, node);
	int fd;

	if ((other->flags & IW_NODE_STALE) && other->parent &&
	    !iw_tree_is_below(watcher->tree, node, holder)) {
		/* The overflow swallowed its move: its watch serves here from now on. */
		const int32_t wd = other->wd;

		iw_tree_unbind(watcher->tree, holder);
		return iw_tree_bind(watcher->tree, node, wd);
	}
	if (!other->parent ||
	    iw_walk_to(&watcher->walk, watcher->tree, holder, &fd) == 0) {
		fields->flags |= IW_NODE_ALIAS; /* a mount shows it twice, or two PATHs */
		return 0;
	}
	return iw_visit_later(watcher, node); /* it has moved; the events are queued */
}

/* Joins the node with the watch of what was opened. Returns 1 if it can be listed. */
static int bind_watch(struct iw_watcher *watcher, uint32_t node, int32_t wd,
		      const struct stat *st)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);
	const uint32_t holder = iw_tree_find_wd(watcher->tree, wd);
	int r = 0;

	fields->flags &= (uint16_t)~IW_NODE_ALIAS;
	if (holder != node && fields->wd)
		iw_watcher_unwatch(watcher, node);
	if (holder == IW_NO_NODE) {
		r = iw_tree_bind(watcher->tree, node, wd);
		if (r == 0)
			watcher->state.watched++;
	} else if (holder != node) {
		r = known_elsewhere(watcher, node, holder);
	}
	if (r < 0 || fields->wd != wd)
		return r;
	fields->inode = st->st_ino;
	fields->device = iw_walk_device(st);
	if (fields->flags & IW_NODE_LOST) {
		fields->flags &= (uint16_t)~IW_NODE_LOST;
		watcher->state.lost--;
	}
	return 1;
}

int iw_visit_wants(struct iw_watcher *watcher, uint32_t parent, const char *name,
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
	int r = iw_emit_path(watcher, parent, name, name_len, &path);
	if (r == 0)
		*ret_is_wanted = !iw_filter_prunes(config->filter, &path, true);
	return r;
}

struct listing {
	struct iw_watcher *watcher;
	struct iw_window *window; /* NULL: nothing is told */
	uint32_t node;
};

static int list_directory(struct listing *listing, const struct iw_scan_entry *entry)
{
	struct iw_watcher *watcher = listing->watcher;
	uint32_t child = iw_tree_find_child(watcher->tree, listing->node, entry->name,
					    entry->name_len);
	bool is_wanted;
	int r = 0;

	if (!child) {
		r = iw_visit_wants(watcher, listing->node, entry->name, entry->name_len,
				   &is_wanted);
		if (r < 0 || !is_wanted)
			return r;
		r = iw_tree_add(watcher->tree, listing->node, entry->name,
				entry->name_len, &child);
		if (r < 0)
			return r;
	} else if (iw_tree_node(watcher->tree, child)->flags & IW_NODE_LISTED) {
		return 0;
	}
	return iw_watcher_mark_dirty(watcher, child);
}

static int list_entry(void *context, const struct iw_scan_entry *entry)
{
	struct listing *listing = context;

	if (listing->window &&
	    !iw_nameset_has(&listing->window->known, entry->name, entry->name_len)) {
		int r = iw_emit_found(listing->watcher, listing->node, entry);
		if (r == 0)
			r = iw_nameset_add(&listing->window->known, entry->name,
					   entry->name_len);
		if (r < 0)
			return r;
	}
	return entry->type == IW_SCAN_DIR ? list_directory(listing, entry) : 0;
}

int iw_visit_list(struct iw_watcher *watcher, uint32_t node, int fd)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);
	struct listing listing = {.watcher = watcher, .node = node};
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
	}
	fields->flags = (uint16_t)((fields->flags & ~IW_NODE_STALE) | IW_NODE_LISTED);
	r = iw_scan(fd, list_entry, &listing);
	watcher->listing_end = iw_input_end(watcher);
	if (listing.window)
		listing.window->end = watcher->listing_end;
	/* Removed while it was listed: the parent's events tell. */
	return r == -ENOENT ? 0 : r;
}

static int visit_open(struct iw_watcher *watcher, uint32_t node, int fd)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);
	size_t depth;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return fail(watcher, node, errno);
	if (watcher->config.is_one_file_system) {
		const uint32_t root = iw_tree_root_of(watcher->tree, node, &depth);

		if (iw_tree_node(watcher->tree, root)->device != iw_walk_device(&st))
			return 0;
	}
	const int wd = iw_inotify_add_fd(watcher->fd, fd, watcher->dir_mask);
	if (wd < 0)
		return fail(watcher, node, -wd);
	int r = bind_watch(watcher, node, wd, &st);
	if (r <= 0)
		return r;
	if (watcher->read_mask && !(fields->flags & IW_NODE_SLOW)) {
		fields->flags |= IW_NODE_SLOW;
		r = iw_node_stack_push(&watcher->agenda.upgrades, node);
		if (r < 0)
			return r;
	}
	return iw_visit_list(watcher, node, fd);
}

/* A new mode of a directory that we may not read brings it back here. */
static int await_permission(struct iw_watcher *watcher, uint32_t node, int parent_fd,
			    int error)
{
	const int wd = iw_inotify_add_fd(watcher->fd, parent_fd, IN_ATTRIB);

	if (wd < 0 && is_shortage(-wd))
		return iw_visit_later(watcher, node);
	return iw_visit_lost(watcher, node, error);
}

int iw_visit(struct iw_watcher *watcher, uint32_t node)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);
	const uint32_t parent = fields->parent;
	int parent_fd;

	int r = iw_walk_to(&watcher->walk, watcher->tree, parent, &parent_fd);
	if (r < 0)
		return fail(watcher, node, -r);
	const bool was_noisy = is_noisy(watcher, parent);
	if (was_noisy && (r = expect_noise(watcher, parent, fields)) < 0)
		return r;
	const int fd = open_directory(parent_fd, fields);
	if (fd == -EACCES || fd == -EPERM)
		return await_permission(watcher, node, parent_fd, -fd);
	if (fd < 0)
		return fail(watcher, node, -fd);
	r = visit_open(watcher, node, fd);
	if (r < 0 || fields->wd == 0 || was_noisy)
		close(fd);
	else
		iw_walk_keep(&watcher->walk, watcher->tree, node, fd);
	if (was_noisy) {
		bound_noise(watcher, parent);
		/* A resync must not overflow a queue that is short by its own noise. */
		if (r == 0)
			r = iw_input_drain(watcher);
	}
	return r;
}

int iw_visit_upgrade(struct iw_watcher *watcher, uint32_t node)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);
	const uint32_t mask = watcher->read_mask | IN_ONLYDIR;
	int fd;

	if (fields->wd == 0)
		return 0;
	int r = iw_walk_to(&watcher->walk, watcher->tree,
			   fields->parent ? fields->parent : node, &fd);
	if (r == 0 && fields->parent) {
		IW_AUTO_FREE char *name = strndup(iw_node_name(fields), fields->name_len);

		if (!name)
			return -ENOMEM;
		r = iw_inotify_add_at(watcher->fd, fd, name, mask);
	} else if (r == 0) {
		r = iw_inotify_add_fd(watcher->fd, fd, mask);
	}
	if (r > 0 && !iw_tree_find_wd(watcher->tree, r))
		iw_inotify_remove(watcher->fd, r); /* something else has that name now */
	if (r == fields->wd)
		return 0;
	/* Its path has moved on: the next event brings it back here. */
	fields->flags |= IW_NODE_SLOW;
	return iw_visit_later(watcher, node);
}
