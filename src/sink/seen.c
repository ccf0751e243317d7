/* SPDX-License-Identifier: MIT */
#include "sink/seen.h"

#include <errno.h>
#include <string.h>
#include <xxhash.h>

#include "base/nameset.h"
#include "sink/content.h"

enum { FEWEST_SLOTS = 64 };

struct entry {
	uint64_t key;    /* of the path; 0: free */
	uint64_t parent; /* the key of the directory it lies in; 0: that is not known */
	uint64_t stamp;
	uint64_t hash; /* 0: it is unsure */
};

struct iw_seen {
	struct entry *entries;
	size_t cap; /* a power of two, or 0 */
	size_t count;
	struct iw_reading *reading;
	uint64_t reading_key; /* of the path that is being read */
	struct iw_nameset followed;
	bool has_gone; /* directories */
};

int iw_seen_new(struct iw_seen **ret_seen)
{
	struct iw_seen *seen = calloc(1, sizeof(*seen));

	if (!seen)
		return -ENOMEM;
	int r = iw_reading_new(&seen->reading);
	if (r < 0) {
		free(seen);
		return r;
	}
	*ret_seen = seen;
	return 0;
}

void iw_seen_free(struct iw_seen *seen)
{
	if (!seen)
		return;
	iw_reading_free(seen->reading);
	iw_nameset_done(&seen->followed);
	free(seen->entries);
	free(seen);
}

int iw_seen_follow(struct iw_seen *seen, const char *path, size_t len)
{
	return iw_nameset_add(&seen->followed, path, len);
}

/* Numbers that stand for something are never 0. */
static uint64_t not_zero(uint64_t number)
{
	return number ? number : 1;
}

static uint64_t key_of(const char *path, size_t len)
{
	return not_zero(XXH3_64bits(path, len));
}

static uint64_t parent_key_of(const char *path, size_t len)
{
	while (len > 0 && path[len - 1] != '/')
		len--;
	return key_of(path, len > 1 ? len - 1 : len);
}

/* ---- The table: open addressing, the next free slot ---- */

static struct entry *slot_of(const struct iw_seen *seen, uint64_t key)
{
	size_t at = key & (seen->cap - 1);

	while (seen->entries[at].key && seen->entries[at].key != key)
		at = (at + 1) & (seen->cap - 1);
	return &seen->entries[at];
}

static struct entry *find(const struct iw_seen *seen, uint64_t key)
{
	struct entry *entry = seen->cap ? slot_of(seen, key) : NULL;

	return entry && entry->key ? entry : NULL;
}

/* Fills what stays into a table of this size. Returns 0, or -ENOMEM (all unchanged). */
static int resize(struct iw_seen *seen, size_t cap)
{
	struct entry *old = seen->entries;
	const size_t old_cap = seen->cap;
	struct entry *entries = calloc(cap, sizeof(*entries));

	if (!entries)
		return -ENOMEM;
	seen->entries = entries;
	seen->cap = cap;
	for (size_t i = 0; i < old_cap; i++) {
		if (old[i].key)
			*slot_of(seen, old[i].key) = old[i];
	}
	free(old);
	return 0;
}

static int put(struct iw_seen *seen, const struct entry *entry)
{
	if (seen->count >= seen->cap / 4 * 3) {
		int r = resize(seen, seen->cap ? seen->cap * 2 : (size_t)FEWEST_SLOTS);
		if (r < 0)
			return r;
	}
	struct entry *slot = slot_of(seen, entry->key);
	seen->count += !slot->key;
	*slot = *entry;
	return 0;
}

/* What follows moves up to where it is looked for. */
static void drop(struct iw_seen *seen, struct entry *entry)
{
	const size_t mask = seen->cap - 1;
	size_t hole = (size_t)(entry - seen->entries);

	for (size_t at = (hole + 1) & mask; seen->entries[at].key; at = (at + 1) & mask) {
		const size_t home = seen->entries[at].key & mask;

		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		seen->entries[hole] = seen->entries[at];
		hole = at;
	}
	seen->entries[hole] = (struct entry){0};
	seen->count--;
}

