/* SPDX-License-Identifier: MIT */
#include "core/batch.h"

#include <errno.h>
#include <string.h>

enum { FEWEST_BUCKETS = 16 };

static uint32_t hash_of(const char *bytes, size_t len)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 16777619u;
	return hash ^ (hash >> 15);
}

static size_t memory_of(const struct iw_change *change)
{
	return sizeof(*change) + change->path_len + change->from_len + 2;
}

static struct iw_change **bucket_of(const struct iw_batch *batch, uint32_t hash)
{
	return &batch->buckets[hash & (batch->bucket_count - 1)];
}

void iw_change_free(struct iw_change *change)
{
	if (!change)
		return;
	free(change->from);
	free(change);
}

void iw_batch_done(struct iw_batch *batch)
{
	while (batch->first) {
		struct iw_change *change = batch->first;

		batch->first = change->newer;
		iw_change_free(change);
	}
	free(batch->buckets);
	*batch = IW_BATCH_INIT;
}

/* Room for one more. */
static int grow(struct iw_batch *batch)
{
	const size_t count =
		batch->bucket_count ? batch->bucket_count * 2 : (size_t)FEWEST_BUCKETS;

	if (batch->len < batch->bucket_count)
		return 0;
	struct iw_change **buckets = calloc(count, sizeof(struct iw_change *));
	if (!buckets)
		return -ENOMEM;
	free(batch->buckets);
	batch->buckets = buckets;
	batch->bucket_count = count;
	for (struct iw_change *change = batch->first; change; change = change->newer) {
		struct iw_change **bucket = bucket_of(batch, change->hash);

		change->chain = *bucket;
		*bucket = change;
	}
	return 0;
}

static struct iw_change *find(const struct iw_batch *batch, const char *path, size_t len,
			      uint32_t hash)
{
	struct iw_change *change = batch->bucket_count ? *bucket_of(batch, hash) : NULL;

	while (change && (change->hash != hash || change->path_len != len ||
			  memcmp(change->path, path, len) != 0))
		change = change->chain;
	return change;
}

struct iw_change *iw_batch_find(const struct iw_batch *batch, const char *path,
				size_t path_len)
{
	return find(batch, path, path_len, hash_of(path, path_len));
}

/* There must be room. */
static void append(struct iw_batch *batch, struct iw_change *change)
{
	struct iw_change **bucket = bucket_of(batch, change->hash);

	change->chain = *bucket;
	*bucket = change;
	change->newer = NULL;
	change->older = batch->last;
	if (batch->last)
		batch->last->newer = change;
	else
		batch->first = change;
	batch->last = change;
	batch->len++;
	batch->bytes += memory_of(change);
}

/* What happened later, of the same path; takes over its origin. */
static void join(struct iw_batch *batch, struct iw_change *change,
		 struct iw_change *later)
{
	batch->bytes -= memory_of(change);
	change->events |= later->events;
	change->event = later->event;
	change->is_dir = later->is_dir;
	change->time_ns = later->time_ns;
	if (change->seen_ns < later->seen_ns)
		change->seen_ns = later->seen_ns;
	if (later->from) {
		free(change->from);
		change->from_len = later->from_len;
		change->from = IW_TAKE_PTR(later->from);
	}
	batch->bytes += memory_of(change);
}

static struct iw_change *change_new(const struct iw_sight *sight)
{
	struct iw_change *change = calloc(1, sizeof(*change) + sight->path_len + 1);

	if (!change)
		return NULL;
	memcpy(change->path, sight->path, sight->path_len);
	change->path_len = sight->path_len;
	change->hash = hash_of(sight->path, sight->path_len);
	change->event = sight->event;
	change->events = UINT32_C(1) << sight->event;
	change->is_dir = sight->is_dir;
	change->time_ns = sight->time_ns;
	change->seen_ns = sight->seen_ns;
	if (!sight->from)
		return change;
	change->from = malloc(sight->from_len + 1);
	if (!change->from) {
		free(change);
		return NULL;
	}
	memcpy(change->from, sight->from, sight->from_len);
	change->from[sight->from_len] = '\0';
	change->from_len = sight->from_len;
	return change;
}

int iw_batch_add(struct iw_batch *batch, const struct iw_sight *sight)
{
	struct iw_change *known = iw_batch_find(batch, sight->path, sight->path_len);

	/* What is written again and again costs no memory. */
	if (known && !sight->from) {
		known->events |= UINT32_C(1) << sight->event;
		known->event = sight->event;
		known->is_dir = sight->is_dir;
		known->time_ns = sight->time_ns;
		known->seen_ns = sight->seen_ns;
		return 0;
	}
	struct iw_change *change = change_new(sight);
	if (!change)
		return -ENOMEM;
	int r = iw_batch_put(batch, change);
	if (r < 0)
		iw_change_free(change);
	return r;
}

int iw_batch_put(struct iw_batch *batch, struct iw_change *change)
{
	struct iw_change *known =
		find(batch, change->path, change->path_len, change->hash);

	if (known) {
		join(batch, known, change);
		iw_change_free(change);
		return 0;
	}
	int r = grow(batch);
	if (r == 0)
		append(batch, change);
	return r;
}

void iw_batch_take(struct iw_batch *batch, struct iw_change *change)
{
	struct iw_change **link = bucket_of(batch, change->hash);

	while (*link != change)
		link = &(*link)->chain;
	*link = change->chain;
	if (change->newer)
		change->newer->older = change->older;
	else
		batch->last = change->older;
	if (change->older)
		change->older->newer = change->newer;
	else
		batch->first = change->newer;
	change->newer = NULL;
	change->older = NULL;
	change->chain = NULL;
	batch->len--;
	batch->bytes -= memory_of(change);
}

int iw_batch_join(struct iw_batch *batch, struct iw_batch *other)
{
	int r = 0;

	if (!batch->first) {
		const struct iw_batch empty = *batch;

		*batch = *other;
		*other = empty;
		return 0;
	}
	while (other->first && r == 0) {
		struct iw_change *change = other->first;

		iw_batch_take(other, change);
		r = iw_batch_put(batch, change);
		/* The buckets it came from are still there. */
		if (r < 0)
			append(other, change);
	}
	return r;
}
