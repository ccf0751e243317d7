/* SPDX-License-Identifier: MIT */
/*
 * A PATH is what the user wrote, not an inode: each visit resolves it anew and finds out
 * whether it is there, whether it is a directory, and whether it is still the same one.
 * The directories on the way are anchored, so that a change of the way is seen.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/inotify.h>

#include "source/inotify.h"
#include "source/resolve.h"
#include "source/roots-private.h"

/* What was there is there no more: nothing below it is known or watched. Whether it was a
 * file stays known, so that its end is told by the path it had. */
static int forget(struct iw_watcher *watcher, uint32_t root)
{
	int r = iw_watcher_unwatch(watcher, root);

	if (r < 0)
		return r;
	iw_windows_close(&watcher->windows, root);
	iw_tree_node(watcher->tree, root)->flags &=
		IW_NODE_LOST | IW_NODE_ANCHORED | IW_NODE_CLEARED | IW_NODE_FILE;
	return iw_watcher_drop_children(watcher, root);
}

/* ---- Anchors ---- */

struct anchoring {
	struct iw_watcher *watcher;
	uint32_t root;
	bool is_short; /* of watches: those that are free are for others */
	bool has_any;
	int error; /* a negative errno: a directory on the way could not be watched */
};

/* Returns a wd or -errno. */
static int watch_step(const struct iw_watcher *watcher, const struct iw_step *step)
{
	const uint32_t mask = step->name ? IW_ANCHOR_NAMES : IW_ANCHOR_SELF;

	return step->fd == AT_FDCWD ? iw_inotify_add(watcher->fd, ".", mask)
				    : iw_inotify_add_fd(watcher->fd, step->fd, mask);
}

/* Called for each directory on the way to a PATH. */
static int anchor_step(void *context, const struct iw_step *step)
{
	struct anchoring *anchoring = context;
	struct iw_watcher *watcher = anchoring->watcher;
	const int wd = anchoring->is_short ? -ENOSPC : watch_step(watcher, step);

	if (wd == -ENOMEM)
		return wd;
	/* Where we may not watch, the PATH itself is watched all the same. */
	if (wd < 0) {
		anchoring->error = wd;
		return 0;
	}
	anchoring->has_any = true;
	return iw_anchors_add(&watcher->anchors, anchoring->root, wd,
			      step->name ? step->name : "", step->name_len);
}

/* Lets go of anchors that the last resolution did not need any more. */
static int release_old_anchors(struct iw_watcher *watcher, uint32_t root)
{
	int32_t wd;
	uint32_t uses;
	int r = 0;

	while (r == 0 && iw_anchors_take_old(&watcher->anchors, root, &wd, &uses)) {
		if (uses == 0 && iw_tree_find_wd(watcher->tree, wd) == IW_NO_NODE)
			r = iw_watcher_remove_wd(watcher, wd);
	}
	return r;
}

int iw_roots_release_anchors(struct iw_watcher *watcher, uint32_t root)
{
	watcher->anchors.round++;
	return release_old_anchors(watcher, root);
}

/* Says once, until all is well again, that not all of the way to root is watched. */
static void note_anchoring(struct iw_watcher *watcher, uint32_t root, int error)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, root);
	const bool is_news = error < 0 && !(fields->flags & IW_NODE_UNANCHORED);

	fields->flags &= (uint16_t)~IW_NODE_UNANCHORED;
	if (error < 0)
		fields->flags |= IW_NODE_UNANCHORED;
	if (is_news && watcher->config.unanchored)
		watcher->config.unanchored(watcher->config.context, iw_node_name(fields),
					   fields->name_len, -error);
}

/* Watches are short: those of what is asked for go before those on the way there. */
static int give_up_anchors(struct iw_watcher *watcher)
{
	watcher->anchors.is_short = true;
	watcher->anchors.round++;
	for (uint32_t root = iw_tree_first_root(watcher->tree); root;
	     root = iw_tree_node(watcher->tree, root)->next) {
		struct iw_node *fields = iw_tree_node(watcher->tree, root);

		/* One that is not there yet has nothing else. */
		if (!(fields->flags & IW_NODE_ANCHORED) ||
		    fields->flags & IW_NODE_AWAITED)
			continue;
		fields->flags &= (uint16_t)~IW_NODE_ANCHORED;
		int r = release_old_anchors(watcher, root);
		if (r < 0)
			return r;
		note_anchoring(watcher, root, -ENOSPC);
	}
	return 0;
}

/*
 * Opens what root names now, and anchors the way to it. Returns a descriptor, and what it
 * is of in ret_st, or -errno.
 */
