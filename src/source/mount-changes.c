/* SPDX-License-Identifier: MIT */
/*
 * What it means that mounts have come or gone: the changes are compared with the ways to
 * the PATHs and with the tree below them. Where another file system, or what one had
 * hidden, is visible now, readers forget what was told, and it is watched and listed
 * anew.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/inotify.h>

#include "source/moves-private.h"
#include "source/resolve.h"
#include "source/watcher-private.h"

/* ---- Where PATHs are ---- */

/* A PATH and what has changed on the way to it. */
struct view {
	struct iw_watcher *watcher;
	struct iw_mount_changes *changes;
	uint32_t root;
	bool is_hit;                  /* a mount on the way has come or gone */
	struct iw_mount_change *gone; /* the last that has gone; NULL: none */
	char real[PATH_MAX];          /* where it is now; empty: nowhere */
};

/* The real path of what is open; empty if it has none. */
static void read_path(int fd, char path[PATH_MAX])
{
	char link[sizeof("/proc/self/fd/") + 3 * sizeof(int)];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	const ssize_t len = readlink(link, path, PATH_MAX);
	path[len > 0 && len < PATH_MAX ? len : 0] = '\0';
}

static void look_at(struct view *view, const char *path)
{
	for (size_t i = 0; i < view->changes->len; i++) {
		struct iw_mount_change *change = &view->changes->items[i];

		if (change->is_remounted || strcmp(change->point, path) != 0)
			continue;
		view->is_hit = true;
		if (change->has_gone)
			view->gone = change;
	}
}

/* Called for each directory on the way to a PATH. */
static int look_at_step(void *context, const struct iw_step *step)
{
	struct view *view = context;
	char path[PATH_MAX];

	if (!step->name) {
		read_path(step->fd, path);
		look_at(view, path);
	}
	return 0;
}

static int view_init(struct view *view, struct iw_watcher *watcher,
		     struct iw_mount_changes *changes, uint32_t root)
{
	const struct iw_node *fields = iw_tree_node(watcher->tree, root);
	IW_AUTO_FREE char *path = strndup(iw_node_name(fields), fields->name_len);
	const struct iw_resolve resolve = {
		.is_link_kept = watcher->config.is_link_watched,
		.step = look_at_step,
		.context = view,
	};

	if (!path)
		return -ENOMEM;
	view->watcher = watcher;
	view->changes = changes;
	view->root = root;
	struct stat st;
	IW_AUTO_CLOSE int fd = iw_resolve(&resolve, path, &st);
	if (fd == -ENOMEM)
		return fd;
	if (fd >= 0) {
		read_path(fd, view->real);
		look_at(view, view->real);
	}
	return 0;
}

/* A name below a PATH: a node, or a name in a watched node. */
struct spot {
	uint32_t node; /* IW_NO_NODE: only its parent is in the tree */
	uint32_t parent;
	const char *name;
};

/* Where a mount point is in the PATH's tree. Returns false if it is not. */
static bool find_spot(const struct view *view, const char *point, struct spot *ret_spot)
{
	const struct iw_tree *tree = view->watcher->tree;
	const char *rest = view->real[0] ? iw_mount_path_below(point, view->real) : NULL;
	uint32_t parent = view->root;

	while (rest && *rest) {
		const size_t len = strcspn(rest, "/");
		const uint32_t node = iw_tree_find_child(tree, parent, rest, len);

		if (rest[len] == '\0') {
			*ret_spot = (struct spot){node, parent, rest};
			return node || iw_tree_node(tree, parent)->wd;
		}
		if (!node)
			return false;
		parent = node;
		rest += len + 1;
	}
	return false;
}

/* ---- Telling ---- */

static int tell_unmount(struct iw_watcher *watcher, uint32_t node, const char *name)
{
	const bool is_file =
		!*name && iw_tree_node(watcher->tree, node)->flags & IW_NODE_FILE;
	const struct iw_raw_event raw = {
		.wd = iw_tree_node(watcher->tree, node)->wd,
		.mask = IN_UNMOUNT | (is_file ? 0 : IN_ISDIR),
		.name = name,
		.name_len = strlen(name),
	};

	watcher->input_time_ns = iw_watcher_realtime_ns();
	return iw_emit_event(watcher, node, &raw);
}

/* A name that is no node is told if it is not hidden. */
static int tell_unmounted_name(struct iw_watcher *watcher, const struct spot *spot)
{
	struct iw_path path;

	int r = iw_emit_path(watcher, spot->parent, spot->name, strlen(spot->name),
			     &path);
	if (r < 0 || iw_filter_prunes(watcher->config.filter, &path, true) ||
	    !iw_filter_shows(watcher->config.filter, &path, true))
		return r;
	return tell_unmount(watcher, spot->parent, spot->name);
}

/* The same directory may be reached by two PATHs: it belongs to whoever watches it. */
static int tell_gone_root(struct view *view, bool is_watched)
{
	const struct iw_node *fields = iw_tree_node(view->watcher->tree, view->root);

	if (!view->gone || (fields->flags & IW_NODE_LOST) ||
	    (fields->wd != 0) != is_watched || (!is_watched && view->gone->is_told))
		return 0;
	view->gone->is_told = true;
	return tell_unmount(view->watcher, view->root, "");
}

