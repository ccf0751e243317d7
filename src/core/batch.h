/* SPDX-License-Identifier: MIT */
/*
 * A set of changed paths, in the order in which each was changed first: what a command is
 * run for.
 * The batch owns its changes; one that was taken out is the taker's.
 * It never holds a path twice, and never says whether a path still exists.
 */
#ifndef IW_CORE_BATCH_H
#define IW_CORE_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "core/record.h"

/* What happened to a path, as it is seen: all is borrowed. */
struct iw_sight {
	const char *path; /* as actions name it; any bytes but NUL, not terminated */
	size_t path_len;
	const char *from; /* where a move came from; NULL: none */
	size_t from_len;
	enum iw_event event;
	bool is_dir;
	int64_t time_ns; /* since 1970, UTC */
	int64_t seen_ns; /* by the clock of who adds it; 0: nobody asks */
};

/* All that happened to a path. */
struct iw_change {
	struct iw_change *newer; /* in the batch's order; NULL: the last */
	struct iw_change *older;
	struct iw_change *chain; /* of those with the same hash; the batch's business */
	uint32_t hash;
	uint32_t events;     /* a bit for each enum iw_event that was seen */
	enum iw_event event; /* the last of them */
	bool is_dir;
	int64_t time_ns; /* of the last */
	int64_t seen_ns; /* the same */
	char *from;      /* terminated; NULL: none */
	size_t from_len;
	size_t path_len;
	char path[]; /* terminated */
};

struct iw_batch {
	struct iw_change *first;
	struct iw_change *last;
	struct iw_change **buckets;
	size_t bucket_count; /* a power of two, or 0 */
	size_t len;          /* paths */
	size_t bytes;        /* memory of the changes */
};

#define IW_BATCH_INIT ((struct iw_batch){0})

/* Frees all; the batch is empty and usable afterwards. */
void iw_batch_done(struct iw_batch *batch);

/*
 * Adds what was seen to the change of its path, or as a new one at the end. Returns 0, or
 * -ENOMEM (batch unchanged).
 */
IW_MUST_CHECK int iw_batch_add(struct iw_batch *batch, const struct iw_sight *sight);

/* The change of a path, or NULL. */
struct iw_change *iw_batch_find(const struct iw_batch *batch, const char *path,
				size_t path_len);

/* Takes a change out of its batch; iw_change_free() is due. */
void iw_batch_take(struct iw_batch *batch, struct iw_change *change);
void iw_change_free(struct iw_change *change);

/*
 * Puts a change in: at the end, or joined with what is there of its path, which keeps its
 * place. The batch owns it from now on. Returns 0, or -ENOMEM (it is the caller's still).
 */
IW_MUST_CHECK int iw_batch_put(struct iw_batch *batch, struct iw_change *change);

/*
 * Moves all changes of the other batch behind those of this one. Returns 0, or -ENOMEM:
 * then each change is still in one of them.
 */
IW_MUST_CHECK int iw_batch_join(struct iw_batch *batch, struct iw_batch *other);

#endif