static int resolve_root(struct iw_watcher *watcher, uint32_t root, struct stat *ret_st)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, root);
	IW_AUTO_FREE char *path = iw_node_copy_name(fields);
	struct anchoring anchoring = {
		.watcher = watcher,
		.root = root,
		.is_short = watcher->anchors.is_short && fields->wd,
	};
	const struct iw_resolve resolve = {
		.is_link_kept = watcher->config.is_link_watched,
		.step = anchor_step,
		.context = &anchoring,
	};

	if (!path)
		return -ENOMEM;
	watcher->anchors.round++;
	IW_AUTO_CLOSE int fd = iw_resolve(&resolve, path, ret_st);
	int r = 0;
	if (fields->flags & IW_NODE_ANCHORED)
		r = release_old_anchors(watcher, root);
	fields->flags &= (uint16_t)~IW_NODE_ANCHORED;
	if (anchoring.has_any)
		fields->flags |= IW_NODE_ANCHORED;
	note_anchoring(watcher, root, anchoring.error);
	if (r < 0)
		return r;
	return IW_TAKE_FD(fd);
}

static int lose(struct iw_watcher *watcher, uint32_t root, int error)
{
	const bool is_missing = error == ENOENT || error == ENOTDIR;
	struct iw_node *fields = iw_tree_node(watcher->tree, root);

	int r = forget(watcher, root);
	fields->flags &= (uint16_t)~IW_NODE_CLEARED;
	if (r == 0 && is_missing && watcher->anchors.is_short) {
		/* The watch it had is free for the way to it. */
		struct stat st;
		const int fd = resolve_root(watcher, root, &st);

		if (fd >= 0)
			close(fd);
		if (fd >= 0)
			return iw_watcher_mark_dirty(watcher, root);
	}
	/* The anchors say when it comes. */
	if (is_missing && fields->flags & IW_NODE_ANCHORED)
		fields->flags |= IW_NODE_AWAITED;
	if (r == 0)
		r = iw_visit_lost_for_now(watcher, root, error);
	return r;
}

/* The way to root has changed: what is told under its name from now on is not its own. */
static int leave_root(struct iw_watcher *watcher, uint32_t root, int32_t wd)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, root);
	const struct iw_window *window = iw_windows_find(&watcher->windows, root);

	/* It tells of what was there before; but another PATH tells it too, and what is
	 * told of this one must come after that. */
	if (window && watcher->position < window->born)
		return iw_tree_find_wd(watcher->tree, wd) == IW_NO_NODE ||
				       !iw_watcher_is_telling(watcher)
			       ? 0
			       : iw_resync_again(watcher, root);
	fields->flags |= IW_NODE_GONE;
	int r = iw_watcher_drop_children(watcher, root);
	return r < 0 ? r : iw_watcher_mark_dirty(watcher, root);
}

int iw_roots_apply(struct iw_watcher *watcher, const struct iw_raw_event *raw)
{
	const struct iw_anchor *anchor;
	uint32_t cursor = 0;

	if (!(raw->mask & (IW_ANCHOR_NAMES | IW_ANCHOR_SELF | IN_IGNORED | IN_UNMOUNT)) ||
	    !iw_anchors_use(&watcher->anchors, raw->wd))
		return 0;
	while ((anchor = iw_anchors_find(&watcher->anchors, raw->wd, raw->name,
					 raw->name_len, &cursor))) {
		int r = leave_root(watcher, anchor->root, raw->wd);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- Visiting ---- */

/* A file as PATH is told like a listed name, with an empty %f. */
static int tell_file(struct iw_watcher *watcher, uint32_t root, const struct stat *st)
{
	const struct iw_scan_entry entry = {
		.name = "",
		.type = S_ISREG(st->st_mode) ? IW_SCAN_REGULAR : IW_SCAN_OTHER,
	};

	if (!iw_watcher_is_telling(watcher))
		return 0;
	watcher->listing_time_ns = iw_watcher_realtime_ns();
	watcher->listing_end = iw_input_end(watcher);
	return iw_emit_found(watcher, root, &entry);
}

/* True if a directory as PATH is listed once it is watched. */
static bool is_to_be_listed(const struct iw_watcher *watcher)
{
	return watcher->config.is_recursive || iw_watcher_is_telling(watcher);
}

/* Where nothing is listed there is no reading of ours to be kept out of the stream. */
uint32_t iw_roots_choose_mask(const struct iw_watcher *watcher, bool is_dir)
{
	if (!is_dir)
		return watcher->file_mask;
	return watcher->dir_mask | (is_to_be_listed(watcher) ? 0 : watcher->read_mask);
}

int iw_roots_list(struct iw_watcher *watcher, uint32_t root, int dir_fd, const char *path)
{
	/* Readers begin with what is there at "ready": they know it already. */
	if (!is_to_be_listed(watcher)) {
		iw_tree_node(watcher->tree, root)->flags |= IW_NODE_LISTED;
		return 0;
	}
	int r = iw_visit_ask_for_reads(watcher, root);
	if (r < 0)
		return r;
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	IW_AUTO_CLOSE int fd = IW_RETRY(openat(dir_fd, path, flags));
	if (fd >= 0)
		return iw_list(watcher, root, fd);
	/* A path may have changed meanwhile, which is no loss yet. */
	return dir_fd == AT_FDCWD ? iw_watcher_mark_dirty(watcher, root)
				  : lose(watcher, root, errno);
}

int iw_roots_bind(struct iw_watcher *watcher, uint32_t root, int wd,
		  const struct stat *st)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, root);
	const uint32_t holder = iw_tree_find_wd(watcher->tree, wd);

	fields->inode = st->st_ino;
	fields->device = iw_walk_device(st);
	if (fields->flags & IW_NODE_LOST)
		watcher->state.lost--;
	fields->flags &= (uint16_t) ~(IW_NODE_LOST | IW_NODE_FILE | IW_NODE_GONE |
				      IW_NODE_AWAITED);
	if (!S_ISDIR(st->st_mode))
		fields->flags |= IW_NODE_FILE;
	/* The path's slash depends on that. */
	iw_emit_forget_path(watcher, root);
	if (holder != root && holder != IW_NO_NODE)
		return iw_visit_note_alias(watcher, root);
	if (holder == IW_NO_NODE) {
		int r = iw_tree_bind(watcher->tree, root, wd);
		if (r < 0)
			return r;
		watcher->state.watched++;
	}
	return 1;
}

