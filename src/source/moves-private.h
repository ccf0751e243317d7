/* SPDX-License-Identifier: MIT */
/*
 * The rooms of the watcher that deal with renames: moves.c joins their halves, swap.c
 * tells exchanges from ways back, look.c looks where events cannot tell.
 * All of it belongs to one struct iw_watcher; only files of the watcher include this.
 * Nothing here reads the queue further than iw_input_look() shows.
 */
#ifndef IW_SOURCE_MOVES_PRIVATE_H
#define IW_SOURCE_MOVES_PRIVATE_H

#include "source/watcher-private.h"

/* ---- moves.c ---- */
IW_MUST_CHECK int iw_moves_from(struct iw_watcher *watcher, uint32_t dir,
				const struct iw_raw_event *raw, bool is_known);
/* Whatever directory was called name in dir, other than node, is there no more. */
IW_MUST_CHECK int iw_moves_vacate(struct iw_watcher *watcher, uint32_t node, uint32_t dir,
				  const char *name, size_t name_len);

/* A directory is called name in dir now: node was moved there, or it is new (0). */
IW_MUST_CHECK int iw_moves_place(struct iw_watcher *watcher, uint32_t node, uint32_t dir,
				 const char *name, size_t name_len);

/* Tells resync for a directory that has come from another PATH's tree. */
IW_MUST_CHECK int iw_moves_clear(struct iw_watcher *watcher, uint32_t dir,
				 const char *name, size_t name_len);
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
 * of every earlier move out of it were queued (but for the one with the same cookie).
 */
IW_MUST_CHECK int iw_moves_settle_dir(struct iw_watcher *watcher, uint32_t dir,
				      const struct iw_raw_event *next);

/* The same for the moved directory itself: its IN_MOVE_SELF comes behind both halves. */
IW_MUST_CHECK int iw_moves_settle_node(struct iw_watcher *watcher, uint32_t node);

/* Looks for a name again when the stream has caught up. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_moves_look_later(struct iw_watcher *watcher, uint32_t dir,
				      const char *name, size_t name_len);

/* Gives up waiting where the time is over; sets deadlines where none is. */
IW_MUST_CHECK int iw_moves_expire(struct iw_watcher *watcher, int64_t now_ns);

/* A node is being removed: halves must not name it any more. */
void iw_moves_forget(struct iw_watcher *watcher, uint32_t node);
void iw_moves_done(struct iw_watcher *watcher);

/* True if patterns or depth decide on each new place of a directory. */
bool iw_moves_is_judged_anew(const struct iw_watcher *watcher);

/* Takes the half with this cookie, or an empty one; its name is the caller's to free. */
struct iw_half iw_moves_take(struct iw_watcher *watcher, uint32_t cookie);

/* The half with this cookie, or NULL. */
struct iw_half *iw_moves_find(struct iw_watcher *watcher, uint32_t cookie);

/* ---- swap.c ---- */

/*
 * Looks at what follows the second half of a move: an exchange is two moves of which the
 * second goes back. Returns 1 if the move can be applied, with the verdict in swap; 0 if
 * more must be read first; or -errno.
 */
IW_MUST_CHECK int iw_swap_judge(struct iw_watcher *watcher,
				const struct iw_raw_event *raw);

/* Applies an exchange: raw is the second half of its first pair, in the directory dir. */
IW_MUST_CHECK int iw_swap_apply(struct iw_watcher *watcher, uint32_t dir,
				const struct iw_raw_event *raw);

/* True for the second pair of an exchange that was applied. */
bool iw_swap_is_told(struct iw_watcher *watcher, const struct iw_raw_event *raw);

/* After the way back of a move: is there something at its turning point? */
IW_MUST_CHECK int iw_swap_check_back(struct iw_watcher *watcher,
				     const struct iw_raw_event *raw);

/* ---- look.c ---- */

/* Finds out whether a name exists now. Returns 1 and its type, 0, or -ESTALE if the
 * directory's path has moved on. */
IW_MUST_CHECK int iw_look(struct iw_watcher *watcher, uint32_t dir, const char *name,
			  size_t name_len, enum iw_scan_type *ret_type);

/*
 * Tells a name as found if it exists now, whatever the events said that were applied so
 * far. next is the one that is about to be, or NULL. Returns 0, 1 if the directory's path
 * has moved on and a later look is needed, or -errno.
 */
IW_MUST_CHECK int iw_look_and_tell(struct iw_watcher *watcher, uint32_t dir,
				   const char *name, size_t name_len,
				   const struct iw_raw_event *next);

#endif
