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

/* True for a shortage that may be over with the next event. */
static bool is_shortage(int error)
{
	return error == ENOMEM || error == EMFILE || error == ENFILE;
}

int iw_visit_lost(struct iw_watcher *watcher, uint32_t node, int error)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);

	if (fields->flags & IW_NODE_LOST)
		return 0;
	fields->flags |= IW_NODE_LOST;
	watcher->state.lost++;
	return iw_emit_control(watcher, IW_LOST, node, error);
}

int iw_visit_lost_for_now(struct iw_watcher *watcher, uint32_t node, int error)
{
	int r = iw_visit_lost(watcher, node, error);

	return r < 0 || !is_shortage(error) ? r : iw_visit_later(watcher, node);
}

int iw_visit_later(struct iw_watcher *watcher, uint32_t node)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);
	uint64_t position = iw_input_end(watcher);

	if (fields->flags & (IW_NODE_DIRTY | IW_NODE_WAITING))
		return 0;
	fields->flags |= IW_NODE_WAITING;
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

static int fail(struct iw_watcher *watcher, uint32_t node, int error)
{
	return is_moved_on(error) ? iw_visit_later(watcher, node)
				  : iw_visit_lost_for_now(watcher, node, error);
}

int iw_visit_ask_for_reads(struct iw_watcher *watcher, uint32_t node)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);

	if (!watcher->read_mask || (fields->flags & IW_NODE_SLOW))
		return 0;
	fields->flags |= IW_NODE_SLOW;
	return iw_node_stack_push(&watcher->agenda.upgrades, node);
}

/* A directory that is being visited. */
struct opened {
	int parent_fd;
	int fd;
	bool is_quiet;    /* fd is O_PATH: opening it caused no event */
	bool is_bound;    /* fd is the node's */
	const char *name; /* in the parent, NUL-terminated */
	struct stat st;
};

static int open_directory(int dir_fd, const char *name, int how)
{
	const int flags = how | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	const int fd = IW_RETRY(openat(dir_fd, name, flags));

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

int iw_visit_note_alias(struct iw_watcher *watcher, uint32_t node)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);

	if (fields->flags & IW_NODE_ALIAS)
		return 0;
	fields->flags |= IW_NODE_ALIAS;
	return iw_node_stack_push(&watcher->aliases, node);
}

/* The directory has a watch already, under another name in the tree. */
static int known_elsewhere(struct iw_watcher *watcher, uint32_t node, uint32_t holder)
{
	const struct iw_node *other = iw_tree_node(watcher->tree, holder);
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
		return iw_visit_note_alias(watcher, node); /* a mount, or two PATHs */
	}
	return iw_visit_later(watcher, node); /* it has moved; the events are queued */
}

/*
 * Another directory has the node's name by now, and what the events say of that is
 * queued. Until they are applied the node stays what it is: its own events go on.
 */
static int leave_to_events(struct iw_watcher *watcher, uint32_t node, int32_t wd)
{
	if (iw_tree_find_wd(watcher->tree, wd) == IW_NO_NODE &&
	    !iw_anchors_use(&watcher->anchors, wd)) {
		int r = iw_watcher_remove_wd(watcher, wd);

		if (r < 0)
			return r;
	}
	return iw_visit_later(watcher, node);
}

/* Joins the node with the watch of what was opened. Returns 1 if it can be listed. */
static int bind_watch(struct iw_watcher *watcher, uint32_t node, int32_t wd,
		      const struct stat *st)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);
	const uint32_t holder = iw_tree_find_wd(watcher->tree, wd);
	int r = 0;

	/* After an overflow there may be no such events. */
	if (fields->wd && fields->wd != wd && !(fields->flags & IW_NODE_STALE))
		return leave_to_events(watcher, node, wd);
	fields->flags &= (uint16_t)~IW_NODE_ALIAS;
	fields->inode = st->st_ino;
	fields->device = iw_walk_device(st);
	if (holder != node)
		r = iw_watcher_unwatch(watcher, node);
	if (r < 0)
		return r;
	if (holder == IW_NO_NODE) {
		r = iw_tree_bind(watcher->tree, node, wd);
		if (r == 0) {
			watcher->state.watched++;
			r = iw_emit_watched(watcher, node);
		}
	} else if (holder != node) {
		r = known_elsewhere(watcher, node, holder);
	}
	if (r < 0 || fields->wd != wd)
		return r;
	if (fields->flags & IW_NODE_LOST) {
		fields->flags &= (uint16_t)~IW_NODE_LOST;
		watcher->state.lost--;
	}
	return 1;
}

