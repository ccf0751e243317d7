/* SPDX-License-Identifier: MIT */
/*
 * What the rooms of the watcher share: its state, and the few calls between them.
 *   watcher.c  its life                        turn.c     one piece of its work
 *   input.c    reads the queue                 apply.c    what an event does to the tree
 *   visit.c    watches a directory             list.c     lists it
 *   siblings.c watches what a listing finds, while setting up
 *   roots.c    watches a PATH                  moves.c    joins the halves of a move
 *   by-name.c  watches it the first time
 *   swap.c     tells exchanges from ways back  look.c     looks where events cannot tell
 *   emit.c     makes records                   resync.c   starts anew after an overflow
 *   remove.c   takes a PATH back
 *   own-file.c hides what we write ourselves       mounts.c   sees mounts change
 *   mount-changes.c  what that means
 * All of it belongs to one struct iw_watcher; only these files may include this header.
 * Nothing here decides on output: records leave through config.record alone.
 */
#ifndef IW_SOURCE_WATCHER_PRIVATE_H
#define IW_SOURCE_WATCHER_PRIVATE_H

#include <limits.h>

#include "base/buffer.h"
#include "core/decode.h"
#include "core/tree.h"
#include "core/window.h"
#include "source/agenda.h"
#include "source/anchors.h"
#include "source/mountinfo.h"
#include "source/scan.h"
#include "source/siblings.h"
#include "source/walk.h"
#include "source/watcher.h"

/* Flags of a node. */
enum {
	IW_NODE_DIRTY = 1 << 0,    /* on the agenda to be visited */
	IW_NODE_WAITING = 1 << 12, /* on the agenda, until the stream has gone on */
	IW_NODE_LOST = 1 << 1,     /* a lost record was told, no better news since */
	IW_NODE_STALE = 1 << 2,    /* not listed since the overflow: readers forgot it */
	IW_NODE_SLOW = 1 << 3,     /* on the agenda to be asked for read events */
	IW_NODE_ALIAS = 1 << 4,    /* the same directory is watched under another name */
	IW_NODE_FILE = 1 << 5,     /* a root that is no directory */
	IW_NODE_GONE = 1 << 7,     /* a root whose name stands for something else now */
	IW_NODE_ANCHORED = 1 << 8, /* a root that has anchors */
	IW_NODE_CLEARED = 1 << 9,  /* a root whose resync was told, but no found yet */
	IW_NODE_DELETED = 1 << 10, /* the directory is gone, its parent will say so */
	IW_NODE_AWAITED = 1 << 11, /* a root that is not there yet */
	IW_NODE_UNANCHORED = 1 << 13, /* a root of whose way not all could be watched */
	IW_NODE_FRESH =
		1 << 14, /* watched by the listing of its parent, not visited yet */
	IW_NODE_LISTED = 1 << 6, /* its content is known to readers of the stream */
};

/* A move of which only the first half was seen. */
struct iw_half {
	uint32_t cookie;
	uint32_t dir;  /* node of the directory it left; 0: gone meanwhile */
	uint32_t node; /* of the moved directory, if it is in the tree */
	bool is_dir;
	bool is_known;    /* readers of the stream know the name */
	bool is_outdated; /* a listing that came later was told already */
	unsigned looks;   /* it is told to be gone; how often its name was looked for */
	int32_t wd;
	int64_t time_ns;
	int64_t deadline_ns; /* CLOCK_MONOTONIC; 0: not set yet */
	char *name;
	size_t name_len;
};

/* What was found out about the rename that is applied next (swap.c). */
struct iw_swap {
	enum { IW_SWAP_NONE, IW_SWAP_EXCHANGE, IW_SWAP_BACK } verdict;
	bool is_unsure;      /* whether there was anything at the turning point */
	bool is_ambiguous;   /* a listing may have told the outcome already */
	bool is_there_known; /* readers know what was at the turning point */
	bool is_back_dir; /* what is at the first pair's beginning now is a directory */
	uint32_t cookie;  /* of the second pair; 0: none */
	uint32_t dir;     /* where the first pair ended: what is there after the second */
	char name[NAME_MAX + 1];
	size_t name_len;
	int64_t deadline_ns; /* the input is held until then; 0: it is not */
};

/* The file that records are written to, by its directory and by itself. */
struct iw_own_file {
	char *name; /* NULL: there is none */
	size_t name_len;
	uint64_t dir_inode;
	uint32_t dir_device;
	uint64_t inode;
	uint32_t device;
};

