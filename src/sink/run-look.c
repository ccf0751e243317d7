/* SPDX-License-Identifier: MIT */
/*
 * Whether what was told is a change: each path is looked at, some in a turn, so that the
 * kernel's queue is read in between.
 */
#include <errno.h>

#include "sink/run-private.h"

/* Bytes in a turn: a fraction of a millisecond from memory. */
static const size_t ROOM = (size_t)1 << 20;

int iw_run_learn(struct iw_run *run, const struct iw_sight *sight)
{
	return run->is_closing ? 0 : iw_batch_add(&run->learning, sight);
}

void iw_run_unlearn(struct iw_run *run, const struct iw_sight *sight)
{
	struct iw_change *change =
		run->learning.len
			? iw_batch_find(&run->learning, sight->path, sight->path_len)
			: NULL;

	if (!change)
		return;
	/* It may have been read in part, before it changed. */
	iw_seen_stop(run->config.seen);
	iw_batch_take(&run->learning, change);
	iw_change_free(change);
}

void iw_run_forget(struct iw_run *run, const struct iw_sight *sight)
{
	iw_run_unlearn(run, sight);
	iw_seen_forget(run->config.seen, sight);
}

bool iw_run_is_learning(const struct iw_run *run)
{
	return run->learning.len > 0;
}

bool iw_run_has_more(const struct iw_run *run)
{
	return !run->is_closing && !run->is_finished &&
	       (run->learning.len || (run->is_open && run->looking.len));
}

/* Looks at the first of a batch. Returns as iw_seen_look(), and then it is taken out. */
static int look_at_first(struct iw_run *run, struct iw_batch *batch, size_t *room,
			 struct iw_change **ret_change)
{
	struct iw_change *change = batch->first;

	int r = iw_seen_look(run->config.seen, change, room);
	if (r < 0)
		return r;
	iw_batch_take(batch, change);
	*ret_change = change;
	return r;
}

static int learn(struct iw_run *run, size_t *room)
{
	int r = 0;

	while (run->learning.first && r >= 0) {
		struct iw_change *change = NULL;

		r = look_at_first(run, &run->learning, room, &change);
		iw_change_free(change);
	}
	return r < 0 ? r : 0;
}

static int compare(struct iw_run *run, size_t *room)
{
	int r = 0;

	while (run->looking.first && r >= 0) {
		struct iw_change *change = NULL;

		r = look_at_first(run, &run->looking, room, &change);
		if (r == 1)
			r = iw_batch_put(&run->news, change);
		else
			iw_change_free(change);
		if (r < 0 && r != -EAGAIN)
			iw_change_free(change);
	}
	return r < 0 ? r : 0;
}

int iw_run_look(struct iw_run *run)
{
	const bool has_any = run->looking.len > 0;
	size_t room = ROOM;

	if (!iw_run_has_more(run))
		return 0;
	int r = learn(run, &room);
	if (r == 0 && run->is_open)
		r = compare(run, &room);
	if (has_any && !run->looking.len)
		iw_seen_sweep(run->config.seen);
	return r == -EAGAIN ? 0 : r;
}
