/* SPDX-License-Identifier: MIT */
/*
 * Many paths at once. Each step of putting is done for all of the group, and only then
 * the file system is synced, once: what was true of one path when it was put by itself is
 * true of each. Whatever is not simple is left to be put by itself.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "sink/store/prune.h"
#include "sink/store/put-private.h"

/* So much waits at most until it becomes durable. */
static const uint64_t MOST_LEN = UINT64_C(64) << 20;

/* A copy that waits. */
struct waiting {
	struct iw_put_item *item;
	struct iw_putting putting;
};

struct group {
	struct iw_store *store;
	int fd; /* tells what failed since it was opened */
	struct waiting *waiting;
	size_t len;
	uint64_t bytes;
};

typedef int step_fn(struct iw_putting *putting);

/* Something is in the way of this one: it is tried by itself, and then told. */
static void leave(struct waiting *waiting)
{
	waiting->item->result = IW_PUT_ALONE;
	iw_put_drop(&waiting->putting);
	iw_spot_done(&waiting->putting.spot);
}

/* Takes a step for all; those that fail are left. */
static void take_step(struct group *group, step_fn *step)
{
	size_t len = 0;

	for (size_t i = 0; i < group->len; i++) {
		struct waiting *waiting = &group->waiting[i];

		if (step(&waiting->putting) < 0)
			leave(waiting);
		else
			group->waiting[len++] = *waiting;
	}
	group->len = len;
}

static bool has_undated(const struct group *group)
{
	for (size_t i = 0; i < group->len; i++) {
		if (!group->waiting[i].putting.copied.is_dated)
			return true;
	}
	return false;
}

/* Nothing counts of what could not be synced before it has its name. */
static void leave_all(struct group *group)
{
	for (size_t i = 0; i < group->len; i++)
		leave(&group->waiting[i]);
	group->len = 0;
}

/* It has its name, and all that can be wrong now is that. */
static void tell(const struct waiting *waiting, bool is_synced)
{
	struct iw_put_item *item = waiting->item;
	struct iw_putting putting = waiting->putting;

	int r = is_synced ? 0 : iw_rotate_sync(&putting);
	if (r == 0) {
		iw_put_tell_stored(&putting);
		r = iw_prune(putting.store, item->absolute);
	}
	if (r < 0) {
		const struct iw_put_line line = {
			.event = IW_PUT_FAILED, .absolute = item->absolute, .error = -r};
		item->listener.told(item->listener.context, &line);
	}
	item->result = r;
	iw_spot_done(&putting.spot);
}

/* What waits becomes the newest versions, and is told. */
static void commit(struct group *group)
{
	if (group->len == 0)
		return;
	int r = iw_store_sync(group->store, group->fd);
	if (r == 0 && has_undated(group)) {
		take_step(group, iw_rotate_date);
		r = iw_store_sync(group->store, group->fd);
	}
	if (r < 0)
		leave_all(group);
	take_step(group, iw_rotate_end);
	if (group->len)
		r = iw_store_sync(group->store, group->fd);
	for (size_t i = 0; i < group->len; i++)
		tell(&group->waiting[i], r == 0);
	group->len = 0;
	group->bytes = 0;
}

/* Makes the copy of one, and the second name of what it will replace. */
static void prepare(struct group *group, struct iw_put_item *item)
{
	struct waiting *waiting = &group->waiting[group->len];
	struct iw_putting *putting = &waiting->putting;

	*waiting = (struct waiting){
		.item = item,
		.putting = {.store = group->store,
			    .listener = &item->listener,
			    .when = IW_DURABLE_LATER},
	};
	int r = iw_spot_init(&putting->spot, item->absolute);
	if (r == 0)
		r = iw_put_prepare(putting, &item->place);
	if (r == 1) {
		r = iw_rotate_begin(putting);
		if (r == 0) {
			group->len++;
			group->bytes += putting->copied.len;
			return;
		}
		iw_put_drop(putting);
	}
	if (r == 0)
		r = iw_prune(group->store, item->absolute);
	iw_spot_done(&putting->spot);
	item->result = r == 0 || r == -ECANCELED ? r : IW_PUT_ALONE;
}

void iw_put_group(struct iw_store *store, struct iw_put_item *items, size_t len)
{
	struct group group = {
		.store = store,
		.fd = iw_durable_open(iw_store_fd(store)),
		.waiting = calloc(len, sizeof(*group.waiting)),
	};

	for (size_t i = 0; i < len; i++) {
		if (group.fd < 0 || !group.waiting)
			items[i].result = IW_PUT_ALONE;
		else
			prepare(&group, &items[i]);
		if (group.bytes >= MOST_LEN)
			commit(&group);
	}
	commit(&group);
	free(group.waiting);
	if (group.fd >= 0)
		close(group.fd);
}
