/* SPDX-License-Identifier: MIT */
/*
 * What the rooms of the watcher share: its state, and the few calls between them.
 *   watcher.c  its life                        turn.c     one piece of its work
 *   input.c    reads the queue                 apply.c    what an event does to the tree
 *   visit.c    watches a directory             list.c     lists it
 *   roots.c    watches a PATH                  moves.c    joins the halves of a move
 *   emit.c     makes records                   resync.c   starts anew after an overflow
 *   own-file.c hides what we write ourselves
 * All of it belongs to one struct iw_watcher; only these files may include this header.
 * Nothing here decides on output: records leave through config.record alone.
 */
#ifndef IW_SOURCE_WATCHER_PRIVATE_H
#define IW_SOURCE_WATCHER_PRIVATE_H

#include "base/buffer.h"
#include "core/decode.h"
#include "core/tree.h"
#include "core/window.h"
#include "source/agenda.h"
#include "source/scan.h"
#include "source/walk.h"
#include "source/watcher.h"

/* Flags of a node. */
enum {
	IW_NODE_DIRTY = 1 << 0,  /* on the agenda to be visited */
	IW_NODE_LOST = 1 << 1,   /* a lost record was told, no better news since */
	IW_NODE_STALE = 1 << 2,  /* not listed since the overflow: readers forgot it */
	IW_NODE_SLOW = 1 << 3,   /* on the agenda to be asked for read events */
	IW_NODE_ALIAS = 1 << 4,  /* the same directory is watched under another name */
	IW_NODE_FILE = 1 << 5,   /* a root that is no directory */
	IW_NODE_LISTED = 1 << 6, /* its content is known to readers of the stream */
};

/* A move of which only the first half was seen. */
struct iw_half {
	uint32_t cookie;
	uint32_t dir;  /* node of the directory it left; 0: gone meanwhile */
	uint32_t node; /* of the moved directory, if it is in the tree */
	bool is_dir;
	bool is_known; /* readers of the stream know the name */
	int32_t wd;
	int64_t time_ns;
	int64_t deadline_ns; /* CLOCK_MONOTONIC; 0: not set yet */
	char *name;
	size_t name_len;
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

struct iw_watcher {
	struct iw_watcher_config config;
	int fd;
	uint32_t dir_mask;  /* for a directory, but for the bits of read_mask */
	uint32_t read_mask; /* OPEN, ACCESS, CLOSE_NOWRITE as far as asked for */
	uint32_t file_mask; /* for a PATH that is no directory */

	struct iw_tree *tree;
	struct iw_walk walk;
	struct iw_agenda agenda;
	struct iw_windows windows;
	struct iw_half *halves;
	size_t halves_len;
	size_t halves_cap;

	struct iw_buffer input;   /* being applied: input_done bytes of it are done */
	struct iw_buffer backlog; /* read while input was being applied */
	size_t input_done;
	int64_t input_time_ns;   /* when it was read */
	int64_t listing_time_ns; /* when the listing now being told began */
	uint64_t position;       /* bytes of the stream applied so far */
	uint64_t listing_end; /* position that the queue's end had at the last listing */
	int64_t patience_ns;  /* until when waiting nodes hold back "in sync"; 0: not set
			       */

	struct iw_buffer dir_path; /* of dir_node, with its slash */
	uint32_t dir_node;
	uint64_t dir_generation;
	size_t dir_root_len;
	struct iw_buffer path; /* of the record being made */
	struct iw_buffer from;

	struct iw_own_file own_file;

