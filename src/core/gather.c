/* SPDX-License-Identifier: MIT */
#include "core/gather.h"

void iw_gather_done(struct iw_gather *gather)
{
	iw_batch_done(&gather->batch);
}

static int add_move(struct iw_gather *gather, const struct iw_sight *sight)
{
	struct iw_change *before =
		iw_batch_find(&gather->batch, sight->from, sight->from_len);
	struct iw_sight whole = *sight;

	if (before && before->from && before->event == IW_MOVE) {
		whole.from = before->from;
		whole.from_len = before->from_len;
	}
	int r = iw_batch_add(&gather->batch, &whole);
	if (r < 0 || !before)
		return r;
	iw_batch_take(&gather->batch, before);
	iw_change_free(before);
	return 0;
}

int iw_gather_add(struct iw_gather *gather, const struct iw_sight *sight, int64_t now_ns)
{
	const bool is_first = gather->batch.len == 0;
	const bool is_elsewhere =
		sight->from && (sight->from_len != sight->path_len ||
				memcmp(sight->from, sight->path, sight->path_len) != 0);

	int r = gather->is_move_joined && sight->event == IW_MOVE && is_elsewhere
			? add_move(gather, sight)
			: iw_batch_add(&gather->batch, sight);
	if (r < 0)
		return r;
	if (is_first)
		gather->first_ns = now_ns;
	gather->last_ns = now_ns;
	return 0;
}

int64_t iw_gather_deadline_ns(const struct iw_gather *gather)
{
	const int64_t settled_ns = gather->last_ns + gather->settle_ns;
	const int64_t longest_ns = gather->first_ns + gather->max_wait_ns;

	if (gather->batch.len == 0)
		return -1;
	return settled_ns < longest_ns ? settled_ns : longest_ns;
}
