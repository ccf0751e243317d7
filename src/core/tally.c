/* SPDX-License-Identifier: MIT */
#include "core/tally.h"

#include <errno.h>
#include <string.h>

enum { SMALLEST_ROWS = 64, SMALLEST_SLOTS = 128 };

struct iw_tally {
	struct iw_tally_row *rows;
	uint32_t rows_len;
	uint32_t rows_cap;
	uint32_t limit;
	uint32_t last;   /* the row that was counted last: the next event is often its */
	uint32_t *slots; /* index + 1 of a row; 0: free */
	size_t slots_cap;
	uint32_t *heap; /* rows, the least busy first; NULL until the limit is exceeded */
	size_t keys_len;
	struct iw_tally_counts others;
};

int iw_tally_new(uint32_t limit, struct iw_tally **ret_tally)
{
	struct iw_tally *tally = calloc(1, sizeof(*tally));

	if (!tally)
		return -ENOMEM;
	tally->limit = limit;
	*ret_tally = tally;
	return 0;
}

void iw_tally_free(struct iw_tally *tally)
{
	if (!tally)
		return;
	for (uint32_t i = 0; i < tally->rows_len; i++)
		free(tally->rows[i].key);
	free(tally->rows);
	free(tally->slots);
	free(tally->heap);
	free(tally);
}

/* ---- Which row a key has ---- */

/* Eight bytes at once: paths are long, and each event has one. */
static uint32_t hash_of(const char *key, size_t len)
{
	const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t hash = len * factor;
	uint64_t word;

	for (; len >= sizeof(word); key += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, key, sizeof(word));
		hash = (hash ^ word) * factor;
		hash ^= hash >> 29;
	}
	word = 0;
	memcpy(&word, key, len);
	hash = (hash ^ word) * factor;
	/* Products carry upwards only, and slots are chosen by the lowest bits. */
	hash = (hash ^ hash >> 32) * factor;
	return (uint32_t)(hash >> 32);
}

static bool has_key(const struct iw_tally_row *row, const char *key, size_t len)
{
	return row->key_len == len && memcmp(row->key, key, len) == 0;
}

static struct iw_tally_row *find(const struct iw_tally *tally, const char *key,
				 size_t len, uint32_t hash)
{
	const size_t wrap = tally->slots_cap - 1;

	if (tally->slots_cap == 0)
		return NULL;
	for (size_t slot = hash & wrap; tally->slots[slot]; slot = (slot + 1) & wrap) {
		struct iw_tally_row *row = &tally->rows[tally->slots[slot] - 1];

		if (row->hash == hash && has_key(row, key, len))
			return row;
	}
	return NULL;
}

static void place(const struct iw_tally *tally, uint32_t index)
{
	const size_t wrap = tally->slots_cap - 1;
	size_t slot = tally->rows[index].hash & wrap;

	while (tally->slots[slot])
		slot = (slot + 1) & wrap;
	tally->slots[slot] = index + 1;
}

static void unplace(const struct iw_tally *tally, uint32_t index)
{
	const size_t wrap = tally->slots_cap - 1;
	size_t hole = tally->rows[index].hash & wrap;

	while (tally->slots[hole] != index + 1)
		hole = (hole + 1) & wrap;
	/* Close the gap: a mark in it would lengthen every later search. */
	for (size_t slot = (hole + 1) & wrap; tally->slots[slot];
	     slot = (slot + 1) & wrap) {
		const size_t home = tally->rows[tally->slots[slot] - 1].hash & wrap;

		if (((slot - home) & wrap) >= ((slot - hole) & wrap)) {
			tally->slots[hole] = tally->slots[slot];
			hole = slot;
		}
	}
	tally->slots[hole] = 0;
}

/* ---- Room for rows ---- */

