/* SPDX-License-Identifier: MIT */
/*
 * Counts of events for each key (a path), in bounded memory: which, how often, when.
 * The tally owns its rows and copies of the keys; a row is valid until something is
 * counted again.
 * It never guesses: what a row says has happened. Above its limit of rows the least busy
 * one makes room, its counts go to a row for all others, and rows say how much they may
 * have missed.
 */
#ifndef IW_CORE_TALLY_H
#define IW_CORE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "core/record.h"

/* The words of the stream that are about files: iw_event_word() spells them. */
enum { IW_TALLY_EVENTS = IW_OVERFLOW };

struct iw_tally_counts {
	uint64_t total;
	uint64_t events[IW_TALLY_EVENTS];
	int64_t first_ns; /* since 1970, UTC; of no meaning while total is 0 */
	int64_t last_ns;
};

struct iw_tally_row {
	char *key;
	uint32_t key_len;
	uint32_t hash;
	uint32_t place;  /* in the tally's heap, once there is one */
	uint64_t missed; /* at most so many of this key's events are with the others */
	struct iw_tally_counts counts;
};

struct iw_tally;

/* limit: of rows, at least 1. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_tally_new(uint32_t limit, struct iw_tally **ret_tally);
void iw_tally_free(struct iw_tally *tally);

/*
 * Counts one event of a key. Which keys have rows above the limit: each one that has more
 * than the limit's share of all events (all / limit) is among them, whenever they came
 * (Metwally, Agrawal, El Abbadi 2005: space-saving). Returns 0, or -ENOMEM (unchanged).
 */
IW_MUST_CHECK int iw_tally_count(struct iw_tally *tally, const char *key, size_t key_len,
				 enum iw_event event, int64_t time_ns);

/* Sees to it that there is a row for a key, if there is room. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_tally_show(struct iw_tally *tally, const char *key, size_t key_len);

/* Adds counts to others: total, each event, first and last. */
void iw_tally_add_counts(struct iw_tally_counts *to,
			 const struct iw_tally_counts *counts);

size_t iw_tally_len(const struct iw_tally *tally);

/* The rows in no order: at is below iw_tally_len(). */
const struct iw_tally_row *iw_tally_row(const struct iw_tally *tally, size_t at);

/* What was counted for keys that have no row any more. */
const struct iw_tally_counts *iw_tally_others(const struct iw_tally *tally);

/* True if a row has made room for another, so that some may have missed something. */
bool iw_tally_is_full(const struct iw_tally *tally);

/* How many bytes are allocated for all of it. */
size_t iw_tally_bytes(const struct iw_tally *tally);

#endif