/*
 * What is queued now may tell of another directory that had this name before. If the name
 * still stands for ours after the end of the queue was looked at, all of that is old.
 * Returns 1, 0 if the name has moved on, or -ENOMEM.
 */
static int note_birth(struct iw_watcher *watcher, uint32_t node,
		      const struct opened *opened)
{
	const uint64_t end = iw_input_end(watcher);
	struct iw_window *window;
	struct stat st;

	if (end <= watcher->position)
		return 1;
	if (IW_RETRY(fstatat(opened->parent_fd, opened->name, &st, AT_SYMLINK_NOFOLLOW)) <
		    0 ||
	    st.st_ino != opened->st.st_ino || st.st_dev != opened->st.st_dev)
		return 0;
	int r = iw_windows_open(&watcher->windows, node, &window);
	if (r < 0)
		return r;
	window->born = window->end = end;
	return 1;
}

/*
 * After an overflow the directory's watch tells reads already, and listing it would be
 * told: it is asked for less until its subtree is listed. Returns a wd or -errno.
 */
static int watch(struct iw_watcher *watcher, const struct opened *opened)
{
	if (!watcher->read_mask || !watcher->is_resyncing)
		return iw_inotify_add_fd(watcher->fd, opened->fd, watcher->dir_mask);
	const int wd = iw_inotify_replace_fd(watcher->fd, opened->fd, watcher->dir_mask);
	const uint32_t holder = wd < 0 ? IW_NO_NODE : iw_tree_find_wd(watcher->tree, wd);
	const int r = holder ? iw_visit_ask_for_reads(watcher, holder) : 0;

	return r < 0 ? r : wd;
}

static int list_opened(struct iw_watcher *watcher, uint32_t node,
		       const struct opened *opened)
{
	const struct iw_node *fields = iw_tree_node(watcher->tree, node);
	const uint32_t parent = fields->parent;
	const bool is_heard = is_noisy(watcher, parent);

	if (!opened->is_quiet)
		return iw_list(watcher, node, opened->fd);
	int r = is_heard ? expect_noise(watcher, parent, fields) : 0;
	if (r < 0)
		return r;
	const int fd = open_directory(opened->fd, ".", O_RDONLY);
	if (fd < 0)
		return fail(watcher, node, -fd);
	r = iw_list(watcher, node, fd);
	close(fd);
	if (is_heard)
		bound_noise(watcher, parent);
	return r;
}

/* A new mode of a directory that we may not read brings it back here. */
static int await_permission(struct iw_watcher *watcher, uint32_t node, int parent_fd,
			    int error)
{
	const int wd = iw_inotify_add_fd(watcher->fd, parent_fd, IN_ATTRIB);

	return iw_visit_lost_for_now(watcher, node,
				     wd < 0 && is_shortage(-wd) ? -wd : error);
}

/*
 * The listing of its parent has set its watch, and this is what it was set on: events
 * that are queued came later, and are told of it.
 */
static bool is_fresh(const struct iw_node *node, const struct stat *st)
{
	return (node->flags & IW_NODE_FRESH) && node->wd && node->inode == st->st_ino &&
	       node->device == iw_walk_device(st);
}

static int list_fresh(struct iw_watcher *watcher, uint32_t node, struct opened *opened)
{
	opened->is_bound = true;
	int r = iw_visit_ask_for_reads(watcher, node);
	return r < 0 ? r : list_opened(watcher, node, opened);
}