static int grow_rows(struct iw_tally *tally)
{
	uint32_t cap = tally->rows_cap ? tally->rows_cap : SMALLEST_ROWS / 2;

	if (tally->rows_len < tally->rows_cap)
		return 0;
	cap = cap < tally->limit / 2 ? 2 * cap : tally->limit;
	struct iw_tally_row *rows = reallocarray(tally->rows, cap, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	tally->rows = rows;
	tally->rows_cap = cap;
	return 0;
}

static int grow_slots(struct iw_tally *tally)
{
	const size_t cap = tally->slots_cap ? 2 * tally->slots_cap : SMALLEST_SLOTS;

	if ((size_t)tally->rows_len + 1 <= tally->slots_cap / 4 * 3)
		return 0;
	uint32_t *slots = calloc(cap, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	free(tally->slots);
	tally->slots = slots;
	tally->slots_cap = cap;
	for (uint32_t i = 0; i < tally->rows_len; i++)
		place(tally, i);
	return 0;
}

/* ---- The least busy row ---- */

/* As busy as a row can have been. */
static uint64_t weight(const struct iw_tally *tally, uint32_t index)
{
	return tally->rows[index].counts.total + tally->rows[index].missed;
}

/* A row has become busier: those below it that are less busy rise. */
static void sink_down(const struct iw_tally *tally, uint32_t at)
{
	const uint32_t row = tally->heap[at];
	const uint64_t own = weight(tally, row);

	for (;;) {
		size_t child = 2 * (size_t)at + 1;

		if (child >= tally->rows_len)
			break;
		if (child + 1 < tally->rows_len &&
		    weight(tally, tally->heap[child + 1]) <
			    weight(tally, tally->heap[child]))
			child++;
		if (own <= weight(tally, tally->heap[child]))
			break;
		tally->heap[at] = tally->heap[child];
		tally->rows[tally->heap[at]].place = at;
		at = (uint32_t)child;
	}
	tally->heap[at] = row;
	tally->rows[row].place = at;
}

static int make_heap(struct iw_tally *tally)
{
	if (tally->heap)
		return 0;
	tally->heap = reallocarray(NULL, tally->rows_len, sizeof(*tally->heap));
	if (!tally->heap)
		return -ENOMEM;
	for (uint32_t i = 0; i < tally->rows_len; i++) {
		tally->heap[i] = i;
		tally->rows[i].place = i;
	}
	for (uint32_t i = tally->rows_len / 2; i-- > 0;)
		sink_down(tally, i);
	return 0;
}

/* ---- Counting ---- */

static void set_row(struct iw_tally *tally, uint32_t index,
		    const struct iw_tally_row *row)
{
	tally->rows[index] = *row;
	tally->keys_len += row->key_len;
	place(tally, index);
}

/* The least busy row becomes that of another key, which may be the evicted one's equal.
 */
static void replace_least(struct iw_tally *tally, struct iw_tally_row *fresh)
{
	const uint32_t index = tally->heap[0];
	struct iw_tally_row *row = &tally->rows[index];

	fresh->missed = weight(tally, index);
	fresh->place = 0;
	iw_tally_add_counts(&tally->others, &row->counts);
	unplace(tally, index);
	tally->keys_len -= row->key_len;
	free(row->key);
	set_row(tally, index, fresh);
}

static int add_row(struct iw_tally *tally, const char *key, size_t len, uint32_t hash)
{
	struct iw_tally_row fresh = {.key_len = (uint32_t)len, .hash = hash};
	const bool is_full = tally->rows_len == tally->limit;

	int r = is_full ? make_heap(tally) : grow_rows(tally) ?: grow_slots(tally);
	if (r < 0)
		return r;
	/* One byte more: a key may be empty. */
	fresh.key = malloc(len + 1);
	if (!fresh.key)
		return -ENOMEM;
	memcpy(fresh.key, key, len);
	fresh.key[len] = '\0';
	if (is_full) {
		tally->last = tally->heap[0];
		replace_least(tally, &fresh);
	} else {
		tally->last = tally->rows_len;
		set_row(tally, tally->rows_len++, &fresh);
	}
	return 0;
}

int iw_tally_count(struct iw_tally *tally, const char *key, size_t key_len,
		   enum iw_event event, int64_t time_ns)
{
	if (tally->rows_len == 0 || !has_key(&tally->rows[tally->last], key, key_len)) {
		const uint32_t hash = hash_of(key, key_len);
		const struct iw_tally_row *found = find(tally, key, key_len, hash);

		int r = found ? 0 : add_row(tally, key, key_len, hash);
		if (r < 0)
			return r;
		if (found)
			tally->last = (uint32_t)(found - tally->rows);
	}
	struct iw_tally_row *row = &tally->rows[tally->last];
	if (row->counts.total++ == 0)
		row->counts.first_ns = time_ns;
	row->counts.events[event]++;
	row->counts.last_ns = time_ns;
	if (tally->heap)
		sink_down(tally, row->place);
	return 0;
}

int iw_tally_show(struct iw_tally *tally, const char *key, size_t key_len)
{
	const uint32_t hash = hash_of(key, key_len);

	if (tally->rows_len == tally->limit || find(tally, key, key_len, hash))
		return 0;
	return add_row(tally, key, key_len, hash);
}

void iw_tally_add_counts(struct iw_tally_counts *to, const struct iw_tally_counts *counts)
{
	if (counts->total == 0)
		return;
	if (to->total == 0 || counts->first_ns < to->first_ns)
		to->first_ns = counts->first_ns;
	if (to->total == 0 || counts->last_ns > to->last_ns)
		to->last_ns = counts->last_ns;
	to->total += counts->total;
	for (size_t i = 0; i < IW_TALLY_EVENTS; i++)
		to->events[i] += counts->events[i];
}

size_t iw_tally_len(const struct iw_tally *tally)
{
	return tally->rows_len;
}

const struct iw_tally_row *iw_tally_row(const struct iw_tally *tally, size_t at)
{
	return &tally->rows[at];
}

const struct iw_tally_counts *iw_tally_others(const struct iw_tally *tally)
{
	return &tally->others;
}

bool iw_tally_is_full(const struct iw_tally *tally)
{
	return tally->heap;
}

size_t iw_tally_bytes(const struct iw_tally *tally)
{
	return sizeof(*tally) + tally->rows_cap * sizeof(*tally->rows) +
	       tally->slots_cap * sizeof(*tally->slots) + tally->keys_len +
	       tally->rows_len + (tally->heap ? tally->limit * sizeof(*tally->heap) : 0);
}