/* A directory's path as it was spelt last; the name of a record is put behind it. */
struct iw_spelt {
	struct iw_buffer path;
	size_t len;          /* so many bytes of it, the slash included */
	size_t root_len;     /* of these, PATH as given */
	uint32_t node;       /* the directory; IW_NO_NODE: nothing is spelt */
	uint64_t generation; /* of the tree, then */
};
enum { IW_SPELT_COUNT = 16 };

/* How mounts are followed (mounts.c); the descriptors are -1 where they cannot be. */
struct iw_mounts {
	int epoll_fd; /* waits for the inotify queue and wake_fd; -1: not asked for */
	int wake_fd;  /* the same */
	int ask_fd;
	struct iw_mount_table table; /* as of the last reading */
	bool is_whole;               /* that was not only its beginning */
	bool is_asked;               /* in this turn */
	bool is_due;                 /* it has changed since */
	uint64_t due;                /* position of the queue's end when that was seen */
};

struct iw_watcher {
	struct iw_watcher_config config;
	int fd;
	uint32_t dir_mask;  /* for a directory, but for the bits of read_mask */
	uint32_t read_mask; /* OPEN, ACCESS, CLOSE_NOWRITE as far as asked for */
	uint32_t file_mask; /* for a PATH that is no directory */

	struct iw_tree *tree;
	struct iw_walk walk;
	struct iw_agenda agenda;
	struct iw_siblings siblings;
	struct iw_windows windows;
	struct iw_anchors anchors;
	struct iw_intmap removed; /* wds that we gave up, until their IN_IGNORED came */
	struct iw_node_stack aliases; /* flagged once as alias; to be looked at again */
	struct iw_half *halves;
	size_t halves_len;
	size_t halves_cap;

	struct iw_buffer input;    /* being applied: input_done bytes of it are done */
	struct iw_buffer backlog;  /* read while input was being applied */
	struct iw_decoder decoder; /* stands at the next event of input */
	int64_t input_time_ns;     /* when it was read */
	int64_t listing_time_ns;   /* when the listing now being told began */
	uint64_t position;         /* bytes of the stream applied so far */
	uint64_t told;             /* records that config.told knows of */
	uint64_t listing_end; /* position that the queue's end had at the last listing */
	struct iw_swap swap;
	int64_t patience_ns; /* until when waiting nodes hold back "in sync"; 0: not set
			      */

	struct iw_spelt spelt[IW_SPELT_COUNT]; /* by the node's number */
	struct iw_buffer from;                 /* of the record being made */

	struct iw_own_file own_file;
	struct iw_mounts mounts;

	bool has_begun;
	bool is_ready;
	bool is_resyncing; /* synced is due when all is in sync */
	struct iw_watcher_state state;
};

/* ---- watcher.c ---- */

/* CLOCK_MONOTONIC, for deadlines, and CLOCK_REALTIME, for records, in nanoseconds. */
int64_t iw_watcher_now_ns(void);
int64_t iw_watcher_realtime_ns(void);

/*
 * Gives up a watch. Its number may be given to another directory before its last events
 * were read (after 2^31 watches), so those are dropped up to its IN_IGNORED.
 */
IW_MUST_CHECK int iw_watcher_remove_wd(struct iw_watcher *watcher, int32_t wd);

/* Puts a node on the agenda, once. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_watcher_mark_dirty(struct iw_watcher *watcher, uint32_t node);

/* True if readers of the stream know the tree, so that news must be told. */
bool iw_watcher_is_telling(const struct iw_watcher *watcher);

/* Removes a node and all below it, with their watches. Returns 0 or -errno. */
IW_MUST_CHECK int iw_watcher_drop(struct iw_watcher *watcher, uint32_t node);

/* The same for what is below a node only. */
IW_MUST_CHECK int iw_watcher_drop_children(struct iw_watcher *watcher, uint32_t node);

/*
 * Removes the node's own watch, if it has one, and has its aliases visited. Returns 0 or
 * -ENOMEM.
 */
IW_MUST_CHECK int iw_watcher_unwatch(struct iw_watcher *watcher, uint32_t node);

/* ---- input.c ---- */

/*
 * Reads, if all that was read is applied, or if it is held. Returns 1 if there is
 * something new, 0 if nothing is queued, or -errno.
 */
