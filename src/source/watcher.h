/* SPDX-License-Identifier: MIT */
/*
 * The watcher: give it paths, wait until its descriptor is readable, take a turn, and get
 * records that can be replayed into the tree that was there at "ready".
 * The watcher owns the inotify instance, the watch tree and its queues; the filter and
 * the context of the record function stay the caller's and must outlive it.
 * It never blocks but in the file system's own calls, never starts threads or timers,
 * never changes the working directory but where it may, for a moment, and keeps no
 * descriptor into a watched tree between two turns.
 */
#ifndef IW_SOURCE_WATCHER_H
#define IW_SOURCE_WATCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "core/filter.h"
#include "core/record.h"
#include "source/mountinfo.h"

struct iw_watcher;

/*
 * Gets each record; it is valid during the call only. Returns 0, or a negative errno that
 * ends the turn and is returned by iw_watcher_turn().
 */
typedef int iw_record_fn(void *context, const struct iw_record *record);

/*
 * Gets the absolute path of a mount point, at or below a PATH or holding it, that turned
 * read-only or writable.
 */
typedef void iw_remount_fn(void *context, const char *mount_point, bool is_read_only);

/*
 * Gets a PATH when directories on the way to it cannot be watched (an errno of
 * inotify_add_watch(2)): that one of them is renamed, or that what the PATH names is
 * replaced, may go unnoticed.
 */
typedef void iw_unanchored_fn(void *context, const char *path, size_t len, int error);

/*
 * Gets called when a turn has told records and is about to ask the kernel for more: who
 * writes them now does so earlier than after the turn.
 */
typedef void iw_told_fn(void *context);

/* Gets the path of each directory that is watched after readiness, with a slash behind
 * it. */
typedef void iw_watched_fn(void *context, const char *path, size_t len);

struct iw_watcher_config {
	uint32_t mask; /* events asked for: IN_ALL_EVENTS bits, IN_UNMOUNT … */
	bool is_recursive;
	bool is_link_watched;      /* a PATH that is a symbolic link is not followed */
	bool is_one_file_system;   /* directories on other file systems are not entered */
	bool is_paired;            /* one move record instead of moved_out and moved_in */
	bool is_listed;            /* start with resync and found for all that is there */
	bool may_change_directory; /* for a moment in a turn: there is no other thread */
	unsigned max_depth;        /* 1: only what is directly in PATH; 0: no limit */
	int queue_fd; /* of iw_inotify_open(); the watcher closes it; 0: it opens one */
	const struct iw_filter *filter; /* complete; NULL: all is shown, none is pruned */
	iw_record_fn *record;
	iw_remount_fn *remounted;     /* NULL: nobody wants to know */
	iw_unanchored_fn *unanchored; /* the same */
	iw_told_fn *told;             /* the same */
	iw_watched_fn *watched;       /* the same */
	void *context;                /* given to all five */
};

/* What SIGUSR1 shows. */
struct iw_watcher_state {
	size_t watched;    /* directories and files with a watch */
	size_t lost;       /* paths that are not watched although they should be */
	size_t awaited;    /* PATHs that are not there yet, but will be noticed */
	size_t waiting;    /* directories still to be visited */
	size_t queued_len; /* bytes in the kernel's queue */
	size_t tree_bytes; /* memory of the watch tree */
	uint64_t events;   /* read from the kernel */
	uint64_t records;  /* given to record */
	uint64_t overflows;
	int mounts_error; /* why mounts are not followed; 0: they are */
	bool is_ready;
};

/*
 * Returns 0, -ENOMEM, or what iw_inotify_open() says: -EMFILE, -ENFILE. config->queue_fd
 * is closed then, too.
 */
IW_MUST_CHECK int iw_watcher_new(const struct iw_watcher_config *config,
				 struct iw_watcher **ret_watcher);
void iw_watcher_free(struct iw_watcher *watcher);

/*
 * Adds a PATH (any bytes but NUL, at least one); it is watched in the next turn, and a
 * lost record tells if it cannot be. Returns 0, -EINVAL, -ENAMETOOLONG or -ENOMEM.
 */
IW_MUST_CHECK int iw_watcher_add(struct iw_watcher *watcher, const char *path,
				 size_t len);

/*
 * Takes back a PATH, however many slashes are at its end: nothing at or below it is told
 * any more, and its watches are released. No record says so. Where another PATH reaches
 * the same directories, they are that one's from now on, and what is in them is told
 * again as resync and found. Take a turn before waiting. Returns 0, -ENOENT if there is
 * no such PATH, or -ENOMEM, after which only iw_watcher_free() is allowed.
 */
IW_MUST_CHECK int iw_watcher_remove(struct iw_watcher *watcher, const char *path,
				    size_t len);

/*
 * Tells the watcher where its user writes records to: opening, writing and closing that
 * file is not told any more, because each record would cause the next. A descriptor that
 * is no regular file, or -1, takes this back. Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_watcher_set_own_file(struct iw_watcher *watcher, int fd);

/*
 * The descriptor to wait for: readable when a turn has something to do. It is opened when
 * it is asked for first, and stays the same. That a mount has changed is shown to one
 * look only, and epoll_ctl(2) looks: after adding or modifying the descriptor there, take
 * a turn before waiting.
 */
int iw_watcher_fd(struct iw_watcher *watcher);

/* The two behind it, for those who have an event loop: waking up through one epoll
 * instance (epoll(7)) takes less time than through two. */
struct iw_watcher_fds {
	int queue;  /* wait for POLLIN */
	int mounts; /* wait for POLLPRI; -1: mounts are not followed */
};

/* The same rules as for iw_watcher_fd(); use one or the other. */
struct iw_watcher_fds iw_watcher_fds(struct iw_watcher *watcher);

/* The mounts as they were seen last; NULL before the first turn, or if that is unsure. */
const struct iw_mount_table *iw_watcher_mounts(const struct iw_watcher *watcher);

/* False if no PATH is watched, and none that is not there yet can be noticed. */
bool iw_watcher_has_any(const struct iw_watcher *watcher);

/*
 * Until when (CLOCK_MONOTONIC, ns) to wait at most before the next turn, although nothing
 * is readable; -1: for ever.
 */
int64_t iw_watcher_deadline_ns(const struct iw_watcher *watcher);

/*
 * Does a bounded piece of work: reads what is queued, tells records, visits directories.
 * Returns 1 if there is more to do at once, 0 if it is time to wait, or the error that
 * ended it (the record function's, or -ENOMEM); after an error only
 * iw_watcher_free() is allowed.
 */
IW_MUST_CHECK int iw_watcher_turn(struct iw_watcher *watcher);

/* Tries again to watch what could not be watched. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_watcher_retry(struct iw_watcher *watcher);

/* How many events were read from the kernel and applied, as in the state, but cheaply. */
uint64_t iw_watcher_events(const struct iw_watcher *watcher);

void iw_watcher_get_state(const struct iw_watcher *watcher,
			  struct iw_watcher_state *ret_state);

#endif
