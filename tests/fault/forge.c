/* SPDX-License-Identifier: MIT */
/*
 * Changes what the program reads from the kernel's queue. FORGE names how:
 *   overflow-first      an overflow before all else
 *   overflow-in-rename  the first second half of a move and all behind it are lost
 *   no-second-half      the first second half of a move is lost without a word
 *   unknown-wd, wd-minus-one, wd-zero   events of no watch, before those of the queue
 *   ignored-early       a watch that lives is said to be removed
 *   ignored-late        a watch is said to be removed a second time, and once more
 *   events-after-ignored   what was removed goes on telling
 *   past-end, half-header  an event that goes on behind the bytes read
 *   no-nul              a name that fills its field
 *   one-by-one          each read returns one event
 *   late-second-half    between the halves of a move the queue is empty once
 */
#include "preload.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

enum { NAME_FIELD = 16, HELD_CAP = 1 << 18 };

static char held[HELD_CAP];
static size_t held_len;
static int is_silent_once; /* say that the queue is empty before telling what is held */
static int is_done;

static int is_asked(const char *kind)
{
	const char *wanted = getenv("FORGE");

	return wanted && strcmp(wanted, kind) == 0;
}

static int is_one_by_one(void)
{
	return is_asked("one-by-one");
}

/* The numbers in front of a name. */
struct header {
	int wd;
	uint32_t mask;
	uint32_t cookie;
	uint32_t len;
};
_Static_assert(sizeof(struct header) == sizeof(struct inotify_event), "the same");

static struct header header_at(const char *bytes)
{
	struct header header;

	memcpy(&header, bytes, sizeof(header));
	return header;
}

static size_t event_len(const char *bytes)
{
	return sizeof(struct header) + header_at(bytes).len;
}

/* Appends an event to what is held. */
static void hold(int wd, uint32_t mask, const char *name, uint32_t field)
{
	struct header header = {.wd = wd, .mask = mask, .len = name ? field : 0};

	memcpy(held + held_len, &header, sizeof(header));
	held_len += sizeof(header);
	if (!name)
		return;
	memset(held + held_len, 0, field);
	memcpy(held + held_len, name, strnlen(name, field));
	held_len += field;
}

static void hold_bytes(const char *bytes, size_t len)
{
	memcpy(held + held_len, bytes, len);
	held_len += len;
}

int forge_is_holding(void)
{
	return held_len > 0;
}

size_t forge_held_len(void)
{
	return held_len;
}

ssize_t forge_take_held(char *bytes, size_t cap)
{
	size_t len = is_one_by_one() ? event_len(held) : held_len;

	if (is_silent_once) {
		is_silent_once = 0;
		errno = EAGAIN;
		return -1;
	}
	if (len > cap)
		len = event_len(held); /* the first is never longer than that */
	memcpy(bytes, held, len);
	held_len -= len;
	memmove(held, held + len, held_len);
	return (ssize_t)len;
}

/* The offset of the first event with one of the bits, or len. */
static size_t find(const char *bytes, size_t len, uint32_t bits)
{
	size_t at = 0;

	while (at < len && !(header_at(bytes + at).mask & bits))
		at += event_len(bytes + at);
	return at;
}

/* Events of no watch with every kind of bits. */
static void hold_of_nobody(int wd)
{
	static const uint32_t masks[] = {
		IN_CREATE | IN_ISDIR,
		IN_MOVED_FROM | IN_ISDIR,
		IN_MOVED_TO | IN_ISDIR,
		IN_DELETE | IN_ISDIR,
		IN_MODIFY,
	};

	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++)
		hold(wd, masks[i], "nobody", NAME_FIELD);
	hold(wd, IN_DELETE_SELF, NULL, 0);
	hold(wd, IN_MOVE_SELF, NULL, 0);
	hold(wd, IN_UNMOUNT, NULL, 0);
	hold(wd, IN_IGNORED, NULL, 0);
}