IW_MUST_CHECK int iw_input_read(struct iw_watcher *watcher);

/* True if the last read was short: the queue was empty then. */
bool iw_input_is_tail(const struct iw_watcher *watcher);

/* The next event to apply. Returns 1, 0 if there is none, or -EBADMSG. */
IW_MUST_CHECK int iw_input_take(struct iw_watcher *watcher, struct iw_raw_event *ret_raw);

/* The event taken last is applied now: the stream has passed it. */
void iw_input_pass(struct iw_watcher *watcher, const struct iw_raw_event *raw);

/* The event taken last is not applied yet: it is the next one again. */
void iw_input_untake(struct iw_watcher *watcher, const struct iw_raw_event *raw);

/* A look at the events behind the one taken last, as far as they were read. */
struct iw_lookahead {
	const struct iw_watcher *watcher;
	struct iw_decoder decoder;
	bool is_in_backlog;
};
void iw_input_look(const struct iw_watcher *watcher, struct iw_lookahead *ret_look);
bool iw_input_look_next(struct iw_lookahead *look, struct iw_raw_event *ret_raw);

/* Reads all that is queued into backlog, to be applied later. Returns 0 or -errno. */
IW_MUST_CHECK int iw_input_drain(struct iw_watcher *watcher);

/* The position that the end of the queue has now. */
uint64_t iw_input_end(const struct iw_watcher *watcher);

/* ---- visit.c ---- */

/* Watches and lists the node's directory. Returns 0, or -errno that ends the watcher. */
IW_MUST_CHECK int iw_visit(struct iw_watcher *watcher, uint32_t node);

/* Puts a node on the agenda to be asked for read events, if they are wanted. */
IW_MUST_CHECK int iw_visit_ask_for_reads(struct iw_watcher *watcher, uint32_t node);

/* The node's directory is watched as another node already. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_visit_note_alias(struct iw_watcher *watcher, uint32_t node);

/* Asks for read events of a node whose subtree is listed. */
IW_MUST_CHECK int iw_visit_upgrade(struct iw_watcher *watcher, uint32_t node);

/* Tells that a node is not watched, once until it is watched again. */
IW_MUST_CHECK int iw_visit_lost(struct iw_watcher *watcher, uint32_t node, int error);

/*
 * The same; where memory or descriptors are short, the next event has it visited again.
 * The visit must have failed in silence, or it would call for the next one.
 */
IW_MUST_CHECK int iw_visit_lost_for_now(struct iw_watcher *watcher, uint32_t node,
					int error);

/* Puts off a visit until the events queued now were applied. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_visit_later(struct iw_watcher *watcher, uint32_t node);

/* ---- list.c ---- */

/* Lists an open directory that is watched already. */
IW_MUST_CHECK int iw_list(struct iw_watcher *watcher, uint32_t node, int fd);

/* A directory of that name exists in the node: it is to be watched, if it is wanted. */
IW_MUST_CHECK int iw_list_directory(struct iw_watcher *watcher, uint32_t node,
				    const char *name, size_t name_len);

/* True if a directory of this name below parent is to be watched. */
IW_MUST_CHECK int iw_list_wants(struct iw_watcher *watcher, uint32_t parent,
				const char *name, size_t name_len, bool *ret_is_wanted);

/* ---- roots.c ---- */
IW_MUST_CHECK int iw_roots_visit(struct iw_watcher *watcher, uint32_t root);

/* Lets go of the way to a PATH that is not wanted any more. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_roots_release_anchors(struct iw_watcher *watcher, uint32_t root);

/* Looks whether the event changes the way to a PATH. Returns 0 or -errno. */
IW_MUST_CHECK int iw_roots_apply(struct iw_watcher *watcher,
				 const struct iw_raw_event *raw);

/* ---- apply.c ---- */
IW_MUST_CHECK int iw_apply(struct iw_watcher *watcher, const struct iw_raw_event *raw);

/* True if readers know the event's name, and nothing that came after the event. */
bool iw_apply_is_known(const struct iw_watcher *watcher, uint32_t dir,
		       const struct iw_raw_event *raw);

/* True if readers were told of the event's name in dir as it was after this event. */
bool iw_apply_is_outdated(const struct iw_watcher *watcher, uint32_t dir,
			  const struct iw_raw_event *raw);

/* ---- resync.c ---- */
IW_MUST_CHECK int iw_resync_overflow(struct iw_watcher *watcher);

