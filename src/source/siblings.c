/* SPDX-License-Identifier: MIT */
/*
 * Setting up: the subdirectories that a listing finds are watched together, by names
 * relative to their parent, and those without subdirectories are never opened. Their
 * identity needs no proof of its own: as long as nothing at all is queued, no name in the
 * parent, which is watched, has changed, and the listing has each name once. One change
 * may be under way, with its event yet to come: then the inode is another than the one
 * that was listed. Otherwise each is looked up, and visited by itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/statfs.h>

#include "source/inotify.h"
#include "source/watcher-private.h"

#ifndef XFS_SUPER_MAGIC
#define XFS_SUPER_MAGIC 0x58465342
#endif

/* A subdirectory of the one that was listed. */
struct member {
	const char *name; /* in siblings.found */
	size_t name_len;
	uint64_t listed; /* the inode that the listing had */
	int wd;          /* or -errno */
	bool is_leaf;
	ino_t inode; /* 0: nobody knows what the watch is of */
	uint32_t device;
};

bool iw_siblings_are_wanted(const struct iw_watcher *watcher, uint32_t node)
{
	return watcher->config.is_recursive && !watcher->config.is_one_file_system &&
	       !iw_watcher_is_telling(watcher) && !watcher->is_resyncing &&
	       !iw_tree_node(watcher->tree, node)->first_child;
}

int iw_siblings_note(struct iw_watcher *watcher, uint32_t node,
		     const struct iw_scan_entry *entry)
{
	struct iw_siblings *siblings = &watcher->siblings;
	struct iw_buffer *found = &siblings->found;
	bool is_wanted;

	int r = iw_list_wants(watcher, node, entry->name, entry->name_len, &is_wanted);
	if (r < 0 || !is_wanted)
		return r;
	r = iw_buffer_append(found, &entry->inode, sizeof(entry->inode));
	if (r == 0)
		r = iw_buffer_append(found, entry->name, entry->name_len + 1);
	if (r == 0)
		siblings->count++;
	return r;
}

/* ---- Names relative to the parent ---- */

/* inotify_add_watch(2) has no variant with a directory, but for a longer way there. */
static int watch_name(const struct iw_watcher *watcher, int dir_fd, const char *name,
		      uint32_t mask)
{
	mask |= IN_ONLYDIR;
	return watcher->siblings.is_inside
		       ? iw_inotify_add(watcher->fd, name, mask | IN_DONT_FOLLOW)
		       : iw_inotify_add_at(watcher->fd, dir_fd, name, mask);
}

/* Works in the directory, if this process may; otherwise names go through /proc. */
static void enter(struct iw_watcher *watcher, int dir_fd)
{
	struct iw_siblings *siblings = &watcher->siblings;

	if (!watcher->config.may_change_directory)
		return;
	if (!siblings->has_home) {
		siblings->home_fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
		siblings->has_home = siblings->home_fd >= 0;
		/* Whoever could not come back must not go. */
		siblings->is_home_open =
			siblings->has_home && fchdir(siblings->home_fd) == 0;
	}
	siblings->is_inside = siblings->is_home_open && fchdir(dir_fd) == 0;
}

static int leave(struct iw_watcher *watcher)
{
	struct iw_siblings *siblings = &watcher->siblings;

	if (!siblings->is_inside)
		return 0;
	siblings->is_inside = false;
	return fchdir(siblings->home_fd) < 0 ? -errno : 0;
}

void iw_siblings_end(struct iw_watcher *watcher)
{
	if (watcher->siblings.has_home)
		close(watcher->siblings.home_fd);
	watcher->siblings.has_home = false;
}

/* ---- Link counts ---- */

static bool does_count_links(int fd)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return false;
	switch (fs.f_type) {
	case EXT4_SUPER_MAGIC: /* ext2 and ext3 too */
	case TMPFS_MAGIC:
	case XFS_SUPER_MAGIC:
		return true;
	default:
		return false;
	}
}

/*
 * A directory has a link for its name, its "." and the ".." of each subdirectory, where
 * the file system counts that way (not btrfs, overlayfs, …). Valid once it is watched.
 */
