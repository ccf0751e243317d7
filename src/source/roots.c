/* SPDX-License-Identifier: MIT */
/*
 * A PATH is what the user wrote, not an inode: each visit opens it anew and finds out
 * whether it is there, whether it is a directory, and whether it is still the same one.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sys/inotify.h>

#include "source/inotify.h"
#include "source/watcher-private.h"

static int open_root(struct iw_watcher *watcher, const struct iw_node *fields, int flags)
{
	IW_AUTO_FREE char *path = strndup(iw_node_name(fields), fields->name_len);

	if (!path)
		return -ENOMEM;
	if (watcher->config.is_link_watched)
		flags |= O_NOFOLLOW;
	const int fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* What was there is there no more: nothing below it is known or watched. */
static int forget(struct iw_watcher *watcher, uint32_t root)
{
	iw_watcher_unwatch(watcher, root);
	iw_windows_close(&watcher->windows, root);
	iw_tree_node(watcher->tree, root)->flags &= IW_NODE_LOST;
	return iw_watcher_drop_children(watcher, root);
}

static int lose(struct iw_watcher *watcher, uint32_t root, int error)
{
	int r = forget(watcher, root);

	if (r == 0)
		r = iw_visit_lost(watcher, root, error);
	return r;
}

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

/* Lists the directory through a second descriptor: the first is O_PATH and cannot. */
static int list_root(struct iw_watcher *watcher, uint32_t root)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, root);
	struct stat st;

	int r = iw_visit_ask_for_reads(watcher, root);
	if (r < 0)
		return r;
	if (!watcher->config.is_recursive && !iw_watcher_is_telling(watcher))
		return 0;
	IW_AUTO_CLOSE int fd =
		open_root(watcher, fields, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
	if (fd < 0)
		return fd == -ENOMEM || fd == -EMFILE || fd == -ENFILE
			       ? iw_visit_later(watcher, root)
			       : lose(watcher, root, -fd);
	if (fstat(fd, &st) < 0 || st.st_ino != fields->inode)
		return iw_visit_later(watcher, root); /* replaced this moment */
	return iw_list(watcher, root, fd);
}

/* Joins root with the watch of what it names now. Returns 1, 0 if another PATH has it. */
static int bind_root(struct iw_watcher *watcher, uint32_t root, int wd,
		     const struct stat *st)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, root);
	const uint32_t holder = iw_tree_find_wd(watcher->tree, wd);

	if (holder != root && holder != IW_NO_NODE) {
		fields->flags |= IW_NODE_ALIAS;
		return 0;
	}
	if (holder == IW_NO_NODE) {
		int r = iw_tree_bind(watcher->tree, root, wd);
		if (r < 0)
			return r;
		watcher->state.watched++;
	}
	fields->inode = st->st_ino;
	fields->device = iw_walk_device(st);
	if (fields->flags & IW_NODE_LOST)
		watcher->state.lost--;
	fields->flags &= (uint16_t) ~(IW_NODE_LOST | IW_NODE_FILE);
	if (!S_ISDIR(st->st_mode))
		fields->flags |= IW_NODE_FILE;
	return 1;
}

static bool is_same(const struct iw_node *fields, const struct stat *st)
{
	return fields->wd && fields->inode == st->st_ino &&
	       fields->device == iw_walk_device(st);
}

int iw_roots_visit(struct iw_watcher *watcher, uint32_t root)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, root);
	struct stat st;

	IW_AUTO_CLOSE int fd = open_root(watcher, fields, O_PATH);
	if (fd == -ENOMEM || fd == -EMFILE || fd == -ENFILE)
		return iw_visit_later(watcher, root);
	if (fd < 0)
		return lose(watcher, root, -fd);
	if (fstat(fd, &st) < 0)
		return lose(watcher, root, errno);

	const bool was_same = is_same(fields, &st);
	const bool is_stale = fields->flags & IW_NODE_STALE;
	if (!was_same) {
		int r = forget(watcher, root);
		if (r < 0)
			return r;
	}
	const bool is_dir = S_ISDIR(st.st_mode);
	const uint32_t mask = is_dir ? watcher->dir_mask : watcher->file_mask;
	/* After an overflow it is asked for less again, so that listing it is no news. */
	const int wd = is_dir && is_stale ? iw_inotify_replace_fd(watcher->fd, fd, mask)
					  : iw_inotify_add_fd(watcher->fd, fd, mask);
	if (wd < 0)
		return lose(watcher, root, -wd);
	/* The name's length decides on a slash: what was cached may be wrong now. */
	watcher->dir_node = IW_NO_NODE;
	int r = bind_root(watcher, root, wd, &st);
	if (r <= 0)
		return r;
	if (iw_watcher_is_telling(watcher) && (!was_same || is_stale)) {
		watcher->is_resyncing = true;
		r = iw_emit_control(watcher, IW_RESYNC, root, 0);
		if (r < 0)
			return r;
	}
	fields->flags &= (uint16_t)~IW_NODE_STALE;
	return is_dir ? list_root(watcher, root) : tell_file(watcher, root, &st);
}