/* Tells resync for every root, before anything is found below one of them. */
IW_MUST_CHECK int iw_resync_begin(struct iw_watcher *watcher);

/* The same for one root; others that lie in it are to be listed again after it. */
IW_MUST_CHECK int iw_resync_root(struct iw_watcher *watcher, uint32_t root);

/* Has a root listed again, with a resync of its own. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_resync_again(struct iw_watcher *watcher, uint32_t root);

/* Removes what is stale still when all else is done. Returns 0 or -errno. */
IW_MUST_CHECK int iw_resync_sweep(struct iw_watcher *watcher);

/* ---- own-file.c ---- */

/* True for what writing our own records does to the file they go to. */
bool iw_own_file_hides(const struct iw_watcher *watcher, uint32_t node,
		       const struct iw_raw_event *raw);

/* ---- mounts.c ---- */

/*
 * Opens what is needed to see mounts change. Returns 0 or -ENOMEM; where it is not to be
 * had, here or in iw_mounts_fd(), state.mounts_error says why.
 */
IW_MUST_CHECK int iw_mounts_open(struct iw_watcher *watcher);
void iw_mounts_close(struct iw_watcher *watcher);

/* The descriptor to wait for, opened when it is asked for first. */
int iw_mounts_fd(struct iw_watcher *watcher);

/* The one in it that shows a change of the mounts, or -1. */
int iw_mounts_wake_fd(struct iw_watcher *watcher);

/*
 * Asks in one call, once a turn, whether mounts have changed and whether anything is
 * queued. Returns false if nothing is, true if something may be.
 */
bool iw_mounts_ask(struct iw_watcher *watcher);

/*
 * At the end of a turn: looks whether mounts have changed, and what that means. Returns 1
 * if there is something to do now, 0, or -errno that ends the watcher.
 */
IW_MUST_CHECK int iw_mounts_look(struct iw_watcher *watcher);

/* What IN_UNMOUNT means, which comes once for each watched inode. */
IW_MUST_CHECK int iw_mounts_apply(struct iw_watcher *watcher,
				  const struct iw_raw_event *raw);

/* ---- mount-changes.c ---- */

/* Tells what the changes mean, and has visited what is visible now. */
IW_MUST_CHECK int iw_mounts_apply_changes(struct iw_watcher *watcher,
					  struct iw_mount_changes *changes);

/* The node's file system was unmounted. */
IW_MUST_CHECK int iw_mounts_leave(struct iw_watcher *watcher, uint32_t node);

/* ---- emit.c ---- */

/* A kernel event of a node (raw->name_len 0) or of a name in it. */
IW_MUST_CHECK int iw_emit_event(struct iw_watcher *watcher, uint32_t node,
				const struct iw_raw_event *raw);
IW_MUST_CHECK int iw_emit_found(struct iw_watcher *watcher, uint32_t node,
				const struct iw_scan_entry *entry);

/* A half without its other, as moved_out. */
IW_MUST_CHECK int iw_emit_half(struct iw_watcher *watcher, const struct iw_half *half);

/* Both halves; raw is the second, in the directory dir. */
IW_MUST_CHECK int iw_emit_move(struct iw_watcher *watcher, const struct iw_half *half,
			       uint32_t dir, const struct iw_raw_event *raw);

/*
 * Two names have swapped places; from is what was at half's place and is at dir's now.
 * Returns 1 if they were told apart, because a name is hidden or because readers may know
 * of the exchange: what is below them is not known now. Returns 0 or -errno otherwise.
 */
IW_MUST_CHECK int iw_emit_exchange(struct iw_watcher *watcher, const struct iw_half *half,
				   uint32_t dir, const struct iw_raw_event *raw);

/* resync, synced, lost, overflow, ready; node may be IW_NO_NODE. error is of lost. */
IW_MUST_CHECK int iw_emit_control(struct iw_watcher *watcher, enum iw_event event,
				  uint32_t node, int error);

/* Tells that a directory is watched now. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_emit_watched(struct iw_watcher *watcher, uint32_t node);

/* How a directory or file is spelt has changed, but for what the tree knows of. */
void iw_emit_forget_path(struct iw_watcher *watcher, uint32_t node);

/* The path of a name in a node; valid until the next call. */
IW_MUST_CHECK int iw_emit_path(struct iw_watcher *watcher, uint32_t node,
			       const char *name, size_t name_len,
			       struct iw_path *ret_path);

#endif
