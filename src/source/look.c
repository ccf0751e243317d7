/* SPDX-License-Identifier: MIT */
/*
 * A look at what is there now, for the few cases in which events cannot tell.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/inotify.h>

#include "source/moves-private.h"
#include "source/watcher-private.h"

int iw_look(struct iw_watcher *watcher, uint32_t dir, const char *name, size_t name_len,
	    enum iw_scan_type *ret_type)
{
	char terminated[NAME_MAX + 1];
	struct stat st;
	int fd;

	if (name_len > NAME_MAX)
		return 0;
	memcpy(terminated, name, name_len);
	terminated[name_len] = '\0';
	if (iw_walk_to(&watcher->walk, watcher->tree, dir, &fd) < 0)
		return -ESTALE;
	if (IW_RETRY(fstatat(fd, terminated, &st, AT_SYMLINK_NOFOLLOW)) < 0)
		return 0;
	*ret_type = S_ISDIR(st.st_mode)   ? IW_SCAN_DIR
		    : S_ISREG(st.st_mode) ? IW_SCAN_REGULAR
					  : IW_SCAN_OTHER;
	return 1;
}

static bool is_about(const struct iw_raw_event *raw, int32_t wd,
		     const struct iw_scan_entry *entry)
{
	return raw->wd == wd && (raw->mask & (IN_CREATE | IN_DELETE | IN_MOVE)) &&
	       raw->name_len == entry->name_len &&
	       memcmp(raw->name, entry->name, entry->name_len) == 0;
}

/* The next event that is queued about a name, if there is one. */
static bool next_about(struct iw_lookahead *look, int32_t wd,
		       const struct iw_scan_entry *entry, struct iw_raw_event *ret_raw)
{
	while (iw_input_look_next(look, ret_raw)) {
		if (is_about(ret_raw, wd, entry))
			return true;
	}
	return false;
}

/* Whether the name is there: as the queue tells, or as a look does. See iw_look(). */
static int find_out(struct iw_watcher *watcher, uint32_t dir,
		    const struct iw_raw_event *next, struct iw_scan_entry *entry)
{
	const int32_t wd = iw_tree_node(watcher->tree, dir)->wd;
	struct iw_lookahead look;
	struct iw_raw_event raw;

	int r = iw_input_drain(watcher);
	if (r < 0)
		return r;
	iw_input_look(watcher, &look);
	if (next && is_about(next, wd, entry))
		raw = *next;
	else if (!next_about(&look, wd, entry, &raw))
		return iw_look(watcher, dir, entry->name, entry->name_len, &entry->type);
	/* What comes by an exchange replaces what leaves next. */
	if ((raw.mask & IN_MOVED_TO) && !next_about(&look, wd, entry, &raw))
		return 0;
	entry->type = raw.mask & IN_ISDIR ? IW_SCAN_DIR : IW_SCAN_REGULAR;
	/* What leaves was there; what comes will be told. */
	return (raw.mask & (IN_DELETE | IN_MOVED_FROM)) != 0;
}

int iw_look_and_tell(struct iw_watcher *watcher, uint32_t dir, const char *name,
		     size_t name_len, const struct iw_raw_event *next)
{
	struct iw_scan_entry entry = {.name = name, .name_len = name_len};
	struct iw_window *window = iw_windows_find(&watcher->windows, dir);
	const int there = find_out(watcher, dir, next, &entry);

	if (there == -ESTALE)
		return 1;
	if (there <= 0)
		return there;
	watcher->listing_time_ns = iw_watcher_realtime_ns();
	int r = iw_emit_found(watcher, dir, &entry);
	if (r == 0 && window && window->has_known)
		r = iw_nameset_add(&window->known, name, name_len);
	if (r < 0 || entry.type != IW_SCAN_DIR)
		return r;
	/* Whatever readers knew below it, the events took it away. */
	const uint32_t child = iw_tree_find_child(watcher->tree, dir, name, name_len);
	if (child)
		r = iw_watcher_drop(watcher, child);
	return r < 0 ? r : iw_list_directory(watcher, dir, name, name_len);
}