/* ---- Looking ---- */

static bool has(const struct iw_change *change, enum iw_event event)
{
	return change->events & (UINT32_C(1) << event);
}

void iw_seen_forget(struct iw_seen *seen, const struct iw_sight *sight)
{
	struct entry *known = find(seen, key_of(sight->path, sight->path_len));

	if (!known)
		return;
	drop(seen, known);
	/* What was below goes with it, mostly without a word. */
	seen->has_gone |= sight->is_dir;
}

/* One that is known by its name only is no longer what it was. */
static bool sweep_once(struct iw_seen *seen)
{
	bool is_any = false;

	for (size_t i = 0; i < seen->cap;) {
		struct entry *entry = &seen->entries[i];

		if (!entry->key || !entry->parent || find(seen, entry->parent)) {
			i++;
			continue;
		}
		/* Another may have moved into its place. */
		drop(seen, entry);
		is_any = true;
	}
	return is_any;
}

void iw_seen_sweep(struct iw_seen *seen)
{
	bool is_any = seen->has_gone;

	seen->has_gone = false;
	while (is_any)
		is_any = sweep_once(seen);
}

/* The directory that is known if this lies in it, else 0. */
static uint64_t known_parent(const struct iw_seen *seen, const struct iw_change *change)
{
	const uint64_t parent = parent_key_of(change->path, change->path_len);

	return find(seen, parent) ? parent : 0;
}

/* Returns 1 if it is not what was known. */
static int remember(struct iw_seen *seen, uint64_t key, const struct iw_change *change,
		    const struct iw_content *content)
{
	struct entry *known = find(seen, key);
	const struct entry entry = {
		.key = key,
		.parent = known_parent(seen, change),
		.stamp = content->stamp,
		.hash = content->kind == IW_CONTENT_UNSURE ? 0 : not_zero(content->hash),
	};
	const bool is_same = known && entry.hash && known->hash == entry.hash;
	/* That a deletion was told is enough, whatever came in its place. */
	const bool is_deleted = known && has(change, IW_DELETE);

	if (known && content->kind == IW_CONTENT_DIR && known->stamp != entry.stamp) {
		/* Another directory: nothing is known of what is in it. */
		drop(seen, known);
		seen->has_gone = true;
		iw_seen_sweep(seen);
	}
	int r = put(seen, &entry);
	return r < 0 ? r : !is_same || is_deleted;
}

int iw_seen_look(struct iw_seen *seen, const struct iw_change *change, size_t *room)
{
	const uint64_t key = key_of(change->path, change->path_len);
	const struct entry *known = find(seen, key);
	/* The times of a file that is mapped into memory may be older than its bytes. */
	const bool is_written = has(change, IW_CLOSE_WRITE) || has(change, IW_MODIFY);
	const struct iw_reading_order order = {
		.path = change->path,
		.is_followed =
			iw_nameset_has(&seen->followed, change->path, change->path_len),
		.known_stamp = known && known->hash && !is_written ? known->stamp : 0,
		.known_hash = known ? known->hash : 0,
	};
	struct iw_content content;

	if (key != seen->reading_key)
		iw_reading_stop(seen->reading);
	seen->reading_key = key;
	int r = iw_reading_go(seen->reading, &order, room, &content);
	if (r < 0)
		return r;
	if (content.kind != IW_CONTENT_GONE)
		return remember(seen, key, change, &content);
	const struct iw_sight sight = {.path = change->path,
				       .path_len = change->path_len,
				       .is_dir = change->is_dir};
	iw_seen_forget(seen, &sight);
	return known != NULL;
}

size_t iw_seen_count(const struct iw_seen *seen, size_t *ret_bytes)
{
	*ret_bytes = seen->cap * sizeof(*seen->entries);
	return seen->count;
}

void iw_seen_stop(struct iw_seen *seen)
{
	iw_reading_stop(seen->reading);
}