static int visit_open(struct iw_watcher *watcher, uint32_t node, struct opened *opened)
{
	size_t depth;

	if (IW_RETRY(fstat(opened->fd, &opened->st)) < 0)
		return fail(watcher, node, errno);
	if (is_fresh(iw_tree_node(watcher->tree, node), &opened->st))
		return list_fresh(watcher, node, opened);
	if (watcher->config.is_one_file_system) {
		const uint32_t root = iw_tree_root_of(watcher->tree, node, &depth);

		if (iw_tree_node(watcher->tree, root)->device !=
		    iw_walk_device(&opened->st))
			return 0;
	}
	const int wd = watch(watcher, opened);
	if (wd == -EACCES)
		return await_permission(watcher, node, opened->parent_fd, EACCES);
	if (wd < 0)
		return fail(watcher, node, -wd);
	int r = bind_watch(watcher, node, wd, &opened->st);
	if (r <= 0)
		return r;
	opened->is_bound = true;
	r = note_birth(watcher, node, opened);
	if (r == 0) {
		r = iw_watcher_unwatch(watcher, node);
		return r < 0 ? r : iw_visit_later(watcher, node);
	}
	if (r > 0)
		r = iw_visit_ask_for_reads(watcher, node);
	return r < 0 ? r : list_opened(watcher, node, opened);
}

int iw_visit(struct iw_watcher *watcher, uint32_t node)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);
	const uint32_t parent = fields->parent;
	IW_AUTO_FREE char *name = iw_node_copy_name(fields);
	struct opened opened = {.name = name};

	if (!name)
		return -ENOMEM;
	int r = iw_walk_to(&watcher->walk, watcher->tree, parent, &opened.parent_fd);
	if (r < 0)
		return fail(watcher, node, -r);
	/* A visit that fails must not be heard, or it would call for the next one. */
	opened.is_quiet = watcher->read_mask &&
			  (watcher->is_resyncing || is_noisy(watcher, parent));
	opened.fd = open_directory(opened.parent_fd, name,
				   opened.is_quiet ? O_PATH : O_RDONLY);
	if (opened.fd == -EACCES || opened.fd == -EPERM)
		return await_permission(watcher, node, opened.parent_fd, -opened.fd);
	if (opened.fd < 0)
		return fail(watcher, node, -opened.fd);
	r = visit_open(watcher, node, &opened);
	fields->flags &= (uint16_t)~IW_NODE_FRESH;
	if (r < 0 || !opened.is_bound || fields->wd == 0)
		close(opened.fd);
	else
		iw_walk_keep(&watcher->walk, watcher->tree, node, opened.fd);
	return r;
}

/* Asks by the node's name, and returns the wd of what has that now, or -errno. */
static int ask_for_reads(struct iw_watcher *watcher, const struct iw_node *fields)
{
	const uint32_t mask = watcher->read_mask | IN_ONLYDIR;
	const uint32_t how = watcher->config.is_link_watched ? IN_DONT_FOLLOW : 0;
	IW_AUTO_FREE char *name = iw_node_copy_name(fields);
	int fd;

	if (!name)
		return -ENOMEM;
	if (!fields->parent)
		return iw_inotify_add(watcher->fd, name, mask | how);
	int r = iw_walk_to(&watcher->walk, watcher->tree, fields->parent, &fd);
	return r < 0 ? r : iw_inotify_add_at(watcher->fd, fd, name, mask);
}

int iw_visit_upgrade(struct iw_watcher *watcher, uint32_t node)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);

	if (fields->wd == 0)
		return 0;
	const int r = ask_for_reads(watcher, fields);
	if (r > 0 && !iw_tree_find_wd(watcher->tree, r) &&
	    !iw_anchors_use(&watcher->anchors, r)) {
		/* Something else has that name now. */
		const int removed = iw_watcher_remove_wd(watcher, r);
		if (removed < 0)
			return removed;
	}
	if (r == fields->wd)
		return 0;
	/* Its path has moved on: the next event brings it back here. */
	fields->flags |= IW_NODE_SLOW;
	return iw_visit_later(watcher, node);
}