static bool is_same(const struct iw_node *fields, const struct stat *st)
{
	return fields->wd && !(fields->flags & IW_NODE_GONE) &&
	       fields->inode == st->st_ino && fields->device == iw_walk_device(st);
}

/* What is queued now tells of the time before, unless the PATH has changed once more. */
static int note_birth(struct iw_watcher *watcher, uint32_t root)
{
	const uint64_t end = iw_input_end(watcher);
	struct iw_window *window;

	if (end <= watcher->position)
		return 0;
	struct stat st;
	const int fd = resolve_root(watcher, root, &st);
	const bool is_there = fd >= 0 && is_same(iw_tree_node(watcher->tree, root), &st);
	if (fd >= 0)
		close(fd);
	if (!is_there)
		return iw_watcher_mark_dirty(watcher, root);
	int r = iw_windows_open(&watcher->windows, root, &window);
	if (r == 0)
		window->born = window->end = end;
	return r;
}

/* Returns the watch of what root names now, or -errno. */
static int watch_root(struct iw_watcher *watcher, int fd, uint32_t mask, bool is_replaced)
{
	const int inotify = watcher->fd;
	int wd = is_replaced ? iw_inotify_replace_fd(inotify, fd, mask)
			     : iw_inotify_add_fd(inotify, fd, mask);

	if (wd != -ENOSPC)
		return wd;
	int r = give_up_anchors(watcher);
	return r < 0 ? r : iw_inotify_add_fd(inotify, fd, mask);
}

static int visit_open(struct iw_watcher *watcher, uint32_t root, int fd,
		      const struct stat *st)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, root);
	const bool was_same = is_same(fields, st);
	const bool is_stale = fields->flags & IW_NODE_STALE;
	const bool is_dir = S_ISDIR(st->st_mode);
	const uint32_t mask = iw_roots_choose_mask(watcher, is_dir);

	if (was_same && !is_stale && (!is_dir || (fields->flags & IW_NODE_LISTED)))
		return 0;
	int r = was_same ? 0 : forget(watcher, root);
	if (r < 0)
		return r;
	/* After an overflow it is asked for less again, so that listing it is no news. */
	const bool is_replaced = is_dir && is_stale && watcher->read_mask;
	const int wd = watch_root(
		watcher, fd, is_replaced ? mask | IW_ANCHOR_NAMES : mask, is_replaced);
	if (wd < 0)
		return lose(watcher, root, -wd);
	r = iw_roots_bind(watcher, root, wd, st);
	if (r <= 0)
		return r;
	r = note_birth(watcher, root);
	if (r < 0)
		return r;
	if (iw_watcher_is_telling(watcher) && !(fields->flags & IW_NODE_CLEARED)) {
		r = iw_resync_root(watcher, root);
		if (r < 0)
			return r;
	}
	fields->flags &= (uint16_t) ~(IW_NODE_STALE | IW_NODE_CLEARED);
	/* An O_PATH descriptor cannot be listed. */
	return is_dir ? iw_roots_list(watcher, root, fd, ".")
		      : tell_file(watcher, root, st);
}

int iw_roots_visit(struct iw_watcher *watcher, uint32_t root)
{
	struct stat st;

	int r = iw_by_name_visit(watcher, root);
	if (r != 0)
		return r < 0 ? r : 0;
	IW_AUTO_CLOSE int fd = resolve_root(watcher, root, &st);
	if (fd < 0)
		return lose(watcher, root, -fd);
	return visit_open(watcher, root, fd, &st);
}