static int tell_gone_below(struct view *view, bool is_watched)
{
	struct iw_watcher *watcher = view->watcher;
	int r = 0;

	/* Mounts on mounts go first. */
	for (size_t i = view->changes->len; i > 0 && r == 0; i--) {
		struct iw_mount_change *change = &view->changes->items[i - 1];
		struct spot spot;

		if (!change->has_gone || change->is_told ||
		    !find_spot(view, change->point, &spot))
			continue;
		if ((spot.node && iw_tree_node(watcher->tree, spot.node)->wd) !=
		    is_watched)
			continue;
		change->is_told = true;
		r = spot.node ? tell_unmount(watcher, spot.node, "")
			      : tell_unmounted_name(watcher, &spot);
	}
	return r;
}

static void notice_remounts(const struct view *view)
{
	struct iw_watcher *watcher = view->watcher;
	const struct iw_mount *holder =
		iw_mount_table_find(&watcher->mounts.table, view->real);

	for (size_t i = 0; i < view->changes->len && watcher->config.remounted; i++) {
		struct iw_mount_change *change = &view->changes->items[i];
		const bool is_ours =
			(holder && strcmp(holder->point, change->point) == 0) ||
			iw_mount_path_below(change->point, view->real);

		if (!change->is_remounted || change->is_told || !is_ours)
			continue;
		change->is_told = true;
		watcher->config.remounted(watcher->config.context, change->point,
					  change->is_read_only);
	}
}

/* ---- Starting anew ---- */

/* What the node was is not what its name stands for now. */
static int abandon(struct iw_watcher *watcher, uint32_t node)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);

	iw_windows_close(&watcher->windows, node);
	iw_moves_forget(watcher, node);
	int r = iw_watcher_unwatch(watcher, node);
	if (r == 0)
		r = iw_watcher_drop_children(watcher, node);
	/* It may wait for an event that does not come any more. */
	fields->flags &= (uint16_t) ~(IW_NODE_DIRTY | IW_NODE_LISTED | IW_NODE_STALE |
				      IW_NODE_ALIAS);
	return r < 0 ? r : iw_watcher_mark_dirty(watcher, node);
}

static int abandon_below(struct iw_watcher *watcher, uint32_t node)
{
	int r = abandon(watcher, node);

	if (r < 0 || !iw_watcher_is_telling(watcher))
		return r;
	watcher->is_resyncing = true;
	return iw_emit_control(watcher, IW_RESYNC, node, 0);
}

int iw_mounts_leave(struct iw_watcher *watcher, uint32_t node)
{
	int r = tell_unmount(watcher, node, "");

	if (r < 0)
		return r;
	return iw_tree_node(watcher->tree, node)->parent ? abandon_below(watcher, node)
							 : abandon(watcher, node);
}

/* A file as mount point: another content has this name now. */
static int tell_name(struct iw_watcher *watcher, const struct spot *spot)
{
	struct iw_scan_entry entry = {.name = spot->name, .name_len = strlen(spot->name)};
	struct stat st;
	int fd;

	if (!iw_watcher_is_telling(watcher) ||
	    iw_walk_to(&watcher->walk, watcher->tree, spot->parent, &fd) < 0 ||
	    fstatat(fd, spot->name, &st, AT_SYMLINK_NOFOLLOW) < 0 || S_ISDIR(st.st_mode))
		return 0;
	entry.type = S_ISREG(st.st_mode) ? IW_SCAN_REGULAR : IW_SCAN_OTHER;
	watcher->listing_time_ns = iw_watcher_realtime_ns();
	return iw_emit_found(watcher, spot->parent, &entry);
}

static int start_anew(struct view *view)
{
	struct iw_watcher *watcher = view->watcher;
	int r = 0;

	if (view->is_hit)
		return abandon(watcher, view->root);
	for (size_t i = 0; i < view->changes->len && r == 0; i++) {
		const struct iw_mount_change *change = &view->changes->items[i];
		struct spot spot;

		if (change->is_remounted || !find_spot(view, change->point, &spot))
			continue;
		r = spot.node ? abandon_below(watcher, spot.node)
			      : tell_name(watcher, &spot);
	}
	/* Its way may lead elsewhere although no mount is on it. */
	return r < 0 ? r : iw_watcher_mark_dirty(watcher, view->root);
}

static bool has_moved_mounts(const struct iw_mount_changes *changes)
{
	for (size_t i = 0; i < changes->len; i++) {
		if (!changes->items[i].is_remounted)
			return true;
	}
	return false;
}

static int apply_to_views(struct view *views, size_t len, bool has_moved)
{
	int r = 0;

	for (int pass = 0; pass < 2 && has_moved; pass++) {
		for (size_t i = 0; i < len && r == 0; i++) {
			r = tell_gone_below(&views[i], pass == 0);
			if (r == 0)
				r = tell_gone_root(&views[i], pass == 0);
		}
	}
	for (size_t i = 0; i < len && r == 0; i++) {
		notice_remounts(&views[i]);
		if (has_moved)
			r = start_anew(&views[i]);
	}
	return r;
}

int iw_mounts_apply_changes(struct iw_watcher *watcher, struct iw_mount_changes *changes)
{
	const struct iw_tree *tree = watcher->tree;
	size_t len = 0;
	int r = 0;

	for (uint32_t root = iw_tree_first_root(tree); root;
	     root = iw_tree_node(tree, root)->next)
		len++;
	IW_AUTO_FREE struct view *views = calloc(len ? len : 1, sizeof(*views));
	if (!views)
		return -ENOMEM;
	len = 0;
	for (uint32_t root = iw_tree_first_root(tree); root && r == 0;
	     root = iw_tree_node(tree, root)->next)
		r = view_init(&views[len++], watcher, changes, root);
	if (r == 0)
		r = apply_to_views(views, len, has_moved_mounts(changes));
	iw_walk_clear(&watcher->walk);
	return r;
}