	bool is_ready;
	bool is_resyncing; /* synced is due when all is in sync */
	struct iw_watcher_state state;
};

/* ---- watcher.c ---- */

/* CLOCK_MONOTONIC, for deadlines, and CLOCK_REALTIME, for records, in nanoseconds. */
int64_t iw_watcher_now_ns(void);
int64_t iw_watcher_realtime_ns(void);

/* Puts a node on the agenda, once. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_watcher_mark_dirty(struct iw_watcher *watcher, uint32_t node);

/* True if readers of the stream know the tree, so that news must be told. */
bool iw_watcher_is_telling(const struct iw_watcher *watcher);

/* Removes a node and all below it, with their watches. Returns 0 or -errno. */
IW_MUST_CHECK int iw_watcher_drop(struct iw_watcher *watcher, uint32_t node);

/* The same for what is below a node only. */
IW_MUST_CHECK int iw_watcher_drop_children(struct iw_watcher *watcher, uint32_t node);

/* Removes the node's own watch, if it has one. */
void iw_watcher_unwatch(struct iw_watcher *watcher, uint32_t node);

/* ---- input.c ---- */

/* The next input to apply. Returns 1 if there is some, 0 if nothing is queued, -errno. */
IW_MUST_CHECK int iw_input_next(struct iw_watcher *watcher);

/* Reads all that is queued into backlog, to be applied later. Returns 0 or -errno. */
IW_MUST_CHECK int iw_input_drain(struct iw_watcher *watcher);

/* The position that the end of the queue has now. */
uint64_t iw_input_end(const struct iw_watcher *watcher);

/* ---- visit.c ---- */

/* Watches and lists the node's directory. Returns 0, or -errno that ends the watcher. */
IW_MUST_CHECK int iw_visit(struct iw_watcher *watcher, uint32_t node);

/* Puts a node on the agenda to be asked for read events, if they are wanted. */
IW_MUST_CHECK int iw_visit_ask_for_reads(struct iw_watcher *watcher, uint32_t node);

/* Asks for read events of a node whose subtree is listed. */
IW_MUST_CHECK int iw_visit_upgrade(struct iw_watcher *watcher, uint32_t node);

/* Tells that a node is not watched, once until it is watched again. */
IW_MUST_CHECK int iw_visit_lost(struct iw_watcher *watcher, uint32_t node, int error);

/* Puts off a visit until the events queued now were applied. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_visit_later(struct iw_watcher *watcher, uint32_t node);

/* ---- list.c ---- */

/* Lists an open directory that is watched already. */
IW_MUST_CHECK int iw_list(struct iw_watcher *watcher, uint32_t node, int fd);

/* True if a directory of this name below parent is to be watched. */
IW_MUST_CHECK int iw_list_wants(struct iw_watcher *watcher, uint32_t parent,
				const char *name, size_t name_len, bool *ret_is_wanted);

/* ---- roots.c ---- */
IW_MUST_CHECK int iw_roots_visit(struct iw_watcher *watcher, uint32_t root);

/* ---- apply.c ---- */
IW_MUST_CHECK int iw_apply(struct iw_watcher *watcher, const struct iw_raw_event *raw);

/* ---- moves.c ---- */
IW_MUST_CHECK int iw_moves_from(struct iw_watcher *watcher, uint32_t dir,
				const struct iw_raw_event *raw, bool is_known);
IW_MUST_CHECK int iw_moves_to(struct iw_watcher *watcher, uint32_t dir,
			      const struct iw_raw_event *raw, bool is_known);

/* The same for a place of which readers know better already, or nothing yet: what left it
 * is not what they know, and what came there went away for them. */
IW_MUST_CHECK int iw_moves_from_old(struct iw_watcher *watcher, uint32_t dir,
				    const struct iw_raw_event *raw);
IW_MUST_CHECK int iw_moves_to_nowhere(struct iw_watcher *watcher,
				      const struct iw_raw_event *raw);

/*
 * An event that only the holder of the directory's lock can cause proves that both halves
 * of every earlier move out of it were queued (but for the one with this cookie).
 */
IW_MUST_CHECK int iw_moves_settle_dir(struct iw_watcher *watcher, uint32_t dir,
				      uint32_t cookie);

/* The same for the moved directory itself: its IN_MOVE_SELF comes behind both halves. */
IW_MUST_CHECK int iw_moves_settle_node(struct iw_watcher *watcher, uint32_t node);

/* Gives up waiting where the time is over; sets deadlines where none is. */
IW_MUST_CHECK int iw_moves_expire(struct iw_watcher *watcher, int64_t now_ns);

/* A node is being removed: halves must not name it any more. */
void iw_moves_forget(struct iw_watcher *watcher, uint32_t node);
void iw_moves_done(struct iw_watcher *watcher);

/* ---- resync.c ---- */
IW_MUST_CHECK int iw_resync_overflow(struct iw_watcher *watcher);

/* Removes what is stale still when all else is done. Returns 0 or -errno. */
IW_MUST_CHECK int iw_resync_sweep(struct iw_watcher *watcher);

/* ---- own-file.c ---- */

/* True for what writing our own records does to the file they go to. */
bool iw_own_file_hides(const struct iw_watcher *watcher, uint32_t node,
		       const struct iw_raw_event *raw);

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

/* resync, synced, lost, overflow, ready; node may be IW_NO_NODE. error is of lost. */
IW_MUST_CHECK int iw_emit_control(struct iw_watcher *watcher, enum iw_event event,
				  uint32_t node, int error);

/* The path of a name in a node, in watcher->path; valid until the next call. */
IW_MUST_CHECK int iw_emit_path(struct iw_watcher *watcher, uint32_t node,
			       const char *name, size_t name_len,
			       struct iw_path *ret_path);

#endif