/* What comes in front of the queue's bytes. Returns 1 if anything was forged. */
static int hold_in_front(const char *bytes, size_t len)
{
	const struct header first = header_at(bytes);

	if (is_asked("unknown-wd"))
		hold_of_nobody(1 << 30);
	else if (is_asked("wd-minus-one"))
		hold_of_nobody(-1);
	else if (is_asked("wd-zero"))
		hold_of_nobody(0);
	else if (is_asked("no-nul"))
		hold(first.wd, IN_MODIFY, "sixteen-bytes-16", NAME_FIELD);
	else if (is_asked("ignored-early"))
		hold(first.wd, IN_IGNORED, NULL, 0);
	else
		return 0;
	hold_bytes(bytes, len);
	return 1;
}

/* An event that is not whole, at the end of a read. */
static int hold_torn(void)
{
	if (is_asked("half-header")) {
		hold(1, IN_CREATE, NULL, 0);
		held_len -= sizeof(uint32_t);
		return 1;
	}
	if (!is_asked("past-end"))
		return 0;
	hold(1, IN_CREATE, "torn", NAME_FIELD);
	held_len -= NAME_FIELD / 2;
	return 1;
}

/* What a second half of a move is met with. */
static int hold_around_move(const char *bytes, size_t len)
{
	const size_t at = find(bytes, len, IN_MOVED_TO);

	if (at == len)
		return 0;
	if (is_asked("overflow-in-rename")) {
		hold_bytes(bytes, at);
		hold(-1, IN_Q_OVERFLOW, NULL, 0);
		return 1;
	}
	if (!is_asked("no-second-half"))
		return 0;
	hold_bytes(bytes, at);
	const size_t behind = at + event_len(bytes + at);
	hold_bytes(bytes + behind, len - behind);
	return 1;
}

/* What the end of a watch is followed by. */
static int hold_behind_ignored(const char *bytes, size_t len)
{
	const size_t at = find(bytes, len, IN_IGNORED);
	const size_t behind = at == len ? len : at + event_len(bytes + at);

	if (at == len)
		return 0;
	const int wd = header_at(bytes + at).wd;
	if (!is_asked("ignored-late") && !is_asked("events-after-ignored"))
		return 0;
	hold_bytes(bytes, behind);
	if (is_asked("events-after-ignored"))
		hold_of_nobody(wd);
	hold(wd, IN_IGNORED, NULL, 0);
	hold_bytes(bytes + behind, len - behind);
	hold(wd, IN_IGNORED, NULL, 0);
	return 1;
}

/* Holds the bytes back from the second half of a move on. Returns what is left. */
static ssize_t cut_at_second_half(const char *bytes, size_t len)
{
	const size_t at = find(bytes, len, IN_MOVED_TO);

	/* So it may happen by itself: a reader that is quick sees one half alone. */
	if (at == 0)
		fault_note();
	if (at == 0 || at == len)
		return (ssize_t)len;
	is_done = 1;
	is_silent_once = 1;
	fault_note();
	hold_bytes(bytes + at, len - at);
	return (ssize_t)at;
}

/* Holds back what was read together with what is forged. Returns 0 if nothing is. */
static int forge_something(const char *bytes, size_t len)
{
	if (is_one_by_one()) {
		hold_bytes(bytes, len);
		return 1;
	}
	is_done = hold_in_front(bytes, len) || hold_torn() ||
		  hold_around_move(bytes, len) || hold_behind_ignored(bytes, len);
	return is_done;
}

ssize_t forge_read(char *bytes, size_t cap, ssize_t got)
{
	if (is_done || !getenv("FORGE"))
		return got;
	if (is_asked("overflow-first")) {
		is_done = 1;
		hold(-1, IN_Q_OVERFLOW, NULL, 0);
		if (got > 0)
			hold_bytes(bytes, (size_t)got);
	} else if (is_asked("late-second-half") && got > 0) {
		return cut_at_second_half(bytes, (size_t)got);
	} else if (got <= 0 || !forge_something(bytes, (size_t)got)) {
		return got;
	}
	fault_note();
	return forge_take_held(bytes, cap);
}
