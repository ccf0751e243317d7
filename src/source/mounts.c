/* SPDX-License-Identifier: MIT */
/*
 * Mounts come and go without a word from inotify, unless the last mount of a file system
 * goes. The kernel's table of mounts tells; here is when it is read.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>

#include "source/watcher-private.h"

/*
 * One read gives a page of lines, or less where the next does not fit. What fills no more
 * than half of it is taken for the whole table: lines of the other half's length are
 * rare.
 */
enum { HALF_A_PAGE = 2048 };

/* ---- The descriptors ---- */

static int join(struct iw_mounts *mounts, int fd, uint32_t events)
{
	struct epoll_event event = {.events = events};

	return epoll_ctl(mounts->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static int open_table(void)
{
	const int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int open_waiting(struct iw_mounts *mounts, int inotify_fd)
{
	mounts->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (mounts->epoll_fd < 0)
		return -errno;
	int r = join(mounts, inotify_fd, EPOLLIN);
	return r < 0 ? r : join(mounts, mounts->wake_fd, EPOLLPRI);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void give_up(struct iw_watcher *watcher, int error)
{
	iw_mounts_close(watcher);
	watcher->state.mounts_error = error;
}

int iw_mounts_open(struct iw_watcher *watcher)
{
	struct iw_mounts *mounts = &watcher->mounts;

	mounts->wake_fd = mounts->epoll_fd = -1;
	/* From here on it shows that something has changed. */
	int r = mounts->ask_fd = open_table();
	if (r >= 0)
		r = iw_mount_table_read_some(&mounts->table, mounts->ask_fd);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		give_up(watcher, -r);
	return 0;
}

int iw_mounts_wake_fd(struct iw_watcher *watcher)
{
	struct iw_mounts *mounts = &watcher->mounts;

	/* A change is shown once to each open file, and whoever waits for it uses that
	 * up: one to wake, another to ask. */
	if (mounts->wake_fd < 0 && mounts->ask_fd >= 0) {
		const int r = mounts->wake_fd = open_table();
		if (r < 0)
			give_up(watcher, -r);
	}
	return mounts->wake_fd;
}

int iw_mounts_fd(struct iw_watcher *watcher)
{
	struct iw_mounts *mounts = &watcher->mounts;

	if (mounts->epoll_fd < 0 && iw_mounts_wake_fd(watcher) >= 0) {
		const int r = open_waiting(mounts, watcher->fd);
		if (r < 0)
			give_up(watcher, -r);
	}
	return mounts->epoll_fd >= 0 ? mounts->epoll_fd : watcher->fd;
}

void iw_mounts_close(struct iw_watcher *watcher)
{
	struct iw_mounts *mounts = &watcher->mounts;

	close_fd(&mounts->epoll_fd);
	close_fd(&mounts->wake_fd);
	close_fd(&mounts->ask_fd);
	iw_mount_table_done(&mounts->table);
}

/* ---- When ---- */

bool iw_mounts_ask(struct iw_watcher *watcher)
{
	struct iw_mounts *mounts = &watcher->mounts;
	struct pollfd asked[] = {
		{.fd = watcher->fd, .events = POLLIN},
		{.fd = mounts->ask_fd, .events = POLLPRI},
	};

	if (mounts->is_asked || mounts->ask_fd < 0 ||
	    poll(asked, IW_ARRAY_LEN(asked), 0) < 0)
		return true;
	mounts->is_asked = true;
	if (asked[1].revents && !mounts->is_due) {
		mounts->is_due = true;
		mounts->due = iw_input_end(watcher);
	}
	return asked[0].revents;
}

/*
 * The whole table is read at the end of the first turn, so that "ready" does not wait for
 * it. If no change is shown behind that, it was so from the beginning. Otherwise the part
 * that is known is compared as ever, and what was not in it is taken for new.
 */
static void read_whole(struct iw_watcher *watcher)
{
	struct iw_mounts *mounts = &watcher->mounts;
	struct pollfd asked = {.fd = mounts->ask_fd, .events = POLLPRI};
	struct iw_mount_table table = IW_MOUNT_TABLE_INIT;

	mounts->is_whole = iw_mount_table_read(&table, mounts->ask_fd) == 0 &&
			   poll(&asked, 1, 0) == 0;
	if (mounts->is_whole) {
		iw_mount_table_done(&mounts->table);
		mounts->table = table;
		return;
	}
	iw_mount_table_done(&table);
	mounts->is_due = true;
	mounts->due = iw_input_end(watcher);
}

/*
 * The old table was only the beginning of one: what has gone of the rest, nobody knows,
 * and so nobody can say what lies below the PATHs. Returns 1 or -ENOMEM.
 */
static int begin_anew(struct iw_watcher *watcher)
{
	int r = 0;

	for (uint32_t root = iw_tree_first_root(watcher->tree); root && r == 0;
	     root = iw_tree_node(watcher->tree, root)->next)
		r = iw_resync_again(watcher, root);
	if (!iw_watcher_is_telling(watcher))
		watcher->is_resyncing = true;
	return r < 0 ? r : 1;
}

/* Reads the table anew. Returns 1 if it differs, 0, or -errno that ends the watcher. */
static int read_again(struct iw_watcher *watcher)
{
	struct iw_mounts *mounts = &watcher->mounts;
	struct iw_mount_table old = mounts->table;
	struct iw_mount_changes changes = {0};
	const bool was_whole = mounts->is_whole;

	mounts->is_due = false;
	mounts->table = IW_MOUNT_TABLE_INIT;
	if (iw_mount_table_read(&mounts->table, mounts->ask_fd) < 0) {
		/* A shortage; once more with the next event. */
		iw_mount_table_done(&mounts->table);
		mounts->table = old;
		mounts->is_due = true;
		mounts->due = iw_input_end(watcher) + 1;
		return 0;
	}
	mounts->is_whole = true;
	int r = iw_mount_table_compare(&old, &mounts->table, &changes);
	if (r == 0 && changes.len) {
		iw_walk_clear(&watcher->walk);
		r = iw_mounts_apply_changes(watcher, &changes);
		r = r < 0 ? r : 1;
	}
	if (r >= 0 && !was_whole && old.text.len > HALF_A_PAGE)
		r = begin_anew(watcher);
	iw_mount_changes_done(&changes);
	iw_mount_table_done(&old);
	return r;
}

int iw_mounts_look(struct iw_watcher *watcher)
{
	struct iw_mounts *mounts = &watcher->mounts;

	iw_mounts_ask(watcher);
	mounts->is_asked = false; /* in the next turn */
	if (!mounts->is_whole && !mounts->is_due && mounts->ask_fd >= 0)
		read_whole(watcher);
	/* Names are those of the stream: what is queued comes first. */
	if (!mounts->is_due || watcher->position < mounts->due)
		return 0;
	return read_again(watcher);
}

int iw_mounts_apply(struct iw_watcher *watcher, const struct iw_raw_event *raw)
{
	if (!iw_tree_find_wd(watcher->tree, raw->wd) &&
	    !iw_anchors_use(&watcher->anchors, raw->wd))
		return 0; /* one of many, and another has told it */
	/* A file system ends after its last mount has gone, so the table knows. */
	watcher->mounts.is_asked = false;
	iw_mounts_ask(watcher);
	int r = watcher->mounts.is_due ? read_again(watcher) : 0;
	if (r < 0)
		return r;
	uint32_t node = iw_tree_find_wd(watcher->tree, raw->wd);
	if (node == IW_NO_NODE)
		return 0;
	/* The table did not explain it. One inode after the other is told, in no order.
	 */
	uint32_t above;
	const uint32_t device = iw_tree_node(watcher->tree, node)->device;
	while ((above = iw_tree_node(watcher->tree, node)->parent) &&
	       iw_tree_node(watcher->tree, above)->device == device)
		node = above;
	return iw_mounts_leave(watcher, node);
}