static bool is_leaf(struct iw_watcher *watcher, int dir_fd, const struct member *member,
		    const struct stat *st)
{
	struct iw_siblings *siblings = &watcher->siblings;

	if (st->st_nlink != 2)
		return false;
	if (!siblings->is_device_known || siblings->device != member->device) {
		struct stat parent;

		/* What is mounted there may be of another kind. */
		if (fstat(dir_fd, &parent) < 0 ||
		    iw_walk_device(&parent) != member->device)
			return false;
		siblings->is_device_known = true;
		siblings->device = member->device;
		siblings->counts_links = does_count_links(dir_fd);
	}
	return siblings->counts_links;
}

/* ---- All of them ---- */

static void watch_member(struct iw_watcher *watcher, int dir_fd, struct member *member)
{
	const char *name = member->name;
	struct stat st;

	member->wd = watch_name(watcher, dir_fd, name, watcher->dir_mask);
	if (member->wd < 0 || fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    st.st_ino != member->listed)
		return;
	member->inode = st.st_ino;
	member->device = iw_walk_device(&st);
	member->is_leaf = is_leaf(watcher, dir_fd, member, &st);
	/* It is not going to be opened, so reads can be asked for at once. */
	if (member->is_leaf && watcher->read_mask &&
	    watch_name(watcher, dir_fd, name, watcher->read_mask) != member->wd)
		member->inode = 0;
}

/* Whose watch this is, nobody knows. */
static int give_up(struct iw_watcher *watcher, const struct member *member)
{
	if (member->wd < 0 || iw_tree_find_wd(watcher->tree, member->wd) != IW_NO_NODE ||
	    iw_anchors_use(&watcher->anchors, member->wd))
		return 0;
	return iw_watcher_remove_wd(watcher, member->wd);
}

/* Adds it to the tree with its watch; without, if it is to be visited by itself. */
static int add_member(struct iw_watcher *watcher, uint32_t parent,
		      const struct member *member)
{
	uint32_t node;

	int r = iw_tree_add(watcher->tree, parent, member->name, member->name_len, &node);
	if (r < 0)
		return r;
	if (member->inode == 0)
		r = give_up(watcher, member);
	if (r < 0)
		return r;
	if (member->inode == 0 ||
	    iw_tree_find_wd(watcher->tree, member->wd) != IW_NO_NODE)
		return iw_watcher_mark_dirty(watcher, node);
	r = iw_tree_bind(watcher->tree, node, member->wd);
	if (r < 0)
		return r;
	struct iw_node *fields = iw_tree_node(watcher->tree, node);
	watcher->state.watched++;
	fields->inode = member->inode;
	fields->device = member->device;
	fields->flags |= member->is_leaf ? IW_NODE_LISTED : IW_NODE_FRESH;
	return member->is_leaf ? 0 : iw_watcher_mark_dirty(watcher, node);
}

static int settle(struct iw_watcher *watcher, uint32_t node, const struct member *members,
		  size_t len)
{
	watcher->listing_end = iw_input_end(watcher);
	const bool is_proven = watcher->listing_end == watcher->position;

	/* The last visited comes first: in the order of the listing, as it were. */
	for (size_t i = len; i > 0; i--) {
		const struct member *member = &members[i - 1];
		int r = is_proven ? add_member(watcher, node, member)
				  : give_up(watcher, member);

		if (r == 0 && !is_proven)
			r = iw_list_directory(watcher, node, member->name,
					      member->name_len);
		if (r < 0)
			return r;
	}
	return 0;
}

int iw_siblings_watch(struct iw_watcher *watcher, uint32_t node, int dir_fd)
{
	struct iw_siblings *siblings = &watcher->siblings;
	const size_t len = siblings->count;
	IW_AUTO_FREE struct member *members = calloc(len, sizeof(*members));
	const char *next = siblings->found.data;

	siblings->count = 0;
	iw_buffer_clear(&siblings->found);
	if (!members)
		return -ENOMEM;
	enter(watcher, dir_fd);
	for (size_t i = 0; i < len; i++) {
		struct member *member = &members[i];

		memcpy(&member->listed, next, sizeof(member->listed));
		member->name = next + sizeof(member->listed);
		member->name_len = strlen(member->name);
		next = member->name + member->name_len + 1;
		watch_member(watcher, dir_fd, member);
	}
	int r = leave(watcher);
	return r < 0 ? r : settle(watcher, node, members, len);
}
