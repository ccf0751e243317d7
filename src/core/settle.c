/* SPDX-License-Identifier: MIT */
#include "core/settle.h"

/* One path. It is in two lists, each sorted by time because it is added at the end. */
struct waiting {
	struct waiting *chain; /* of those with the same hash */
	struct waiting *older; /* by when something happened last */
	struct waiting *newer;
	struct waiting *earlier; /* by when it began */
	struct waiting *later;
	uint32_t hash;
	unsigned tag;
	int64_t first_ns;
	int64_t last_ns;
	size_t len;
	char key[];
};

struct iw_settle {
	int64_t rest_ns;
	int64_t max_wait_ns;
	struct waiting **buckets;
	size_t bucket_count; /* a power of two */
	size_t len;
	struct waiting *oldest;
	struct waiting *newest;
	struct waiting *earliest;
	struct waiting *latest;
};

enum { FIRST_BUCKETS = 64 };

int iw_settle_new(int64_t rest_ns, int64_t max_wait_ns, struct iw_settle **ret_settle)
{
	struct iw_settle *settle = calloc(1, sizeof(*settle));

	if (!settle)
		return -ENOMEM;
	settle->buckets = calloc(FIRST_BUCKETS, sizeof(struct waiting *));
	if (!settle->buckets) {
		free(settle);
		return -ENOMEM;
	}
	settle->bucket_count = FIRST_BUCKETS;
	settle->rest_ns = rest_ns;
	settle->max_wait_ns = max_wait_ns;
	*ret_settle = settle;
	return 0;
}

void iw_settle_free(struct iw_settle *settle)
{
	if (!settle)
		return;
	while (settle->earliest) {
		struct waiting *waiting = settle->earliest;

		settle->earliest = waiting->later;
		free(waiting);
	}
	free(settle->buckets);
	free(settle);
}

/* FNV-1a. */
static uint32_t hash_key(const struct iw_buffer *key)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < key->len; i++)
		hash = (hash ^ (unsigned char)key->data[i]) * 16777619U;
	return hash;
}

static struct waiting **bucket_of(const struct iw_settle *settle, uint32_t hash)
{
	return &settle->buckets[hash & (settle->bucket_count - 1)];
}

static struct waiting *find(const struct iw_settle *settle, const struct iw_buffer *key,
			    uint32_t hash)
{
	for (struct waiting *waiting = *bucket_of(settle, hash); waiting;
	     waiting = waiting->chain) {
		if (waiting->hash == hash && waiting->len == key->len &&
		    memcmp(waiting->key, key->data, key->len) == 0)
			return waiting;
	}
	return NULL;
}

/* More buckets, if there is memory: without them it is slower, no more. */
static void grow(struct iw_settle *settle)
{
	const size_t count = settle->bucket_count * 2;
	struct waiting **buckets = calloc(count, sizeof(struct waiting *));

	if (!buckets)
		return;
	free(settle->buckets);
	settle->buckets = buckets;
	settle->bucket_count = count;
	for (struct waiting *waiting = settle->earliest; waiting;
	     waiting = waiting->later) {
		struct waiting **bucket = bucket_of(settle, waiting->hash);

		waiting->chain = *bucket;
		*bucket = waiting;
	}
}

static void append_newest(struct iw_settle *settle, struct waiting *waiting)
{
	waiting->older = settle->newest;
	waiting->newer = NULL;
	if (settle->newest)
		settle->newest->newer = waiting;
	else
		settle->oldest = waiting;
	settle->newest = waiting;
}

static void leave_newest(struct iw_settle *settle, const struct waiting *waiting)
{
	if (waiting->older)
		waiting->older->newer = waiting->newer;
	else
		settle->oldest = waiting->newer;
	if (waiting->newer)
		waiting->newer->older = waiting->older;
	else
		settle->newest = waiting->older;
}

static void append_latest(struct iw_settle *settle, struct waiting *waiting)
{
	waiting->earlier = settle->latest;
	waiting->later = NULL;
	if (settle->latest)
		settle->latest->later = waiting;
	else
		settle->earliest = waiting;
	settle->latest = waiting;
}

static void leave_latest(struct iw_settle *settle, const struct waiting *waiting)
{
	if (waiting->earlier)
		waiting->earlier->later = waiting->later;
	else
		settle->earliest = waiting->later;
	if (waiting->later)
		waiting->later->earlier = waiting->earlier;
	else
		settle->latest = waiting->earlier;
}

static int add_new(struct iw_settle *settle, const struct iw_buffer *key,
		   const struct waiting *model)
{
	struct waiting *waiting = malloc(sizeof(*waiting) + key->len);

	if (!waiting)
		return -ENOMEM;
	*waiting = *model;
	if (key->len)
		memcpy(waiting->key, key->data, key->len);
	struct waiting **bucket = bucket_of(settle, waiting->hash);
	waiting->chain = *bucket;
	*bucket = waiting;
	append_newest(settle, waiting);
	append_latest(settle, waiting);
	if (++settle->len > settle->bucket_count)
		grow(settle);
	return 0;
}

int iw_settle_add(struct iw_settle *settle, const struct iw_buffer *key, unsigned tag,
		  int64_t now_ns)
{
	const uint32_t hash = hash_key(key);
	struct waiting *waiting = find(settle, key, hash);

	if (!waiting) {
		const struct waiting model = {
			.hash = hash,
			.tag = tag,
			.first_ns = now_ns,
			.last_ns = now_ns,
			.len = key->len,
		};
		return add_new(settle, key, &model);
	}
	waiting->last_ns = now_ns;
	if (tag > waiting->tag)
		waiting->tag = tag;
	leave_newest(settle, waiting);
	append_newest(settle, waiting);
	return 0;
}

int64_t iw_settle_deadline_ns(const struct iw_settle *settle)
{
	if (!settle->oldest)
		return -1;
	const int64_t rested_ns = settle->oldest->last_ns + settle->rest_ns;
	const int64_t waited_ns = settle->earliest->first_ns + settle->max_wait_ns;

	return rested_ns < waited_ns ? rested_ns : waited_ns;
}

int iw_settle_take(struct iw_settle *settle, int64_t now_ns, struct iw_buffer *key,
		   unsigned *ret_tag)
{
	struct waiting *waiting = settle->oldest;

	if (waiting && waiting->last_ns + settle->rest_ns > now_ns)
		waiting = settle->earliest->first_ns + settle->max_wait_ns <= now_ns
				  ? settle->earliest
				  : NULL;
	if (!waiting)
		return 0;
	iw_buffer_clear(key);
	if (iw_buffer_append(key, waiting->key, waiting->len) < 0 ||
	    iw_buffer_terminate(key) < 0)
		return -ENOMEM;
	*ret_tag = waiting->tag;
	struct waiting **link = bucket_of(settle, waiting->hash);
	while (*link != waiting)
		link = &(*link)->chain;
	*link = waiting->chain;
	leave_newest(settle, waiting);
	leave_latest(settle, waiting);
	settle->len--;
	free(waiting);
	return 1;
}

size_t iw_settle_len(const struct iw_settle *settle)
{
	return settle->len;
}
